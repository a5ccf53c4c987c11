// Meters for tests: nodes that share one real store, a policy that is a limit, and a hand on every commit.
import {
  buildSchema,
  compileMeters,
  type CallFacts,
  type Decision,
  type MeterValue,
  meteringOf,
} from '@countersign/policy';
import { createTestFolder } from '../store/sqlite/testing/folder.ts';
import type { Store } from '../store/store.ts';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import type { CommitRequest, CommitResult, LogWriter } from '../store/types.ts';
import { createMeters, type Meters } from './meters.ts';
import type { Holders, MeteredResult, Reservation } from './types.ts';

const LOST = { ok: false, code: 'log_unavailable', message: 'no space left' } as const;

export const WINDOW_MS = 60_000;
export const METER = 'spend+amount';

export interface Nodes {
  readonly store: Store;
  clock: number;
  /** The meters of a node that has just started. */
  start(): Meters;
  /** Holds back what is committed until `pass` is called: that lets later commits through, and `release` these. */
  holdBack(): { pass(): void; release(): void };
  /** Makes the next commits fail as if the log could not be written. */
  fail(count: number): void;
  /** What the store holds for a holder, in cents; null where it holds nothing. */
  stored(holder: string): Promise<bigint | null>;
  close(): Promise<void>;
}

export const HOLDERS: Holders = { agent: 'agt_1', team: 'billing', subject: null, chain: 'chain_1' };

export function payment(amount: number | string): CallFacts {
  return {
    operation: 'mcp:tools/call',
    resource: { kind: 'tool', name: 'pay', server: { name: 'payments' } },
    input: JSON.stringify({ amount }),
  } as unknown as CallFacts;
}

/** Allows what keeps the meter within `most`, as `forbid … when { context.meter.spend > most }` does. */
export function limit(most: number, saw: (shown: MeterValue | undefined) => void = () => {}) {
  return (facts: CallFacts): Decision => {
    const shown = facts.meters?.['spend'];
    saw(shown);
    const isAllowed = typeof shown === 'number' && shown <= most;
    return { outcome: isAllowed ? 'allow' : 'deny' } as unknown as Decision;
  };
}

export async function openNodes(per = 'agent'): Promise<Nodes> {
  const folder = await createTestFolder();
  const store = await folder.open();
  let held: PromiseWithResolvers<void> | null = null;
  let failing = 0;
  const writer: LogWriter = {
    async commit(request: CommitRequest): Promise<CommitResult> {
      const isLost = failing > 0;
      if (isLost) failing -= 1;
      await held?.promise;
      return isLost ? LOST : store.commit(request);
    },
  };
  const metering = spendMetering(per);
  const nodes: Nodes = {
    store,
    clock: 1_800_000_000_000,
    start: () =>
      createMeters({ writer, reads: store.readers.meters, metering: () => metering, now: () => nodes.clock }),
    holdBack() {
      const mine = Promise.withResolvers<void>();
      held = mine;
      const pass = (): void => {
        if (held === mine) held = null;
      };
      return {
        pass,
        release() {
          pass();
          mine.resolve();
        },
      };
    },
    fail(count) {
      failing = count;
    },
    async stored(holder) {
      const row = await store.readers.meters.get({ meter: METER, holder });
      if (row === null) return null;
      const { buckets } = JSON.parse(row.buckets) as { buckets: [number, string][] };
      return buckets.reduce((sum, [, amount]) => sum + BigInt(amount), 0n);
    },
    async close() {
      await store.close();
      folder.remove();
    },
  };
  return nodes;
}

/** A call as it is recorded and ended, without the rest of the pipeline. */
export function oneCall() {
  const ids = newCall();
  return {
    record: (meters: Meters, reservation: Reservation | null): Promise<MeteredResult> =>
      meters.commit({ entries: [decided(ids)] }, reservation),
    endUnsent: (
      meters: Meters,
      reservation: Reservation | null,
      tell: (detail: string | undefined) => void = () => {},
    ) =>
      meters.commitReturning(reservation, (back) => {
        tell(back?.detail(new Set()));
        return { entries: [completed(ids, 1)] };
      }),
  };
}

function spendMetering(per: string) {
  const schema = buildSchema(
    {
      servers: [
        {
          name: 'payments',
          tools: [
            { name: 'pay', inputSchema: { type: 'object', properties: { amount: { type: 'integer' } } } },
          ],
        },
      ],
      groups: [],
      teams: [],
    },
    (text) => text,
  );
  const text = `meters: [{ name: spend, on: [payments/pay], add: { input: amount }, per: ${per}, window: 60s }]`;
  const { meters } = compileMeters([{ file: 'spend.meters.yaml', text }], schema);
  const action = { op: 'All' } as const;
  const json = { action } as unknown as Parameters<typeof meteringOf>[0]['policies'][number]['json'];
  const reads = [{ path: ['context', 'meter', 'spend'], presenceOnly: false }];
  return meteringOf({ policies: [{ reads, json }], meters });
}
