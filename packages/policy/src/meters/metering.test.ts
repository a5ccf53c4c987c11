import { describe, expect, test } from 'vitest';
import type { CompiledPolicySet } from '../compile/types.ts';
import { createEngine } from '../engine.ts';
import type { CallFacts } from '../facts.ts';
import { compile } from '../compile/compile.ts';
import { ordinaryCall, sha256Hex } from '../testing/facts.ts';
import { expectSet, schemaOf } from '../testing/set-up.ts';
import { actionOf, meteringOf } from './metering.ts';
import { withMeasured } from './show.ts';

const METERS = `
meters:
  - { name: looked_up, on: [crm/get_customer], add: 1, per: team, window: 1h }
  - { name: paid, on: [payments/pay], add: { input: amount }, per: agent, window: 24h }
  - { name: unread, on: ["mcp"], add: 1, per: chain, window: 1h }
`;
const schema = schemaOf({
  groups: ['finance'],
  tools: {
    'crm/get_customer': { type: 'object', properties: {} },
    'crm/list': { type: 'object', properties: {} },
    'payments/pay': { type: 'object', properties: { amount: { type: 'number' } } },
  },
});
const PERMIT = '@id("all") permit (principal, action, resource);\n';

function setOf(policies: string): CompiledPolicySet {
  const sources = [
    { file: 'a.cedar', text: PERMIT + policies },
    { file: 'a.meters.yaml', text: METERS },
  ];
  return expectSet(compile(sources, schema, { sha256Hex }));
}

const needsOf = (policies: string, action: string) =>
  meteringOf(setOf(policies))
    .needs(action)
    .map(({ measure, counts }) => `${measure.of}.${measure.name}${counts ? '+' : ''}`);

describe('what a call is measured by', () => {
  test('nothing, where no policy reads a meter or the usage', () => {
    expect(needsOf('', 'crm/get_customer')).toEqual([]);
  });

  const LIMIT = `@id("limit") forbid (principal, action == Action::"crm/get_customer", resource)
    when { context.meter.looked_up > 3 };`;
  test('the meters that are read, by the calls that they count', () => {
    expect(needsOf(LIMIT, 'crm/get_customer')).toEqual(['meter.looked_up+']);
    expect(needsOf(LIMIT, 'crm/list')).toEqual([]);
    expect(needsOf(LIMIT, 'payments/pay')).toEqual([]);
  });

  test('by a call that only a policy over it reads, without counting it', () => {
    const policy = LIMIT.replace('action == Action::"crm/get_customer"', 'action == Action::"crm/list"');
    expect(needsOf(policy, 'crm/list')).toEqual(['meter.looked_up']);
    expect(needsOf(policy, 'crm/get_customer')).toEqual(['meter.looked_up+']);
    const group = LIMIT.replace(
      'action == Action::"crm/get_customer"',
      'action in [Action::"mcp:tools/call"]',
    );
    expect(needsOf(group, 'payments/pay')).toEqual(['meter.looked_up']);
    const all = LIMIT.replace('action == Action::"crm/get_customer"', 'action').replace(
      'principal,',
      'principal is Agent,',
    );
    expect(needsOf(all, 'a2a:message/send')).toEqual(['meter.looked_up']);
  });

  test('only as much of the usage as is read', () => {
    const policy =
      '@id("rate") forbid (principal is Agent, action in Action::"mcp", resource) when { context.usage.callsLastMinute > 60 };';
    expect(needsOf(policy, 'crm/list')).toEqual(['usage.callsLastMinute+']);
    // Every call counts: the agent may make the next one elsewhere.
    expect(needsOf(policy, 'a2a:message/send')).toEqual(['usage.callsLastMinute+']);
  });

  test('everything, where a policy reads a record as a whole', () => {
    const policy =
      '@id("whole") forbid (principal, action == Action::"crm/list", resource) when { context.meter == context.meter };';
    expect(needsOf(policy, 'crm/list')).toEqual(['meter.looked_up', 'meter.paid', 'meter.unread+']);
    const most =
      '@id("whole") forbid (principal, action == Action::"crm/list", resource) when { context == context };';
    expect(needsOf(most, 'crm/list')).toHaveLength(6);
  });
});

