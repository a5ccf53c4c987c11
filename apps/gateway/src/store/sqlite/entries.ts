// Reads entries as they are stored, in pages, so that a long read holds neither a statement nor a snapshot open (which
// would keep the write-ahead log from being emptied).
import type { Detail, StoredEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';

const PAGE = 256;

interface EntryRow {
  readonly idx: number;
  readonly header: Uint8Array;
  readonly leaf: Uint8Array;
}
interface DetailRow extends Detail {
  readonly idx: number;
}

/** Entries with index `from` up to, not including, `to`, ascending. What is missing is simply not there. */
export type EntryRange = (from: number, to: number) => Generator<StoredEntry, void>;

export function createEntryRange(db: Database.Database): EntryRange {
  const entries = db.prepare<[number, number, number], EntryRow>(
    'SELECT idx, header, leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?',
  );
  const details = db.prepare<[number, number], DetailRow>(
    'SELECT idx, name, salt, value FROM details WHERE idx BETWEEN ? AND ? ORDER BY idx',
  );
  const page = db.transaction((from: number, to: number): readonly StoredEntry[] => {
    const rows = entries.all(from, to, PAGE);
    const last = rows.at(-1);
    if (last === undefined) return [];
    const byIndex = Map.groupBy(details.all(from, last.idx), (detail) => detail.idx);
    return rows.map(({ idx, header, leaf }) => ({
      index: idx,
      header,
      leaf,
      details: (byIndex.get(idx) ?? []).map(({ name, salt, value }) => ({ name, salt, value })),
    }));
  });
  return function* range(from, to) {
    for (let next = from; next < to; ) {
      const stored = page(next, to);
      yield* stored;
      const last = stored.at(-1);
      if (last === undefined || stored.length < PAGE) return;
      next = last.index + 1;
    }
  };
}
