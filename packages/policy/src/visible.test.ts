import { describe, expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import { getCustomer, ordinaryCall, triage } from './testing/facts.ts';
import { engineWith } from './testing/set-up.ts';
import { createAnswers } from './visible.ts';

const TOOLS = Array.from({ length: 50 }, (_, at) => `tool${at}`);
const CATALOGUE = {
  groups: ['finance'],
  teams: ['sre'],
  tools: Object.fromEntries(
    TOOLS.map((name) => [
      `crm/${name}`,
      { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
    ]),
  ),
};
const tool = (name: string, risk: 1 | 2 | 3 = 1): typeof ordinaryCall => ({
  ...ordinaryCall,
  resource: { ...getCustomer, name, risk },
});

describe('a tool', () => {
  test.each<[string, string, boolean]>([
    ['that no policy permits is hidden', '', false],
    [
      'that is permitted for some arguments is shown',
      '@id("p") permit (principal, action == Action::"crm/tool0", resource) when { context.input.n < 5 };',
      true,
    ],
    [
      'that is permitted at some times is shown',
      '@id("p") permit (principal, action, resource) when { context.now < datetime("2020-01-01") };',
      true,
    ],
    [
      'that is permitted to others is hidden',
      '@id("p") permit (principal is Agent, action, resource) when { principal.purpose == "other" };',
      false,
    ],
    [
      'that is forbidden for some arguments is shown',
      '@id("p") permit (principal, action, resource); @id("f") forbid (principal, action == Action::"crm/tool0", resource) when { context.input.n < 5 };',
      true,
    ],
    [
      'that is forbidden for all arguments is hidden',
      '@id("p") permit (principal, action, resource); @id("f") forbid (principal, action, resource) when { resource.risk == 1 };',
      false,
    ],
    [
      'that is held for approval is shown',
      '@id("p") permit (principal, action, resource); @id("g") @approve("finance") forbid (principal, action, resource);',
      true,
    ],
    [
      'whose forbid cannot be evaluated is hidden',
      '@id("p") permit (principal, action, resource); @id("f") forbid (principal, action, resource) when { (resource.risk + 1) * 9223372036854775807 > 0 };',
      false,
    ],
    [
      'whose guard cannot be evaluated is shown, and denied when called',
      '@id("p") permit (principal, action, resource); @id("g") @approve("finance") forbid (principal, action, resource) when { (resource.risk + 1) * 9223372036854775807 > 0 };',
      true,
    ],
    [
      'that is permitted by a condition on a record that it makes itself is shown',
      '@id("p") permit (principal is Agent, action, resource is Tool) when { {"who": principal, "what": resource}.what.risk == 1 };',
      true,
    ],
    [
      'of which the token may be young enough is shown',
      '@id("p") permit (principal is Agent, action, resource) when { context.token.ageSeconds < 5 };',
      true,
    ],
  ])('%s', (_, text, want) => {
    expect(engineWith(text, CATALOGUE).couldPermit(tool('tool0'))).toBe(want);
  });

  test('is hidden when it is not in the schema', () => {
    expect(
      engineWith('@id("p") permit (principal, action, resource);', CATALOGUE).couldPermit(tool('nope')),
    ).toBe(false);
  });
});

interface Counted {
  readonly engine: ReturnType<typeof engineWith>;
  /** How often it was asked with all known, and with something unknown. */
  readonly asked: () => { readonly whole: number; readonly partial: number };
}

function counted(text: string): Counted {
  const asked = { whole: 0, partial: 0 };
  const engine = engineWith(text, CATALOGUE, (): Cedar => {
    const cedar = openCedar();
    return {
      ...cedar,
      isAuthorizedPartial(call) {
        asked.partial += 1;
        return cedar.isAuthorizedPartial(call);
      },
      statefulIsAuthorized(call) {
        asked.whole += 1;
        return cedar.statefulIsAuthorized(call);
      },
    };
  });
  return { engine, asked: () => ({ ...asked }) };
}

describe('one evaluation', () => {
  test('answers for all tools that the policies cannot tell apart', () => {
    const { engine, asked } = counted(
      `@id("p") permit (principal is Agent, action, resource) when { principal.risk >= resource.risk };
       @id("q") permit (principal is Agent, action, resource) when { context.token.ageSeconds < resource.risk };`,
    );
    for (const name of TOOLS) expect(engine.couldPermit(tool(name))).toBe(true);
    expect(asked()).toEqual({ whole: 1, partial: 1 });
    for (const name of TOOLS) expect(engine.couldPermit(tool(name, 3))).toBe(true);
    expect(asked()).toEqual({ whole: 2, partial: 2 });
  });

  test('answers for nobody else: not for another team, person, label or chain', () => {
    const { engine, asked } = counted(
      `@id("p") permit (principal is Agent, action, resource)
       when { resource in principal.team && !context.exposure.labels.contains("pii") && context.chain.depth < 3 &&
              context has subject && context.subject in Group::"finance" };`,
    );
    const subject = { name: 'sam', email: '', groups: ['finance'], active: true };
    const base = { ...tool('tool0'), subject };
    const variants = [
      base,
      { ...base, subject: { ...subject, groups: [] } },
      { ...base, subject: undefined },
      { ...base, exposure: { labels: ['pii'] } },
      { ...base, chain: { ...base.chain, depth: 3 } },
      { ...base, principal: { ...triage, team: 'growth' } },
    ].map(({ subject, ...rest }) => (subject === undefined ? rest : { ...rest, subject }));
    expect(variants.map((variant) => engine.couldPermit(variant))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(asked()).toEqual({ whole: variants.length, partial: 0 });
  });

  test('answers for every agent that policies cannot tell from another', () => {
    const { engine, asked } = counted(
      '@id("p") permit (principal in Team::"sre", action, resource is Tool) when { resource.openWorld };',
    );
    const agents = Array.from({ length: 20 }, (_, at) => ({ ...triage, name: `agent${at}` }));
    for (const principal of agents) expect(engine.couldPermit({ ...tool('tool0'), principal })).toBe(false);
    expect(asked()).toEqual({ whole: 1, partial: 0 });
  });
});

test('a question that kills the engine is asked twice, not once for every item of a list', () => {
  let opened = 0;
  const engine = engineWith(
    '@id("p") permit (principal, action, resource) when { resource.risk == 1 && context.now > datetime("2020-01-01") };',
    CATALOGUE,
    () => {
      opened += 1;
      const isAuthorizedPartial: Cedar['isAuthorizedPartial'] = () => {
        throw new Error('unreachable');
      };
      return { ...openCedar(), isAuthorizedPartial };
    },
  );
  for (const name of TOOLS) expect(engine.couldPermit(tool(name))).toBe(false);
  expect(opened).toBe(3);
  expect(engine.decide({ ...tool('tool0'), input: '{"n":1}' }, { grants: [] }).outcome).toBe('allow');
});

test('the memory of answers is bounded, and forgets what was asked least lately', () => {
  const answers = createAnswers(2);
  answers.set('a', 'permits');
  answers.set('b', 'denies');
  expect(answers.get('a')).toBe('permits');
  answers.set('c', 'neither');
  expect([answers.get('a'), answers.get('b'), answers.get('c')]).toEqual(['permits', undefined, 'neither']);
});
