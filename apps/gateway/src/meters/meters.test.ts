// What many calls at once, failing commits, other nodes and restarts do to a meter: never an amount too many, never one
// lost. With the real store behind.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Meters } from './meters.ts';
import {
  HOLDERS,
  limit,
  METER,
  type Nodes,
  oneCall,
  openNodes,
  payment,
  WINDOW_MS,
} from './testing-nodes.ts';
import type { Holders, Measured } from './types.ts';

const AGENT = 'agent:agt_1';
let nodes: Nodes;
let meters: Meters;
beforeEach(async () => {
  nodes = await openNodes();
  meters = nodes.start();
});
afterEach(() => nodes.close());

const decide = (
  amount: number | string,
  most = 100,
  on: Meters = meters,
  holders: Holders = HOLDERS,
): Promise<Measured> => on.decide(holders, payment(amount), limit(most));

/** Decides and records; decided again where another was faster, as the pipeline does. */
async function pay(amount: number, most = 100, on: Meters = meters): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { decision, reservation } = await decide(amount, most, on);
    if (decision.outcome === 'deny') return 'denied';
    const result = await oneCall().record(on, reservation);
    if (result.ok) return 'paid';
    if (result.code !== 'overtaken') return result.code;
  }
  return 'gave up';
}

const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work));
const count = (all: readonly string[], one: string): number => all.filter((each) => each === one).length;

test('a decision sees what came before with its own amount, and a denied one counts for nothing', async () => {
  const seen: unknown[] = [];
  const look = (amount: number, most: number) =>
    meters.decide(
      HOLDERS,
      payment(amount),
      limit(most, (shown) => seen.push(shown)),
    );
  const first = await look(30, 100);
  expect(first.reservation?.detail(new Set())).toBe(
    '[{"meter":"spend","per":"agent","amount":30,"total":30}]',
  );
  expect((await look(80, 100)).reservation).toBeNull();
  await look(70, 100);
  expect(seen).toEqual([30, 110, 100]);
  expect(await nodes.stored(AGENT)).toBeNull();
});

test('a thousand parallel calls spend a limit exactly', async () => {
  const outcomes = await times(1000, () => pay(3, 1000));
  expect(count(outcomes, 'paid')).toBe(333);
  expect(count(outcomes, 'denied')).toBe(667);
  expect(await nodes.stored(AGENT)).toBe(999n);
});

test('nodes that share a store share the limit, also where both believe what they remember', async () => {
  const other = nodes.start();
  expect(await pay(10)).toBe('paid');
  expect(await pay(10, 100, other)).toBe('paid');
  // This node still believes that ten are spent.
  expect(await pay(85)).toBe('denied');
  const outcomes = await Promise.all([times(40, () => pay(4)), times(40, () => pay(4, 100, other))]);
  expect(count(outcomes.flat(), 'paid')).toBe(20);
  expect(await nodes.stored(AGENT)).toBe(100n);
});

test('what another node gave back can be spent here soon after', async () => {
  const other = nodes.start();
  const call = oneCall();
  const { reservation } = await decide(100, 100, other);
  await call.record(other, reservation);
  expect(await pay(100)).toBe('denied');
  await call.endUnsent(other, reservation);
  nodes.clock += 5_001;
  expect(await pay(100)).toBe('paid');
});

test('a restart forgets nothing that was committed, and all that was not', async () => {
  expect(await pay(60)).toBe('paid');
  await decide(40);
  const restarted = nodes.start();
  expect(await pay(41, 100, restarted)).toBe('denied');
  expect(await pay(40, 100, restarted)).toBe('paid');
});

test('an amount counts until its window has passed', async () => {
  expect(await pay(100)).toBe('paid');
  nodes.clock += WINDOW_MS;
  expect(await pay(1)).toBe('denied');
  nodes.clock += WINDOW_MS / 60 + 1;
  expect(await pay(100)).toBe('paid');
  expect(await nodes.stored(AGENT)).toBe(100n);
});

describe('a commit that fails', () => {
  test('counts for nothing, and takes those with it that were built on it', async () => {
    nodes.fail(1);
    const outcomes = await times(3, () => pay(50, 150));
    // The first was lost with the log; the others are decided again without it.
    expect(outcomes).toEqual(['log_unavailable', 'paid', 'paid']);
    expect(await nodes.stored(AGENT)).toBe(100n);
  });

  test('lets no decision go on that was made with what it was to change', async () => {
    const held = nodes.holdBack();
    nodes.fail(1);
    const lost = pay(50);
    const { reservation } = await decide(20);
    held.release();
    expect(await lost).toBe('log_unavailable');
    expect(await oneCall().record(meters, reservation)).toMatchObject({ code: 'overtaken' });
    expect(await nodes.stored(AGENT)).toBeNull();
  });
});

test('a commit that builds on one that was lost does not take another node’s for it', async () => {
  const other = nodes.start();
  expect(await pay(10)).toBe('paid');
  expect(await pay(10, 100, other)).toBe('paid');
  expect(await pay(0)).toBe('paid');
  const [first, second] = [await decide(20), await decide(20)];
  const held = nodes.holdBack();
  nodes.fail(1);
  const lost = oneCall().record(meters, first.reservation);
  const built = oneCall().record(meters, second.reservation);
  held.pass();
  // It writes where the lost one would have, so that the one after it finds a write just where it expects one.
  expect(await pay(30, 100, other)).toBe('paid');
  held.release();
  expect(await lost).toMatchObject({ code: 'log_unavailable' });
  expect(await built).toMatchObject({ code: 'overtaken' });
  expect(await nodes.stored(AGENT)).toBe(50n);
});

