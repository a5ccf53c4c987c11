// Whether a row of the index is what the entries of its call say. The index is no evidence: whoever can write to the
// database can write anything into it. What is shown from it is compared with entries, whose hashes are the log.
import {
  commitment,
  equalBytes,
  type EntryHeader,
  leafHash,
  parseEntry,
  type StoredEntry,
  toHex,
} from '@countersign/audit';
import { projectNamed } from '../store/projection.ts';
import type { Cell, Row } from '../store/types.ts';

/** A column in which row and log differ. `recorded` is null, too, where no intact entry says anything. */
export interface RowDifference {
  readonly column: string;
  readonly shown: Cell;
  readonly recorded: Cell;
}

/** Where a row stands is not what the entries of one call can say; a search does not depend on anything else it cannot. */
const NOT_RECORDED: ReadonlySet<string> = new Set(['seq']);

/** What only details say: without the keys of its values an entry does not tell. */
const FROM_DETAILS: ReadonlySet<string> = new Set([
  'agent',
  'owner',
  'team',
  'subject',
  'upstream',
  'resource',
  'agents',
  'policies',
  'sentence',
  'trace_id',
  'labels',
  'brought',
]);

/**
 * `entries` are those of the call that are at hand, ascending: at least the first decision, the one in force, and the
 * one that ended it. Empty when nothing differs.
 */
export function differencesOf(row: Row, entries: readonly StoredEntry[]): readonly RowDifference[] {
  let recorded: Row = {};
  for (const stored of entries) {
    const header = intactHeader(stored);
    if (header === null) continue;
    for (const change of projectNamed(header, intactDetails(stored, header))) {
      if ('row' in change) {
        if (change.row['id'] !== row['id']) continue;
        const kept = Object.entries(recorded).filter(([name]) => change.keep.includes(name));
        recorded = { ...change.row, ...Object.fromEntries(kept) };
      } else if (Object.entries(change.where).every(([name, value]) => recorded[name] === value)) {
        recorded = { ...recorded, ...change.set };
      }
    }
  }
  const isSilent = entries.some(({ withheld }) => withheld === true);
  return Object.keys(row).flatMap((column) => {
    if (NOT_RECORDED.has(column) || (isSilent && FROM_DETAILS.has(column))) return [];
    const [shown, said] = [row[column] ?? null, recorded[column] ?? null];
    return shown === said ? [] : [{ column, shown, recorded: said }];
  });
}

/** Null for an entry that is not what its leaf hash says, or stands where another should. */
function intactHeader({ index, header, leaf }: StoredEntry): EntryHeader | null {
  if (!equalBytes(leafHash(header), leaf)) return null;
  const parsed = parseEntry(header);
  return parsed.ok && parsed.value.index === index ? parsed.value : null;
}

function intactDetails({ details }: StoredEntry, header: EntryHeader): ReadonlyMap<string, Uint8Array> {
  const commits = new Map<string, string | null>(Object.entries(header.commits));
  const intact = details.filter(
    ({ name, salt, value }) => toHex(commitment(name, salt, value)) === commits.get(name),
  );
  return new Map(intact.map(({ name, value }) => [name, value]));
}
