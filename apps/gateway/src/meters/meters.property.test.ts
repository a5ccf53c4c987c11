// Random interleavings of deciding, committing, failing, giving back, restarting and time, on two nodes that share one
// store, against the plainest model: a list of what was committed and when.
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Meters } from './meters.ts';
import { HOLDERS, limit, type Nodes, oneCall, openNodes, payment, WINDOW_MS } from './testing-nodes.ts';
import type { Holders, Reservation } from './types.ts';

const LIMIT = 20;
const BUCKET_MS = WINDOW_MS / 60;

let nodes: Nodes;
beforeAll(async () => {
  nodes = await openNodes();
});
afterAll(() => nodes.close());

type Step =
  | { readonly do: 'decide'; readonly node: 0 | 1; readonly amount: number }
  | { readonly do: 'commit' | 'lose' | 'drop'; readonly at: number }
  | { readonly do: 'give back'; readonly at: number }
  | { readonly do: 'commit together'; readonly count: number; readonly losing: number }
  | { readonly do: 'restart'; readonly node: 0 | 1 }
  | { readonly do: 'wait'; readonly ms: number };

const node = fc.constantFrom(0 as const, 1 as const);
const at = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      node,
      amount: fc.integer({ min: 0, max: 9 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'lose' as const, 'drop' as const), at }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('commit together' as const),
      count: fc.nat({ max: 6 }),
      losing: fc.nat({ max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('give back' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), node }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, BUCKET_MS, WINDOW_MS / 2, WINDOW_MS, 2 * WINDOW_MS),
    }),
  },
);

interface Call {
  readonly meters: Meters;
  readonly amount: number;
  readonly at: number;
  readonly reservation: Reservation;
  readonly entries: ReturnType<typeof oneCall>;
}

let runs = 0;

test('never is more counted than the limit allows, and never is anything lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      runs += 1;
      const holders: Holders = { ...HOLDERS, agent: `agt_${runs}` };
      const both: [Meters, Meters] = [nodes.start(), nodes.start()];
      let decided: Call[] = [];
      let hasReturned = true;
      const committed: Call[] = [];

      /** What counts now at the least, by the model; a bucket more is allowed. */
      const counted = (within: number) =>
        committed
          .filter((call) => nodes.clock - call.at <= within)
          .reduce((sum, { amount }) => sum + amount, 0);

      const record = async (call: Call): Promise<void> => {
        const result = await call.entries.record(call.meters, call.reservation);
        if (result.ok) committed.push(call);
      };
      const take = (index: number): Call | undefined =>
        decided.splice(index % Math.max(1, decided.length), 1)[0];

      for (const one of steps) {
        switch (one.do) {
          case 'decide': {
            const meters = both[one.node];
            const before = nodes.clock;
            const { reservation } = await meters.decide(holders, payment(one.amount), limit(LIMIT));
            if (reservation !== null)
              decided.push({ meters, amount: one.amount, at: before, reservation, entries: oneCall() });
            break;
          }
          case 'commit': {
            const call = take(one.at);
            if (call !== undefined) await record(call);
            break;
          }
          case 'lose': {
            const call = take(one.at);
            if (call === undefined) break;
            nodes.fail(1);
            await record(call);
            nodes.fail(0);
            break;
          }
          case 'drop':
            take(one.at)?.reservation.drop();
            break;
          case 'commit together': {
            const calls = decided.splice(0, one.count);
            nodes.fail(one.losing);
            await Promise.all(calls.map(record));
            nodes.fail(0);
            break;
          }
          case 'give back': {
            const call = committed.splice(one.at % Math.max(1, committed.length), 1)[0];
            if (call === undefined) break;
            hasReturned &&= (await call.entries.endUnsent(call.meters, call.reservation)).ok;
            break;
          }
          case 'restart':
            decided = decided.filter(({ meters }) => meters !== both[one.node]);
            both[one.node] = nodes.start();
            break;
          case 'wait':
            nodes.clock += one.ms;
            break;
        }
        expect(counted(WINDOW_MS)).toBeLessThanOrEqual(LIMIT);
      }

      expect(hasReturned).toBe(true);
      for (const { reservation } of decided) reservation.drop();
      let shown: unknown;
      await nodes.start().decide(
        holders,
        payment(0),
        limit(LIMIT, (seen) => (shown = seen)),
      );
      expect(shown).toBeGreaterThanOrEqual(counted(WINDOW_MS));
      expect(shown).toBeLessThanOrEqual(counted(WINDOW_MS + BUCKET_MS));
    }),
    { numRuns: 150 },
  );
});
