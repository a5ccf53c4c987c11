// Meters on the way of whole calls: what is decided, recorded, sent, given back, held, released and restarted. The
// oracle is what reached the server.
import { afterEach, describe, expect, test } from 'vitest';
import { type MeteredPipeline, openMeteredPipeline } from './testing/metered-pipeline.ts';

const METERS = {
  file: 'spend.meters.yaml',
  text: `
meters:
  - { name: daily_spend, on: [payments/pay], add: { input: amount_cents }, per: agent, window: 24h }
`,
};
const PAY = '@id("pay") permit (principal is Agent, action == Action::"payments/pay", resource is Tool);';
const LIMIT = `${PAY}
@id("daily-limit") forbid (principal is Agent, action == Action::"payments/pay", resource)
when { context.meter.daily_spend > 1000 };`;
const GUARD = `${PAY}
@id("much-needs-finance") @approve("finance")
forbid (principal is Agent, action == Action::"payments/pay", resource)
when { context.meter.daily_spend > 1000 };
@id("never-more") forbid (principal is Agent, action == Action::"payments/pay", resource)
when { context.meter.daily_spend > 3000 };`;

let payments: MeteredPipeline;
afterEach(() => payments.close());

const open = async (text: string): Promise<void> => {
  payments = await openMeteredPipeline([{ file: 'pay.cedar', text }, METERS]);
};
const parallel = async (count: number, amount: number): Promise<Map<string, number>> => {
  const outcomes = await Promise.all(Array.from({ length: count }, () => payments.pay(amount)));
  return new Map([...Map.groupBy(outcomes, (one) => one)].map(([one, all]) => [one, all.length]));
};
const stored = async (): Promise<number> => {
  const { calls } = await payments.store.readers.calls.page({ limit: 1 } as object, { limit: 1 });
  const holder = `agent:${calls[0]?.agentUid}`;
  const row = await payments.store.readers.meters.get({ meter: 'daily_spend+amount_cents', holder });
  const { buckets } = JSON.parse(row?.buckets ?? '{"buckets":[]}') as { buckets: [number, string][] };
  return buckets.reduce((sum, [, amount]) => sum + Number(amount), 0);
};

describe('a spend limit', () => {
  test('lets exactly as many of 1,000 parallel calls through as it allows', async () => {
    await open(LIMIT);
    expect(await parallel(1000, 3)).toEqual(
      new Map([
        ['paid', 333],
        ['denied', 667],
      ]),
    );
    expect(payments.sent).toHaveLength(333);
    expect(await stored()).toBe(999);
    expect(await payments.pay(2)).toBe('denied');
    expect(await payments.pay(1)).toBe('paid');
  });

  test('is what it was after a restart, and is over when its window is', async () => {
    await open(LIMIT);
    await parallel(5, 200);
    await payments.restart();
    expect(await payments.pay(1)).toBe('denied');
    payments.clock += 25 * 3_600_000;
    expect(await payments.pay(1000)).toBe('paid');
  });

  test('tells in each entry what was counted, and the recorded request holds what policy saw', async () => {
    await open(LIMIT);
    await payments.pay(600);
    await payments.pay(600);
    expect(await payments.metersIn('call.decided')).toEqual([
      [{ meter: 'daily_spend', per: 'agent', amount: 600, total: 600 }],
      null,
    ]);
    expect(await payments.metersIn('call.completed')).toEqual([null]);
    const { calls } = await payments.store.readers.calls.page({ state: 'denied' }, { limit: 1 });
    const [entry] = await payments.store.readers.calls.entries(calls[0]?.id ?? '');
    expect(JSON.parse(entry?.details['context'] ?? '')).toMatchObject({
      context: { meter: { daily_spend: 1200 } },
    });
  });

  test('counts nothing of what never left, and everything of what may have arrived', async () => {
    await open(LIMIT);
    payments.way = 'refused';
    expect(await parallel(3, 300)).toEqual(new Map([['upstream_unavailable', 3]]));
    expect(await stored()).toBe(0);
    const counted = (total: number) => [{ meter: 'daily_spend', per: 'agent', amount: 300, total }];
    expect(await payments.metersIn('call.completed')).toEqual(
      expect.arrayContaining([counted(600), counted(300), counted(0)]),
    );
    payments.way = 'broken';
    expect(await payments.pay(300)).toBe('upstream_unavailable');
    payments.way = 'open';
    expect(await stored()).toBe(300);
    expect(await payments.pay(701)).toBe('denied');
    expect(await payments.pay(700)).toBe('paid');
  });

  test('gives back what was counted for an agent that was stopped before the first byte', async () => {
    await open(LIMIT);
    const { deps } = payments;
    const agents = deps.registry.current().agents as Map<string, unknown>;
    const [name = '', agent] = [...agents][0] ?? [];
    // Stopped as the decision became durable, and a moment before it would have been sent.
    const once = payments.store.onCommitted(() =>
      agents.set(name, { ...(agent as object), status: 'quarantined' }),
    );
    expect(await payments.pay(500)).toBe('quarantined');
    once();
    agents.set(name, agent);
    expect(payments.sent).toEqual([]);
    expect(await stored()).toBe(0);
  });
});