describe('a meter that a policy reads', () => {
  const policies = `@id("limit") forbid (principal, action == Action::"payments/pay", resource)
    when { context.meter.paid.greaterThan(decimal("100.0")) };
    @id("odd") forbid (principal, action == Action::"crm/list", resource) when { context.meter has paid };`;
  const set = setOf(policies);
  const engine = createEngine();
  engine.load(set, schema);
  const pay: CallFacts = {
    ...ordinaryCall,
    resource: {
      ...(ordinaryCall.resource as Extract<CallFacts['resource'], { kind: 'tool' }>),
      name: 'pay',
      server: {
        kind: 'server',
        name: 'payments',
        team: 'sre',
        environment: 'production',
        risk: 1,
        labels: [],
      },
    },
    input: '{"amount":1}',
  };
  const [need] = meteringOf(set).needs(actionOf(pay));
  if (need === undefined) throw new Error('paying is not measured');
  const decide = (value: number | string | { why: string }) =>
    engine.decide(withMeasured(pay, [{ measure: need.measure, value }]), { grants: [] });

  test('decides by what it showed, and the request holds it', () => {
    expect(decide('100.0')).toMatchObject({ outcome: 'allow' });
    const denied = decide('100.0001');
    expect(denied).toMatchObject({ outcome: 'deny', reason: 'forbidden' });
    expect(denied.determining[0]?.reads).toEqual([
      { path: 'context.meter.paid', value: { __extn: { fn: 'decimal', arg: '100.0001' } } },
    ]);
  });

  test.each([
    ['cannot be shown', { why: 'its amount is negative' }],
    ['has another type than was declared', 7],
  ])('denies where it %s', (_what, value) => {
    expect(decide(value)).toMatchObject({ outcome: 'deny', reason: 'unrepresentable_input' });
  });

  test('denies where nothing was measured, also a policy that only asks whether it is there', () => {
    expect(engine.decide(pay, { grants: [] })).toMatchObject({
      outcome: 'deny',
      reason: 'unrepresentable_input',
      unrepresentable: [{ path: ['meter', 'paid'], why: 'it was not measured' }],
    });
    const list = {
      ...pay,
      resource: {
        ...pay.resource,
        name: 'list',
        server: { ...(ordinaryCall.resource as Extract<CallFacts['resource'], { kind: 'tool' }>).server },
      },
    } as CallFacts;
    expect(engine.decide(list, { grants: [] })).toMatchObject({
      outcome: 'deny',
      reason: 'unrepresentable_input',
    });
  });

  test('decides a recorded request as it did then, and denies one that was recorded without it', () => {
    const { request } = decide('100.0');
    if (request === null) throw new Error('nothing was recorded');
    const options = { grants: [], unrepresentable: [] };
    expect(engine.decideRequest(request, options)).toMatchObject({ outcome: 'allow' });
    const { meter: _meter, ...context } = request.context;
    expect(engine.decideRequest({ ...request, context }, options)).toMatchObject({
      outcome: 'deny',
      reason: 'unrepresentable_input',
    });
  });

  test('hides nothing from a list: it may be less when the call is made', () => {
    expect(engine.couldPermit(pay)).toBe(true);
  });
});

test('a set without meters has the digest of its policies alone, and a meter changes it', () => {
  const without = expectSet(compile([{ file: 'a.cedar', text: PERMIT }], schema, { sha256Hex }));
  expect(without.meters).toEqual([]);
  expect(setOf('').digest).not.toBe(without.digest);
  const moved = compile(
    [
      { file: 'b.meters.yaml', text: `# elsewhere\n${METERS}` },
      { file: 'b.cedar', text: PERMIT },
    ],
    schema,
    { sha256Hex },
  );
  expect(expectSet(moved).digest).toBe(setOf('').digest);
});
