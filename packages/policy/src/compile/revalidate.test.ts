import type { ValidationCall } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import { type Cedar, openCedar } from '../cedar-door.ts';
import { createEngine } from '../engine.ts';
import type { PolicySchema } from '../schema/types.ts';
import { ordinaryCall, sha256Hex } from '../testing/facts.ts';
import { type Catalogue, schemaOf } from '../testing/set-up.ts';
import { compile } from './compile.ts';
import { revalidate, type Revalidation } from './revalidate.ts';
import type { PolicySource } from './types.ts';

// One instance for all: none of these texts kills it.
const cedar = openCedar();

/** How many policies the engine is asked to validate. */
const policiesIn = ({ policies }: ValidationCall): number =>
  typeof policies.staticPolicies === 'string' ? policies.staticPolicies.split('@id(').length - 1 : 0;
const deps = { sha256Hex, open: () => cedar };

const long = { type: 'object', properties: { n: { type: 'integer' } } };
const text = { type: 'object', properties: { n: { type: 'string' } } };
const none = { type: 'object', properties: {} };

const BEFORE: Catalogue = {
  tools: { 'crm/get_customer': long, 'crm/find': long, 'pay/send': long },
  groups: ['finance', 'sre'],
  teams: ['sre'],
};
const POLICIES = `@id("find") permit (principal, action == Action::"crm/find", resource) when { context.input has n && context.input.n < 5 };
@id("get") permit (principal, action == Action::"crm/get_customer", resource) when { resource.risk < 3 };
@id("limit") @approve("finance") forbid (principal, action == Action::"pay/send", resource) when { context.input has n && context.input.n > 9 };`;
const set = (text: string): PolicySource[] => [{ file: 'a.cedar', text }];

const changed = (change: Catalogue): PolicySchema =>
  schemaOf({ ...BEFORE, ...change, tools: { ...BEFORE.tools, ...change.tools } });

function without(...ids: string[]): PolicySchema {
  const tools = Object.entries(BEFORE.tools ?? {}).filter(([id]) => !ids.includes(id));
  return schemaOf({ ...BEFORE, tools: Object.fromEntries(tools) });
}

function expectKept(result: Revalidation): Extract<Revalidation, { ok: true }> {
  if (result.ok) return result;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}

const before = schemaOf(BEFORE);
const kept = (after: PolicySchema, policies = POLICIES, from = before) =>
  expectKept(revalidate(set(policies), from, after, deps));

describe('a change that the set validates with', () => {
  test('is taken as it is', () => {
    const after = changed({ tools: { 'crm/get_customer': text, 'crm/new': none } });
    const { schema, broken, set } = kept(after);
    expect(broken).toEqual([]);
    expect(schema).toBe(after);
    expect(set.schema).toBe(after.digest);
  });

  test('of a tool that no policy names is its end', () => {
    const { schema, broken } = kept(without('crm/get_customer'), POLICIES.replace(/.*id\("get"\).*\n/, ''));
    expect(broken).toEqual([]);
    expect(schema.tools.has('crm/get_customer')).toBe(false);
  });
});

describe('a changed tool that breaks a policy', () => {
  const after = changed({ tools: { 'crm/find': text, 'crm/get_customer': text } });

  test('keeps its old type and is listed with the reason; every other tool takes its new one', () => {
    const { schema, broken, set } = kept(after);
    expect(broken.map(({ tool }) => tool)).toEqual(['crm/find']);
    expect(broken[0]?.diagnostics[0]).toMatchObject({
      severity: 'error',
      policy: 'find',
      file: 'a.cedar',
      line: 1,
    });
    expect(schema.tools.get('crm/find')).toEqual(before.tools.get('crm/find'));
    expect(schema.tools.get('crm/get_customer')).toEqual(after.tools.get('crm/get_customer'));
    expect([...schema.broken]).toEqual([['crm/find', expect.stringContaining('a.cedar:1:')]]);
    expect([set.schema, schema.digest === after.digest, schema.digest === before.digest]).toEqual([
      schema.digest,
      false,
      false,
    ]);
  });

  test('leaves a set that compiles against the schema that it is given, and to the same', () => {
    const { schema, set: was } = kept(after);
    const again = compile(set(POLICIES), schema, deps);
    expect(again.ok && again.set).toEqual(was);
  });

  test('is denied, and no other call is', () => {
    const policies = POLICIES.replace('crm/find', 'crm/get_customer')
      .replace('"get"', '"x"')
      .replace('"crm/get_customer", resource) when { resource', '"crm/find", resource) when { resource');
    const { schema, set: live } = kept(changed({ tools: { 'crm/get_customer': text } }), policies);
    const engine = createEngine({ open: (): Cedar => openCedar() });
    expect(engine.load(live, schema)).toEqual({ ok: true });
    const { resource } = ordinaryCall;
    if (resource.kind !== 'tool') throw new Error('the ordinary call changed');
    const decided = (name: string) => {
      const { outcome, reason } = engine.decide(
        { ...ordinaryCall, resource: { ...resource, name }, input: '{"n":1}' },
        { grants: [] },
      );
      return [outcome, reason];
    };
    expect(decided('get_customer')).toEqual(['deny', 'policy_broken']);
    expect(decided('find')).toEqual(['allow', 'permitted']);
  });

  test('stays broken when something else changes, and is whole again once it is what it was', () => {
    const { schema } = kept(after);
    const still = kept(changed({ tools: { 'crm/find': text, 'crm/new': none } }), POLICIES, schema);
    expect([...still.schema.broken.keys()]).toEqual(['crm/find']);
    expect(still.schema.tools.has('crm/new')).toBe(true);
    const whole = kept(before, POLICIES, still.schema);
    expect([whole.broken, whole.schema]).toEqual([[], before]);
  });

  test('is whole again once the policy speaks of what it is now', () => {
    const { schema } = kept(after);
    const now = POLICIES.replace('context.input.n < 5', 'context.input.n == "x"');
    const whole = kept(after, now, schema);
    expect([whole.broken, whole.schema]).toEqual([[], after]);
  });
});

