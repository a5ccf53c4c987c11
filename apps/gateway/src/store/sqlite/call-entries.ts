// The entries behind one call. Every entry of a chain names the one before it, so the chain is walked back from its
// head: the log needs no index beside it that could hide an entry.
import { type EntryHeader, parseEntry, toHex } from '@countersign/audit';
import type Database from 'better-sqlite3';
import type { CallRecord, EntryRecord } from '../readers/calls.ts';
import { StoreError } from '../store-error.ts';
import { createEntryRange } from './entries.ts';

const MOST_STEPS = 10_000;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function createCallEntries(db: Database.Database): (call: CallRecord) => readonly EntryRecord[] {
  const head = db.prepare<[string], number>('SELECT last_index FROM chains WHERE id = ?').pluck();
  const range = createEntryRange(db);
  const headerAt = db.prepare<[number], Uint8Array>('SELECT header FROM entries WHERE idx = ?').pluck();

  const record = (index: number): readonly EntryRecord[] =>
    [...range(index, index + 1)].map(({ header: bytes, leaf, details }) => {
      const header = parsed(bytes, index);
      const texts = Object.fromEntries(details.map(({ name, value }) => [name, decoder.decode(value)]));
      const erased = Object.entries(header.commits).flatMap(([name, commit]) =>
        commit !== null && !(name in texts) ? [name] : [],
      );
      return { header, leaf: toHex(leaf), details: texts, erased };
    });

  return (call) => {
    const indexes = new Set([call.decidedIndex, ...(call.endedIndex === null ? [] : [call.endedIndex])]);
    let next: number | null = head.get(call.chain) ?? null;
    for (let steps = 0; next !== null && steps < MOST_STEPS; steps += 1) {
      const bytes = headerAt.get(next);
      if (bytes === undefined) break;
      const header = parsed(bytes, next);
      if (header.call === call.id) indexes.add(next);
      if (header.kind === 'call.decided' && header.call === call.id && header.body.round === 1) break;
      next = header.chain?.prevIndex ?? null;
    }
    return [...indexes].sort((a, b) => a - b).flatMap(record);
  };
}

function parsed(bytes: Uint8Array, index: number): EntryHeader {
  const entry = parseEntry(bytes);
  if (entry.ok) return entry.value;
  throw new StoreError('damaged', `entry ${index} is malformed: ${entry.error.message}`);
}
