import { describe, expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import { createEngine } from './engine.ts';
import type { CallFacts } from './facts.ts';
import { crm, ordinaryCall } from './testing/facts.ts';
import { compileText, engineWith, expectSet, schemaOf } from './testing/set-up.ts';

const CATALOGUE = {
  groups: ['finance'],
  tools: { 'crm/get_customer': { type: 'object', properties: { n: { type: 'integer' } } } },
};
const PERMIT = '@id("p") permit (principal, action, resource);';
const LIMIT = `${PERMIT}
@id("f") forbid (principal, action == Action::"crm/get_customer", resource)
when { context.input has n && context.input.n > 5 };`;

const none = { grants: [] };
const call = (n: number): typeof ordinaryCall => ({ ...ordinaryCall, input: JSON.stringify({ n }) });

describe('before a set is in force', () => {
  test('every call is denied and everything is hidden', () => {
    const engine = createEngine();
    expect(engine.active).toBeNull();
    expect(engine.decide(ordinaryCall, none)).toMatchObject({
      outcome: 'deny',
      reason: 'policy_unavailable',
      policySet: null,
      request: null,
    });
    expect(engine.couldPermit(ordinaryCall)).toBe(false);
  });
});

describe('load', () => {
  test('takes set and schema together and decides by them at once', () => {
    const engine = engineWith(PERMIT, CATALOGUE);
    expect(engine.decide(call(9), none).outcome).toBe('allow');
    const schema = schemaOf(CATALOGUE);
    const set = expectSet(compileText(LIMIT, schema));
    expect(engine.load(set, schema)).toEqual({ ok: true });
    expect(engine.active).toEqual({ policySet: set.digest, schema: schema.digest });
    expect(engine.decide(call(9), none)).toMatchObject({ outcome: 'deny', policySet: set.digest });
    expect(engine.decide(call(5), none).outcome).toBe('allow');
  });

  test('refuses a set that was validated against another schema, and keeps what it had', () => {
    const engine = engineWith(LIMIT, CATALOGUE);
    const other = schemaOf({});
    const set = expectSet(compileText(PERMIT, other));
    expect(engine.load(set, schemaOf(CATALOGUE))).toMatchObject({ ok: false });
    expect(engine.decide(call(9), none).reason).toBe('forbidden');
  });

  test('takes a set that the engine then cannot read, and denies what would come to it', () => {
    const refusing = { now: true };
    const engine = engineWith(LIMIT, CATALOGUE, () => {
      const cedar = openCedar();
      const preparsePolicySet: Cedar['preparsePolicySet'] = (name, policies) =>
        refusing.now
          ? {
              type: 'failure',
              errors: [{ message: 'no room', help: null, code: null, url: null, severity: null }],
            }
          : cedar.preparsePolicySet(name, policies);
      return { ...cedar, preparsePolicySet };
    });
    expect(engine.decide(call(1), none)).toMatchObject({
      outcome: 'deny',
      reason: 'policy_error',
      errors: [{ policy: '', message: 'no room' }],
    });
    expect(engine.couldPermit(call(1))).toBe(false);
    refusing.now = false;
    expect(engine.decide(call(1), none).outcome).toBe('allow');
  });

  test('keeps what it had when there is no instance to be had', () => {
    const world = { open: true };
    let latest: Cedar | undefined;
    const engine = engineWith(LIMIT, CATALOGUE, () => {
      if (!world.open) throw new Error('out of memory');
      latest = openCedar();
      return latest;
    });
    world.open = false;
    kill(latest);
    expect(engine.decide(call(9), none).reason).toBe('policy_error');
    const schema = schemaOf(CATALOGUE);
    const set = expectSet(compileText(PERMIT, schema));
    expect(engine.load(set, schema)).toEqual({ ok: false, message: 'out of memory' });
    world.open = true;
    expect(engine.decide(call(9), none).reason).toBe('forbidden');
  });

  test('prepares nothing, so that it holds up no call', () => {
    let prepared = 0;
    const engine = engineWith(LIMIT, CATALOGUE, () => {
      const cedar = openCedar();
      const preparsePolicySet: Cedar['preparsePolicySet'] = (name, policies) => {
        prepared += 1;
        return cedar.preparsePolicySet(name, policies);
      };
      return { ...cedar, preparsePolicySet };
    });
    expect(prepared).toBe(0);
    engine.decide(call(1), none);
    expect(prepared).toBeGreaterThan(0);
  });

  test('what was visible under one set is asked anew under the next', () => {
    const engine = engineWith(PERMIT, CATALOGUE);
    expect(engine.couldPermit(ordinaryCall)).toBe(true);
    const schema = schemaOf(CATALOGUE);
    engine.load(expectSet(compileText('', schema)), schema);
    expect(engine.couldPermit(ordinaryCall)).toBe(false);
  });
});

describe('a tool that the set does not validate with', () => {
  const schema = schemaOf(CATALOGUE);
  const broken = { ...schema, broken: new Map([['crm/get_customer', '`n` is gone']]) };
  const engine = createEngine();
  engine.load(expectSet(compileText(PERMIT, schema)), broken);

  test('is denied, with why', () => {
    expect(engine.decide(call(1), none)).toMatchObject({
      outcome: 'deny',
      reason: 'policy_broken',
      errors: [{ policy: '', message: '`n` is gone' }],
      determining: [],
    });
    const { request } = engine.decide(call(1), none);
    if (request === null) throw new Error('no request');
    expect(engine.decideRequest(request, { grants: [], unrepresentable: [] }).reason).toBe('policy_broken');
  });

  test('is hidden, and nothing else is', () => {
    const list: CallFacts = { ...ordinaryCall, operation: 'mcp:tools/list', resource: crm };
    expect(engine.couldPermit(call(1))).toBe(false);
    expect(engine.couldPermit(list)).toBe(true);
    expect(engine.decide(list, none).outcome).toBe('allow');
  });
});

describe('a trap in the engine', () => {
  test('denies that call, hides that item, and the next call is decided correctly by a fresh instance', () => {
    const opened: Cedar[] = [];
    const engine = engineWith(LIMIT, CATALOGUE, () => {
      const cedar = openCedar();
      opened.push(cedar);
      return cedar;
    });
    const first = opened.at(-1);
    expect(engine.decide(call(1), none).outcome).toBe('allow');

    kill(first);
    const denied = engine.decide(call(9), none);
    expect(denied).toMatchObject({ outcome: 'deny', reason: 'policy_error' });
    expect(denied.errors[0]?.message).toMatch(/the policy engine failed: memory access out of bounds/);

    expect(engine.decide(call(1), none).outcome).toBe('allow');
    expect(engine.decide(call(9), none).reason).toBe('forbidden');
    expect(opened.at(-1)).not.toBe(first);

    kill(opened.at(-1));
    expect(engine.couldPermit(call(1))).toBe(false);
    expect(engine.couldPermit(call(1))).toBe(true);
  });

  test('that leaves no instance to be had denies until there is one', () => {
    const world = { open: true };
    let latest: Cedar | undefined;
    const engine = engineWith(LIMIT, CATALOGUE, () => {
      if (!world.open) throw new Error('out of memory');
      latest = openCedar();
      return latest;
    });
    world.open = false;
    kill(latest);
    expect(engine.decide(call(1), none).reason).toBe('policy_error');
    expect(engine.decide(call(1), none)).toMatchObject({
      reason: 'policy_error',
      errors: [{ message: 'out of memory' }],
    });
    world.open = true;
    expect(engine.decide(call(1), none).outcome).toBe('allow');
  });
});

describe('what does not fit the types', () => {
  test('is denied, not thrown', () => {
    const engine = engineWith(PERMIT, CATALOGUE);
    const broken = { ...ordinaryCall, chain: undefined } as unknown as typeof ordinaryCall;
    expect(engine.decide(broken, none)).toMatchObject({ outcome: 'deny', reason: 'policy_error' });
    expect(engine.couldPermit(broken)).toBe(false);
  });

  test.each([
    ['a depth that is no integer', { chain: { ...ordinaryCall.chain, depth: 1.5 } }],
    ['a time that is no time', { now: 'yesterday' }],
  ])('%s that policies read is denied', (_, change) => {
    const engine = engineWith(
      `${PERMIT} @id("d") forbid (principal, action, resource) when { context.chain.depth > 9 || context.now < datetime("2020-01-01") };`,
      CATALOGUE,
    );
    expect(engine.decide(ordinaryCall, none).outcome).toBe('allow');
    expect(engine.decide({ ...ordinaryCall, ...change }, none)).toMatchObject({
      outcome: 'deny',
      reason: 'policy_error',
    });
  });

  test('a name with a lone surrogate costs that call, and not an engine instance', () => {
    let opened = 0;
    const text = `${PERMIT} @id("f") forbid (principal, action, resource) when { resource.labels.contains("x") };`;
    const engine = engineWith(text, CATALOGUE, () => {
      opened += 1;
      return openCedar();
    });
    const labelled = { ...ordinaryCall.resource, labels: ['\ud800'] };
    expect(engine.decide({ ...ordinaryCall, resource: labelled }, none).reason).toBe('policy_error');
    const resource: CallFacts['resource'] = {
      kind: 'resource',
      server: crm,
      uri: 'file:///\udfff',
      labels: [],
      risk: 1,
    };
    const read: CallFacts = { ...ordinaryCall, operation: 'mcp:resources/read', resource };
    expect(engine.decide(read, none).reason).toBe('unrepresentable_input');
    expect(engine.couldPermit(read)).toBe(false);
    expect(engine.decide(ordinaryCall, none).outcome).toBe('allow');
    expect(opened).toBe(1);
  });
});

test('one tool never sees the action of another, whatever its name', () => {
  const readable = ['a', 'a"b', 'x/y', '../a', '__proto__', 'call', 'a b'];
  // A policy cannot name these, since they look like others; a server may still list them.
  const names = [...readable, 'a\nb', 'ａ', ' a', 'a\u200b'];
  const tools = Object.fromEntries(names.map((name) => [`crm/${name}`, { type: 'object' }]));
  for (const name of readable) {
    const text = `@id("p") permit (principal, action == Action::${JSON.stringify(`crm/${name}`)}, resource);`;
    const engine = engineWith(text, { tools });
    const allowed = names.filter((tool) => {
      const resource = { ...ordinaryCall.resource, name: tool } as typeof ordinaryCall.resource;
      return engine.decide({ ...ordinaryCall, resource }, none).outcome === 'allow';
    });
    expect(allowed).toEqual([name]);
  }
});

test('arguments of a megabyte, and of a hundred thousand members, are decided', () => {
  const engine = engineWith(LIMIT, CATALOGUE);
  const long = JSON.stringify({ n: 1, x: 'a'.repeat(1_048_576) });
  expect(engine.decide({ ...ordinaryCall, input: long }, none).outcome).toBe('allow');
  const wide = JSON.stringify({
    n: 1,
    ...Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, at])),
  });
  expect(engine.decide({ ...ordinaryCall, input: wide }, none).reason).toBe('unrepresentable_input');
  const deep = `{"n":1,"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  expect(engine.decide({ ...ordinaryCall, input: deep }, none).outcome).toBe('deny');
});

/** Kills an instance for good, by what hostile text would do to it. */
function kill(cedar: Cedar | undefined): void {
  expect(() =>
    cedar?.policyToJson(
      `permit (principal, action, resource) when { ${'('.repeat(200)}1${')'.repeat(200)} };`,
    ),
  ).toThrow(/out of bounds/);
}
