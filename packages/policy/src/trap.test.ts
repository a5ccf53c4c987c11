import { expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import type { CompiledPolicySet } from './compile/types.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine-types.ts';
import { ordinaryCall } from './testing/facts.ts';
import { compileText, expectSet, schemaOf } from './testing/set-up.ts';

const INPUT = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
const schema = schemaOf({ tools: { 'crm/get_customer': INPUT, 'crm/other': INPUT }, teams: ['sre'] });
const none = { grants: [] };

const POLICIES = `
@id("all") permit (principal, action, resource);
@id("limit") forbid (principal, action == Action::"crm/other", resource) when { context.input.n > 5 };
@id("hostile") forbid (principal, action == Action::"crm/get_customer", resource) when { context.input.n > 5 };
@id("held") forbid (principal in Team::"sre", action, resource) when { resource.risk > 2 };`;

/** Compiling refuses a policy of this depth. It stands for one that slipped through, whatever its text. */
function setWith(hostile: string): CompiledPolicySet {
  const { policies, ...set } = expectSet(compileText(POLICIES, schema));
  return {
    ...set,
    policies: policies.map((policy) => (policy.id === 'hostile' ? { ...policy, text: hostile } : policy)),
  };
}

function engineWith(hostile: string): { readonly engine: Engine; readonly opened: () => number } {
  const instances: Cedar[] = [];
  const engine = createEngine({
    open() {
      const cedar = openCedar();
      instances.push(cedar);
      return cedar;
    },
  });
  expect(engine.load(setWith(hostile), schema)).toEqual({ ok: true });
  return { engine, opened: () => instances.length };
}

const call = (name: string, n: number): typeof ordinaryCall => ({
  ...ordinaryCall,
  resource: { ...ordinaryCall.resource, name } as typeof ordinaryCall.resource,
  input: JSON.stringify({ n }),
});

const said = (engine: Engine, name: string, n: number): string => {
  const { outcome, reason, errors } = engine.decide(call(name, n), none);
  return [outcome, reason, ...errors.map(({ message }) => message)].join(' ');
};

/** Traps when it is evaluated, and only where `n` is 13. */
const DEEP = `@id("hostile") forbid (principal, action == Action::"crm/get_customer", resource)
when { context.input.n > 5 && (context.input.n != 13 || (${'context.input.n + '.repeat(400)}1 > 0)) };`;

/** Traps when it is read. */
const NESTED = `@id("hostile") forbid (principal, action == Action::"crm/get_customer", resource)
when { ${'('.repeat(200)}true${')'.repeat(200)} };`;

test('a trap while a call is evaluated denies that call, and all that follow are decided correctly', () => {
  const { engine, opened } = engineWith(DEEP);
  const others = (): void => {
    expect(said(engine, 'get_customer', 1)).toBe('allow permitted');
    expect(said(engine, 'get_customer', 9)).toBe('deny forbidden');
    expect(said(engine, 'other', 1)).toBe('allow permitted');
    expect(said(engine, 'other', 9)).toBe('deny forbidden');
  };
  others();
  expect(opened()).toBe(1);
  for (const times of [1, 2, 3]) {
    expect(said(engine, 'get_customer', 13)).toBe(
      'deny policy_error the policy engine failed: memory access out of bounds',
    );
    expect(opened()).toBe(1 + times);
    others();
  }
  // In a list, what cannot be evaluated is hidden; two instances die of it, and not one for each time it is asked.
  for (let times = 0; times < 5; times += 1) expect(engine.couldPermit(call('get_customer', 1))).toBe(false);
  expect(opened()).toBe(6);
  expect(engine.couldPermit(call('other', 1))).toBe(true);
  others();
});

test('policies that trap when they are read deny what comes to them, cost two instances, and touch nothing else', () => {
  const { engine, opened } = engineWith(NESTED);
  for (const message of [
    'the policy engine failed: memory access out of bounds',
    'the policy engine failed: memory access out of bounds',
    'the policy engine cannot read these policies',
    'the policy engine cannot read these policies',
  ]) {
    expect(said(engine, 'get_customer', 9)).toBe(`deny policy_error ${message}`);
    expect(said(engine, 'other', 1)).toBe('allow permitted');
    expect(said(engine, 'other', 9)).toBe('deny forbidden');
  }
  expect(opened()).toBe(3);
  expect(engine.couldPermit(call('get_customer', 1))).toBe(false);
  expect(engine.couldPermit(call('other', 1))).toBe(true);
});