test('a tool that is gone and named stays known, and is denied', () => {
  const { schema, broken } = kept(without('crm/find', 'pay/send'));
  expect(broken.map(({ tool }) => tool)).toEqual(['crm/find', 'pay/send']);
  expect(broken[0]?.diagnostics[0]).toMatchObject({
    policy: 'find',
    message: expect.stringContaining('no longer has'),
  });
  expect(schema.tools.has('crm/find')).toBe(true);
  expect([...schema.broken.keys()]).toEqual(['crm/find', 'pay/send']);
});

test('a tool that is gone and named only as an entity stays known, too', () => {
  const policies = '@id("a") forbid (principal, action, resource == Tool::"crm/find");';
  const { schema, broken } = kept(without('crm/find'), policies);
  expect(broken.map(({ tool }) => tool)).toEqual(['crm/find']);
  expect(compile(set(policies), schema, deps).ok).toBe(true);
});

test('a new tool that a policy for all tools cannot be about is left out, and listed', () => {
  const policies =
    '@id("a") permit (principal, action in [Action::"crm/find", Action::"a2a:card"], resource);\n@id("b") forbid (principal is Agent, action in Action::"mcp:tools/call", resource is Tool) when { context.input has n && context.input.n > 5 };';
  const { schema, broken } = kept(changed({ tools: { 'crm/new': text, 'crm/other': long } }), policies);
  expect(broken.map(({ tool }) => tool)).toEqual(['crm/new']);
  expect([schema.tools.has('crm/new'), schema.tools.has('crm/other')]).toEqual([false, true]);
});

test('groups and teams that are gone stay known where the set names them, with a warning each', () => {
  const policies = `${POLICIES}\n@id("team") permit (principal in Team::"sre", action, resource) when { context has subject && context.subject in Group::"sre" };`;
  const after = schemaOf({ ...BEFORE, groups: [], teams: [] });
  const { schema, broken, diagnostics, set } = kept(after, policies);
  expect(broken).toEqual([]);
  expect([[...schema.groups].sort(), [...schema.teams]]).toEqual([['finance', 'sre'], ['sre']]);
  expect(
    diagnostics.map(({ severity, policy, message }) => [severity, policy, message.split(';')[0]]),
  ).toEqual([
    ['warning', 'limit', 'the group `finance` is no longer registered, so nobody can approve'],
    ['warning', 'team', '`Team::"sre"` is no longer registered, so nobody is in it'],
    ['warning', 'team', '`Group::"sre"` is no longer registered, so nobody is in it'],
  ]);
  expect(schema.digest).not.toBe(after.digest);
  expect(set.schema).toBe(schema.digest);
});

test('a set that never validated is refused with what is wrong with it now', () => {
  const result = revalidate(
    set('@id("a") permit (principal, action == Action::"crm/nothing", resource);'),
    before,
    without('crm/find'),
    deps,
  );
  expect(result.ok).toBe(false);
  expect(result.diagnostics[0]?.message).toContain('unrecognized action');
  expect(revalidate(set('permit'), before, before, deps).ok).toBe(false);
});

test('a meter whose tools no longer agree takes none of their changes', () => {
  const number = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
  const integer = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
  const from = schemaOf({ tools: { 'a/x': integer, 'a/y': integer, 'a/z': none } });
  const sources = [
    {
      file: 'm.meters.yaml',
      text: 'meters:\n  - { name: spent, on: [a/x, a/y], add: { input: n }, per: agent, window: 24h }',
    },
    {
      file: 'a.cedar',
      text: '@id("a") forbid (principal is Agent, action in Action::"mcp", resource) when { context.meter.spent > 5 };',
    },
  ];
  const one = expectKept(
    revalidate(sources, from, schemaOf({ tools: { 'a/x': number, 'a/y': integer, 'a/z': long } }), deps),
  );
  expect(one.broken.map(({ tool }) => tool)).toEqual(['a/x']);
  const both = expectKept(
    revalidate(sources, from, schemaOf({ tools: { 'a/x': number, 'a/y': number, 'a/z': long } }), deps),
  );
  expect(both.broken.map(({ tool }) => tool)).toEqual(['a/x', 'a/y']);
  expect(both.set.meters.map(({ type }) => type)).toEqual(['long']);
});

test('a hundred changes are found out in halves, not one by one', () => {
  const many = (type: unknown): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`s/t${at}`, type]));
  const policies = Array.from(
    { length: 100 },
    (_, at) =>
      `@id("p${at}") permit (principal, action == Action::"s/t${at}", resource) when { ${at === 42 ? 'context.input has n && context.input.n > 1' : 'resource.risk < 2'} };`,
  );
  let asked = 0;
  const counting = (): Cedar => ({
    ...cedar,
    validate: (call) => {
      asked += policiesIn(call);
      return cedar.validate(call);
    },
  });
  const result = expectKept(
    revalidate(set(policies.join('\n')), schemaOf({ tools: many(long) }), schemaOf({ tools: many(text) }), {
      sha256Hex,
      open: counting,
    }),
  );
  expect(result.broken.map(({ tool }) => tool)).toEqual(['s/t42']);
  // Three whole passes and two hundred policies for the halves that were wrong and their other halves.
  expect(asked).toBeLessThan(600);
});
