// What a durable entry costs: many callers at once, each waiting for its own, as calls do; and, in turns with that, bare SQLite
// given all rows that this wrote, in batches of the same sizes: what the disk and the database alone would take. WHY in turns:
// what a shared disk and its neighbours let through changes within a minute by more than what is to be found out.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntryDraft } from '@countersign/audit';
import type { Store } from '../apps/gateway/src/store/store.ts';
import { createTestFolder } from '../apps/gateway/src/store/sqlite/testing/folder.ts';
import { completed, decided, newCall } from '../apps/gateway/src/store/testing-drafts.ts';
import { type Bare, createBare } from './audit-append-bare.ts';

const CALLERS = 64;
/** Entries that are appended before it is the other's turn: a second or two, since what is put off until a turn ends is waited for. */
const IN_A_TURN = CALLERS * 2 * 256;

export async function appendFigures({
  entries,
  tell,
}: {
  readonly entries: number;
  readonly tell: (text: string) => void;
}) {
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-append-'));
  try {
    const folder = await createTestFolder(join(scratch, 'log'));
    const store = await folder.open({ checkpointIntervalMs: 1000, now: Date.now });
    const bare = createBare(folder.dataDir, join(scratch, 'bare.db'));
    const turns = Math.max(1, Math.round(entries / IN_A_TURN));
    const took = await inTurns(store, bare, turns);
    bare.close();
    await store.close();
    const perSecond = (ms: number): number => Math.round((took.entries * 1000) / ms);
    const figures = {
      append_per_s: perSecond(took.store),
      append_ratio_to_sqlite: Math.round((took.bare / took.store) * 100) / 100,
      append_batch: Math.round(took.entries / took.batches),
    };
    tell(`append: ${figures.append_per_s} entries a second, ${figures.append_batch} in a batch`);
    tell(`bare SQLite, the same rows in the same batches: ${perSecond(took.bare)} entries a second`);
    return figures;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Milliseconds that both took for the same entries. */
interface Took {
  store: number;
  bare: number;
  entries: number;
  batches: number;
}

/** A turn of each before those that count: code that has run before, and a database that is not empty. */
async function inTurns(store: Store, bare: Bare, turns: number): Promise<Took> {
  const took: Took = { store: 0, bare: 0, entries: 0, batches: 0 };
  // What the log began with.
  let batches = [store.health().size];
  store.onCommitted((committed) => {
    batches.push(committed.length);
  });
  for (let turn = 0; turn <= turns; turn += 1) {
    const started = performance.now();
    await append(store, IN_A_TURN);
    // The thread beside the writer does one thing after the other: nothing that was put off is left when it has read what
    // is to be signed.
    await store.signNow();
    const elapsed = performance.now() - started;
    const bareElapsed = bare.follow(batches);
    if (turn > 0) {
      took.store += elapsed;
      took.bare += bareElapsed;
      took.entries += IN_A_TURN;
      took.batches += batches.length;
    }
    batches = [];
  }
  return took;
}

async function append(store: Store, entries: number): Promise<void> {
  const committed = async (entry: EntryDraft): Promise<number> => {
    const result = await store.commit({ entries: [entry] });
    const [receipt] = result.ok ? result.receipts : [];
    if (receipt === undefined) throw new Error(JSON.stringify(result));
    return receipt.index;
  };
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (let call = 0; call < entries / CALLERS / 2; call += 1) {
        const ids = newCall();
        const index = await committed(decided(ids));
        await committed(completed(ids, index));
      }
    }),
  );
}
