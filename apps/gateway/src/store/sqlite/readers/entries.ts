// Finds entries by kind: rare kinds by their list, decisions and outcomes by looking back through the log, since they are
// most of it. In turns, so that no question holds up the thread that serves calls.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EntryKind, parseEntry, toHex } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { isFrequentKind } from '../../../search/kinds.ts';
import type { EntryReader, FoundEntry } from '../../readers/entries.ts';
import { StoreError } from '../../store-error.ts';

const ENTRIES_PER_TURN = 4096;

interface EntryRow {
  readonly idx: number;
  readonly header: Uint8Array;
  readonly leaf: Uint8Array;
}

export function createEntryReader(db: Database.Database): EntryReader {
  const select = 'SELECT idx, header, leaf FROM entries';
  const rare = db.prepare<[string, number, number, number], EntryRow>(
    `${select} JOIN entry_kinds USING (idx) WHERE kind = ? AND entry_kinds.idx >= ? AND entry_kinds.idx < ?
     ORDER BY entry_kinds.idx DESC LIMIT ?`,
  );
  const any = db.prepare<[number, number, number], EntryRow>(
    `${select} WHERE idx >= ? AND idx < ? ORDER BY idx DESC LIMIT ?`,
  );
  const frequent = db.prepare<[Buffer, number, number, number], EntryRow>(
    `${select} WHERE instr(header, ?) > 0 AND idx >= ? AND idx < ? ORDER BY idx DESC LIMIT ?`,
  );

  async function lookBack(kind: EntryKind, from: number, before: number, limit: number): Promise<EntryRow[]> {
    const mark = Buffer.from(`"kind":"${kind}"`);
    const found: EntryRow[] = [];
    for (let end = before; end > from && found.length < limit; end -= ENTRIES_PER_TURN) {
      const start = Math.max(from, end - ENTRIES_PER_TURN);
      found.push(...frequent.all(mark, start, end, limit - found.length));
      if (found.length < limit) await nextTurn();
    }
    return found;
  }

  return {
    async page({ kind, from }, { limit, before }) {
      const rows =
        kind === undefined
          ? any.all(from, before, limit + 1)
          : isFrequentKind(kind)
            ? await lookBack(kind, from, before, limit + 1)
            : rare.all(kind, from, before, limit + 1);
      const entries = rows.slice(0, limit).map(foundEntry);
      return { entries, next: rows.length > limit ? (rows[limit - 1]?.idx ?? null) : null };
    },
  };
}

function foundEntry({ idx, header, leaf }: EntryRow): FoundEntry {
  const parsed = parseEntry(header);
  if (!parsed.ok) throw new StoreError('damaged', `entry ${idx} is malformed: ${parsed.error.message}`);
  return { header: parsed.value, leaf: toHex(leaf) };
}