describe('what was reserved and not committed', () => {
  test('is given back when it is dropped, once', async () => {
    const { reservation } = await decide(100);
    expect((await decide(1)).reservation).toBeNull();
    reservation?.drop();
    reservation?.drop();
    expect((await decide(100)).reservation).not.toBeNull();
    expect((await decide(1)).reservation).toBeNull();
    expect(await oneCall().record(meters, reservation)).toMatchObject({ code: 'overtaken' });
  });

  test('lapses when it was forgotten, and can then no longer be committed', async () => {
    const { reservation } = await decide(100);
    nodes.clock += 30_000;
    expect(await pay(100)).toBe('paid');
    expect(await oneCall().record(meters, reservation)).toMatchObject({ code: 'overtaken' });
    expect(await nodes.stored(AGENT)).toBe(100n);
  });
});

describe('a call that was never sent', () => {
  test('gives back what it counted, with the entry of its end', async () => {
    const call = oneCall();
    const { reservation } = await decide(60);
    expect(await call.record(meters, reservation)).toMatchObject({ ok: true });
    expect(await pay(30)).toBe('paid');
    const told: unknown[] = [];
    expect(await call.endUnsent(meters, reservation, (detail) => told.push(detail))).toMatchObject({
      ok: true,
    });
    expect(told).toEqual(['[{"meter":"spend","per":"agent","amount":60,"total":30}]']);
    expect(await nodes.stored(AGENT)).toBe(30n);
    expect(await pay(70)).toBe('paid');
    expect(await pay(1)).toBe('denied');
  });

  test('gives it back though other calls and other nodes go on counting', async () => {
    const other = nodes.start();
    const calls = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const call = oneCall();
        const { reservation } = await decide(1, 1000);
        expect(await call.record(meters, reservation)).toMatchObject({ ok: true });
        return { call, reservation };
      }),
    );
    await Promise.all([
      ...calls.map(({ call, reservation }) => call.endUnsent(meters, reservation)),
      ...Array.from({ length: 20 }, () => pay(2, 1000, other)),
    ]);
    expect(await nodes.stored(AGENT)).toBe(40n);
  });

  test('has counted for nothing more once its window has passed', async () => {
    const call = oneCall();
    const { reservation } = await decide(60);
    await call.record(meters, reservation);
    nodes.clock += 2 * WINDOW_MS;
    expect(await pay(100)).toBe('paid');
    expect(await call.endUnsent(meters, reservation)).toMatchObject({ ok: true });
    expect(await nodes.stored(AGENT)).toBe(100n);
  });
});

test.each([
  ['negative', -5],
  ['a fraction', 1.5],
  ['a text', '5'],
])('an amount that is %s adds nothing, and the entry says why', async (_what, amount) => {
  const all = () => ({ outcome: 'allow' }) as unknown as Measured['decision'];
  const { reservation } = await meters.decide(HOLDERS, payment(amount), all);
  expect(JSON.parse(reservation?.detail(new Set()) ?? '')).toMatchObject([
    { meter: 'spend', lost: expect.stringMatching(/amount/) },
  ]);
  expect(await oneCall().record(meters, reservation)).toMatchObject({ ok: true });
  expect(await nodes.stored(AGENT)).toBeNull();
});

test.each([
  ['agent', 'agent:agt_1', { chain: 'chain_2', team: 'sre', subject: 'sub_1' }, { agent: 'agt_2' }],
  ['team', 'team:billing', { agent: 'agt_2', chain: 'chain_2' }, { team: 'sre' }],
  ['chain', 'chain:chain_1', { agent: 'agt_2', team: 'sre' }, { chain: 'chain_2' }],
  ['subject', 'subject:none/agt_1', { chain: 'chain_2', team: 'sre' }, { agent: 'agt_2' }],
  ['subject', 'subject:none/agt_1', { chain: 'chain_2' }, { subject: 'sub_1' }],
])('per %s: %s', async (per, holder, same, another) => {
  const own = await openNodes(per);
  const node = own.start();
  const record = async (holders: Holders) => {
    const { decision, reservation } = await decide(60, 100, node, holders);
    return decision.outcome === 'allow' ? oneCall().record(node, reservation) : 'denied';
  };
  expect(await record(HOLDERS)).toMatchObject({ ok: true });
  expect(await own.stored(holder)).toBe(60n);
  expect(await record({ ...HOLDERS, ...same })).toBe('denied');
  expect(await record({ ...HOLDERS, ...another })).toMatchObject({ ok: true });
  await own.close();
});

test('what counts no more is removed, and what is in use or was written since is not', async () => {
  const row = () => nodes.store.readers.meters.get({ meter: METER, holder: AGENT });
  expect(await pay(10)).toBe('paid');
  await meters.sweep();
  expect(await row()).not.toBeNull();
  nodes.clock += 2 * WINDOW_MS;
  const { reservation } = await decide(20);
  await meters.sweep();
  expect(await row()).toBeNull();
  // It was decided before the row went, so it is decided again.
  expect(await oneCall().record(meters, reservation)).toMatchObject({ code: 'overtaken' });
  expect(await pay(30)).toBe('paid');
  expect(await nodes.stored(AGENT)).toBe(30n);
});
