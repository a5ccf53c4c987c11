import { setImmediate as nextTurn } from 'node:timers/promises';
import { type StoredEntry, toHex } from '@countersign/audit';
import type Database from 'better-sqlite3';
import type { CheckpointRecord, LogReader } from '../../readers/log.ts';
import { StoreError } from '../../store-error.ts';
import { archivedTo } from '../entries/entries-before.ts';
import { createEntryRange } from '../entries/entries.ts';

const CHECKPOINTS_PER_PAGE = 256;
/** A whole log is read in turns of this many entries, so that a gateway that exports still serves. */
const ENTRIES_PER_TURN = 256;

type CheckpointRow = Omit<CheckpointRecord, 'root'> & { readonly root: Uint8Array };

export function createLogReader(db: Database.Database): LogReader {
  const head = db.prepare<[], { origin: string; size: number; last_leaf: Uint8Array }>(
    'SELECT origin, size, last_leaf FROM log_head',
  );
  const newest = db.prepare<[number, number], CheckpointRow>(
    'SELECT size, root, note, time FROM checkpoints WHERE size < ? ORDER BY size DESC LIMIT ?',
  );
  const ofSize = db.prepare<[number], CheckpointRow>(
    'SELECT size, root, note, time FROM checkpoints WHERE size = ?',
  );
  const notes = db.prepare<[number, number], { size: number; note: string }>(
    'SELECT size, note FROM checkpoints WHERE size > ? ORDER BY size LIMIT ?',
  );
  const range = createEntryRange(db);
  const record = (row: CheckpointRow): CheckpointRecord => ({ ...row, root: toHex(row.root) });
  const recent = (limit: number, before = Number.MAX_SAFE_INTEGER): readonly CheckpointRecord[] =>
    newest.all(before, limit).map(record);

  return {
    async head() {
      const row = head.get();
      if (row === undefined)
        throw new StoreError('damaged', `\`${db.name}\` has no log: it was never opened by a gateway`);
      return { origin: row.origin, size: row.size, lastLeaf: toHex(row.last_leaf) };
    },
    archivedTo: async () => archivedTo(db),
    entry: async (index) => range(index, index + 1).next().value ?? null,
    async *entries(from = 0, to = Number.MAX_SAFE_INTEGER): AsyncGenerator<StoredEntry, void> {
      let read = 0;
      for (const entry of range(from, to)) {
        yield entry;
        read += 1;
        if (read % ENTRIES_PER_TURN === 0) await nextTurn();
      }
    },
    latestCheckpoint: async () => recent(1)[0] ?? null,
    checkpointAt: async (size) => {
      const row = ofSize.get(size);
      return row === undefined ? null : record(row);
    },
    recentCheckpoints: async (limit, before) => recent(limit, before),
    async *checkpoints() {
      for (let size = -1; ; ) {
        const page = notes.all(size, CHECKPOINTS_PER_PAGE);
        for (const row of page) yield row.note;
        const last = page.at(-1);
        if (last === undefined) return;
        ({ size } = last);
        await nextTurn();
      }
    },
  };
}
