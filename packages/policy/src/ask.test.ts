import { expect, test } from 'vitest';
import { openCedar } from './cedar-door.ts';
import type { Engine } from './engine-types.ts';
import type { CallFacts } from './facts.ts';
import { ordinaryCall } from './testing/facts.ts';
import { engineWith } from './testing/set-up.ts';

const INPUT = { type: 'object', properties: { n: { type: 'integer' }, d: { type: 'number' } } };
const CATALOGUE = {
  tools: { 'crm/get_customer': INPUT, 'crm/other': INPUT },
  groups: ['finance'],
  teams: ['sre'],
};

/** An engine that counts how often it asks Cedar about a request. */
function counting(text: string): { readonly engine: Engine; readonly asked: () => number } {
  let asked = 0;
  const engine = engineWith(text, CATALOGUE, () => {
    const cedar = openCedar();
    return {
      ...cedar,
      statefulIsAuthorized(call) {
        asked += 1;
        return cedar.statefulIsAuthorized(call);
      },
    };
  });
  return { engine, asked: () => asked };
}

const none = { grants: [] };
const call = (input: object, with_: Partial<CallFacts> = {}): CallFacts => ({
  ...ordinaryCall,
  ...with_,
  input: JSON.stringify(input),
});

const LIMITED = `
@id("all") permit (principal is Agent, action in Action::"mcp", resource);
@id("crm") permit (principal is Agent, action, resource in Server::"crm") when { principal.risk < 3 };
@id("limit") forbid (principal, action == Action::"crm/get_customer", resource) when { context.input has n && context.input.n > 5 };
@id("fresh") forbid (principal is Agent, action, resource) when { context.token.ageSeconds > 3600 };`;

test('a call that is like one before, and that no rule on its arguments can forbid, is decided without asking', () => {
  const { engine, asked } = counting(LIMITED);
  const first = engine.decide(call({ n: 1 }), none);
  expect(first).toMatchObject({ outcome: 'allow', determining: [{ id: 'all' }, { id: 'crm' }] });
  const before = asked();
  for (const n of [0, 2, 5]) expect(engine.decide(call({ n }), none).determining).toEqual(first.determining);
  expect(engine.decide(call({}), none).outcome).toBe('allow');
  expect(asked()).toBe(before);
});

test('that a rule on arguments matches is the word of the engine, each time', () => {
  const { engine, asked } = counting(LIMITED);
  engine.decide(call({ n: 1 }), none);
  for (const times of [1, 2]) {
    const before = asked();
    expect(engine.decide(call({ n: 5 + times }), none)).toMatchObject({
      outcome: 'deny',
      reason: 'forbidden',
    });
    expect(asked()).toBe(before + 1);
  }
});

test('a rule that could err is asked about, and its error denies', () => {
  const { engine, asked } = counting(`
@id("all") permit (principal is Agent, action, resource);
@id("sum") forbid (principal, action == Action::"crm/get_customer", resource)
when { context.input has n && context.input.n * 9223372036854775807 > 5 };`);
  expect(engine.decide(call({ n: 1 }), none).reason).toBe('forbidden');
  const before = asked();
  expect(engine.decide(call({ n: 2 }), none)).toMatchObject({
    reason: 'policy_error',
    determining: [{ id: 'sum' }],
  });
  expect(asked()).toBe(before + 1);
  expect(engine.decide(call({}), none).outcome).toBe('allow');
  expect(asked()).toBe(before + 1);
});

test('what policies said together is not taken for what they say of another caller', () => {
  const { engine } = counting(`
@id("team") permit (principal in Team::"sre", action, resource in Server::"crm") when { principal.risk < 3 };
@id("own") permit (principal is Agent, action, resource) when { principal.owner.groups.contains("finance") };
@id("held") @approve("finance") forbid (principal is Agent, action, resource) when { context.exposure.labels.contains("pii") };`);
  const outcome = (with_: Partial<CallFacts>): string => engine.decide(call({}, with_), none).outcome;
  const { principal } = ordinaryCall;
  if (principal.kind !== 'agent') throw new Error('the ordinary call changed');
  const risky = { principal: { ...principal, risk: 3 as const } };
  const exposed = { exposure: { labels: ['pii'] } };
  for (let times = 0; times < 3; times += 1) {
    expect(outcome({})).toBe('allow');
    expect(outcome(risky)).toBe('deny');
    expect(outcome(exposed)).toBe('hold');
    expect(outcome({ ...risky, ...exposed })).toBe('deny');
  }
});
