// The tree of the log over entries as they are in storage, each hashed anew and compared with its leaf: what is signed comes
// from here, never from what the writer remembers (DESIGN section 9; audit-log.md 1.1, Yeti).
import { appendLeaf, type CompactRange, equalBytes, leafHash, parseEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { StoreError } from '../../store-error.ts';

export interface Extended {
  readonly range: CompactRange;
  /** Time of the last entry read, microseconds since the epoch; null when none was. */
  readonly time: number | null;
}

/** The tree over the stored entries from `from` up to `size` entries. Throws a StoreError `damaged`. */
export type ExtendTree = (from: CompactRange, size: number) => Extended;

interface EntryRow {
  readonly idx: number;
  readonly header: Uint8Array;
  readonly leaf: Uint8Array;
}

/** WHY in pages: a statement that is open keeps the write-ahead log from being emptied. */
const PAGE = 512;

/** `reader` reads back; it must not be the connection that wrote. */
export function createTreeExtender(reader: Database.Database): ExtendTree {
  const entries = reader.prepare<[number, number], EntryRow>(
    'SELECT idx, header, leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx',
  );
  return (from, size) => {
    let range = from;
    let last: Uint8Array | null = null;
    while (range.size < size) {
      const end = Math.min(size, range.size + PAGE);
      for (const { idx, header, leaf } of entries.all(range.size, end)) {
        if (idx !== range.size)
          throw new StoreError('damaged', `entry ${range.size} is missing from storage`);
        if (!equalBytes(leafHash(header), leaf)) {
          throw new StoreError(
            'damaged',
            `entry ${idx} as read back from storage is not the one that was written`,
          );
        }
        range = appendLeaf(range, leaf);
        last = header;
      }
      if (range.size !== end) throw new StoreError('damaged', `entry ${range.size} is missing from storage`);
    }
    const entry = last === null ? null : parseEntry(last);
    return { range, time: entry?.ok === true ? entry.value.time : null };
  };
}