describe('a guard on a meter', () => {
  test('holds what would exceed it without counting it, and counts it when it is released', async () => {
    await open(GUARD);
    expect(await payments.pay(900)).toBe('paid');
    expect(await payments.pay(200, 'large')).toBe('held');
    expect(await stored()).toBe(900);
    expect(await payments.pay(100)).toBe('paid');
    expect(await payments.approve('large')).toBe('paid');
    expect(await stored()).toBe(1200);
    expect(payments.sent).toEqual([900, 100, 200]);
    expect((await payments.metersIn('call.decided')).at(-1)).toEqual([
      { meter: 'daily_spend', per: 'agent', amount: 200, total: 1200 },
    ]);
  });

  test('decides by what is spent when it is released, not when it was held', async () => {
    await open(GUARD);
    expect(await payments.pay(1500, 'a')).toBe('held');
    expect(await payments.pay(1600, 'b')).toBe('held');
    expect(await payments.approve('a')).toBe('paid');
    expect(await payments.approve('b')).toBe('denied');
    expect(payments.sent).toEqual([1500]);
  });
});

test('a limit on how often an agent calls is a policy like any other', async () => {
  await open(`${PAY}
    @id("rate") forbid (principal is Agent, action, resource) when { context.usage.callsLastMinute > 5 };`);
  expect(await parallel(100, 1)).toEqual(
    new Map([
      ['paid', 5],
      ['denied', 95],
    ]),
  );
  expect((await payments.metersIn('call.decided')).filter((one) => one !== null).at(-1)).toEqual([
    { meter: 'usage.callsLastMinute', per: 'agent', amount: 1, total: 5 },
  ]);
  payments.clock += 61_001;
  expect(await payments.pay(1)).toBe('paid');
});

test('a sum of what must not be stored is counted, and told nowhere', async () => {
  const redacting = PAY.replace('@id("pay")', '@id("pay") @redact("input.amount_cents")');
  await open(LIMIT.replace(PAY, redacting));
  expect(await payments.pay(613)).toBe('paid');
  payments.way = 'refused';
  expect(await payments.pay(17)).toBe('upstream_unavailable');
  const withheld = [{ meter: 'daily_spend', per: 'agent', withheld: true }];
  expect(await payments.metersIn('call.decided')).toEqual([withheld, withheld]);
  expect(await payments.metersIn('call.completed')).toEqual([null, withheld]);
  const { calls } = await payments.store.readers.calls.page({}, { limit: 9 });
  for (const { id } of calls) {
    const [entry] = await payments.store.readers.calls.entries(id);
    expect(JSON.stringify(entry?.details)).not.toMatch(/\b(?:613|630)\b/);
    expect(JSON.parse(entry?.details['context'] ?? '')).toMatchObject({
      context: { meter: { daily_spend: { countersign: 'redacted' } } },
    });
  }
  expect(await stored()).toBe(613);
});

test('what no policy reads is not kept', async () => {
  await open(PAY);
  expect(await parallel(10, 1)).toEqual(new Map([['paid', 10]]));
  expect(await payments.metersIn('call.decided')).toEqual(Array.from({ length: 10 }, () => null));
  expect(await payments.store.readers.meters.expired(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
});

test('a log that cannot be written counts for nothing', async () => {
  await open(LIMIT);
  const { writer } = payments.deps;
  const commit = writer.commit.bind(writer);
  Object.assign(writer, {
    commit: () => Promise.resolve({ ok: false, code: 'log_unavailable', message: 'no space' }),
  });
  expect(await parallel(4, 300)).toEqual(new Map([['log_unavailable', 4]]));
  Object.assign(writer, { commit });
  expect(await parallel(4, 300)).toEqual(
    new Map([
      ['paid', 3],
      ['denied', 1],
    ]),
  );
});
