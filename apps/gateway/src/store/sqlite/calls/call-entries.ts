// The entries behind one call. Every entry of a chain names the one before it, so the chain is walked back from its
// head: the log needs no index beside it that could hide an entry.
import { type EntryHeader, parseEntry, type StoredEntry, toHex } from '@countersign/audit';
import type Database from 'better-sqlite3';
import type { CallRecord, EntryRecord } from '../../readers/calls.ts';
import { StoreError } from '../../store-error.ts';
import { createEntryRange } from '../entries/entries.ts';

const MOST_STEPS = 10_000;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

type Placed = Pick<CallRecord, 'id' | 'chain' | 'firstIndex' | 'decidedIndex' | 'endedIndex'>;

export interface CallEntries {
  /** All that the log has of a call, in its order. */
  all(call: Placed): readonly StoredEntry[];
  /** Only those that its row names: first decision, decision in force, end. */
  named(call: Placed): readonly StoredEntry[];
  /** All, as people read them. Throws a StoreError for one that is malformed. */
  records(call: Placed): readonly EntryRecord[];
}

export function createCallEntries(db: Database.Database): CallEntries {
  const head = db.prepare<[string], number>('SELECT last_index FROM chains WHERE id = ?').pluck();
  const range = createEntryRange(db);
  const headerAt = db.prepare<[number], Uint8Array>('SELECT header FROM entries WHERE idx = ?').pluck();

  const redactedSince = db
    .prepare<[number], number>(
      "SELECT count(*) FROM (SELECT 1 FROM entry_kinds WHERE kind = 'log.redacted' AND idx > ? LIMIT 1)",
    )
    .pluck();

  const record = (stored: StoredEntry): EntryRecord => ({
    ...entryRecord(stored),
    ...(stored.withheld === true && redactedSince.get(stored.index) === 0 ? { isUntouched: true } : {}),
  });
  const read = (indexes: ReadonlySet<number>): readonly StoredEntry[] =>
    [...indexes].sort((a, b) => a - b).flatMap((index) => [...range(index, index + 1)]);
  const namedBy = ({ firstIndex, decidedIndex, endedIndex }: Placed): Set<number> =>
    new Set([firstIndex, decidedIndex, ...(endedIndex === null ? [] : [endedIndex])]);

  const entries: CallEntries = {
    named: (call) => read(namedBy(call)),
    records: (call) => entries.all(call).map(record),
    all(call) {
      const indexes = namedBy(call);
      let next: number | null = head.get(call.chain) ?? null;
      for (let steps = 0; next !== null && steps < MOST_STEPS; steps += 1) {
        const bytes = headerAt.get(next);
        if (bytes === undefined) break;
        const header = parsed(bytes, next);
        if (header.call === call.id) indexes.add(next);
        if (header.kind === 'call.decided' && header.call === call.id && header.body.round === 1) break;
        next = header.chain?.prevIndex ?? null;
      }
      return read(indexes);
    },
  };
  return entries;
}

function entryRecord({ index, header: bytes, leaf, details }: StoredEntry): EntryRecord {
  const header = parsed(bytes, index);
  const texts = Object.fromEntries(details.map(({ name, value }) => [name, decoder.decode(value)]));
  const erased = Object.entries(header.commits).flatMap(([name, commit]) =>
    commit !== null && !(name in texts) ? [name] : [],
  );
  return { header, leaf: toHex(leaf), details: texts, erased };
}

function parsed(bytes: Uint8Array, index: number): EntryHeader {
  const entry = parseEntry(bytes);
  if (entry.ok) return entry.value;
  throw new StoreError('damaged', `entry ${index} is malformed: ${entry.error.message}`);
}
