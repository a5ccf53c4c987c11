// Reads entries as they are stored, their values opened as far as their keys are there, in pages, so that a long read holds neither a statement nor a snapshot open (which
// would keep the write-ahead log from being emptied).
import type { StoredEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { openedValues, openerOf } from '../../payload/opener.ts';

const PAGE = 256;

interface EntryRow {
  readonly idx: number;
  readonly header: Uint8Array;
  readonly leaf: Uint8Array;
}
interface PayloadRow {
  readonly idx: number;
  readonly key: number;
  readonly sealed: Uint8Array;
}

/** Entries with index `from` up to, not including, `to`, ascending. What is missing is simply not there. */
export type EntryRange = (from: number, to: number) => Generator<StoredEntry, void>;

export function createEntryRange(db: Database.Database): EntryRange {
  const entries = db.prepare<[number, number, number], EntryRow>(
    'SELECT idx, header, leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?',
  );
  const payloads = db.prepare<[number, number], PayloadRow>(
    'SELECT idx, key, sealed FROM payloads WHERE idx BETWEEN ? AND ?',
  );
  const opener = openerOf(db);
  const page = db.transaction((from: number, to: number): readonly StoredEntry[] => {
    const rows = entries.all(from, to, PAGE);
    const last = rows.at(-1);
    if (last === undefined) return [];
    const byIndex = new Map(payloads.all(from, last.idx).map((row) => [row.idx, row]));
    return rows.map(({ idx, header, leaf }) => ({
      index: idx,
      header,
      leaf,
      ...storedWith(byIndex.get(idx)),
    }));
  });
  function storedWith(row: PayloadRow | undefined) {
    return openedValues(row === undefined ? 'erased' : opener.entry(row.idx, row.key, row.sealed));
  }
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
