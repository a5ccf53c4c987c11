// Opens the log and brings it to a state that the gateway may serve from: outcomes that an earlier run had to spill are
// recorded, and what a crash left open is declared unknown, before anything new is accepted.
import { join } from 'node:path';
import type { EntryDraft, Id } from '@countersign/audit';
import { openSpill, type Spill } from '../pipeline/spill.ts';
import { recoverOpenCalls } from '../store/recovery.ts';
import { recordRebuilds } from '../search/rebuilds.ts';
import type { PayloadPlace } from '../store/payload/place.ts';
import { openStore } from '../store/sqlite/requests/client.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { settleLogKeys } from './key-manifest.ts';
import type { NodeKeys } from './keys.ts';
import { StartError } from './problem.ts';

export interface OpenedStore {
  readonly store: Store;
  readonly spill: Spill;
  /** Calls that a crash left without an outcome. */
  readonly recovered: number;
}

export async function openRecoveredStore(options: {
  readonly dataDir: string;
  readonly origin: string;
  readonly node: Id<'node'>;
  readonly keys: NodeKeys;
  /** Where the last signed head is kept. */
  readonly headFile: string;
  /** Where the keys to stored values are, as far as it is configured; left out: where they were. */
  readonly payload?: Partial<PayloadPlace>;
  readonly now: () => number;
}): Promise<OpenedStore> {
  const { dataDir, origin, node, keys, now } = options;
  const store = await openStore({
    dataDir,
    origin,
    node,
    checkpointKey: keys.checkpoint.skey,
    laterCheckpointKeys: keys.laterCheckpoint,
    headFile: options.headFile,
    ...(options.payload === undefined ? {} : { payload: options.payload }),
    now,
  }).catch((error: unknown) => {
    throw error instanceof StoreError ? new StartError(error.message) : error;
  });
  await settleLogKeys(store, { dataDir, origin, now: now() });
  const spill = openSpill(join(dataDir, 'spill.jsonl'));
  await replay(spill, store);
  await recordRebuilds(store, store.readers.calls);
  return { store, spill, recovered: await recoverOpenCalls(store) };
}

async function replay(spill: Spill, store: Store): Promise<void> {
  const kept = spill.kept();
  for (const entry of kept) {
    const result = await store.commit({ entries: [entry], preconditions: [stillOpen(entry)] });
    if (!result.ok && result.code === 'log_unavailable')
      throw new StartError(`the log cannot be written: ${result.message}`);
  }
  if (kept.length > 0) spill.clear();
}

function stillOpen(entry: EntryDraft<'call.completed'>) {
  return { table: 'calls', where: { id: entry.call, state: 'open' }, expect: 'exists' } as const;
}
