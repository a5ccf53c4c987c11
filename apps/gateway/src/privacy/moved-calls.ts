// What an erasure is about, of calls that were moved to archives of old entries, where no index finds them: read there one after
// another, as far as what is left of them tells whether they are meant.
import type { EntryHeader } from '@countersign/audit';
import type { RecordedArchives } from '../archive/recorded.ts';
import { parseQueryText } from '../search/query-text.ts';
import type { PayloadReader } from '../store/readers/payloads.ts';
import { type ArchivedEntry, findArchivedCalls } from './archived-calls.ts';
import { namesToErase } from './fields.ts';
import { createJudge } from './judge.ts';
import type { SelectDeps, Selection } from './selection.ts';

export interface MovedCalls {
  /** Of details that go. */
  readonly headers: readonly EntryHeader[];
  /** Of calls that may be meant, and do not tell any more: the entries of each with details that would go. */
  readonly untold: readonly (readonly EntryHeader[])[];
  readonly unreached: RecordedArchives['unreached'];
}

const NONE_MOVED: MovedCalls = { headers: [], untold: [], unreached: [] };

/**
 * Calls that were asked for by id or query and of which the index knows nothing any more. Of a person all keys go anyway.
 * SECURITY: a value that is gone, or cannot be read here, is no reason to destroy: a query that excludes it would find the call.
 */
export async function movedCalls(
  { subject, call, query = '' }: Selection,
  { archived, readers }: SelectDeps,
): Promise<MovedCalls> {
  if (archived === undefined || subject !== undefined) return NONE_MOVED;
  if (call !== undefined && (await readers.calls.get(call)) !== null) return NONE_MOVED;
  const parsed = parseQueryText(query, { place: 'record' });
  if (!parsed.ok) return NONE_MOVED;
  const judge = await createJudge(parsed.value, readers);
  const { archives, unreached } = await archived();
  const untold: (readonly EntryHeader[])[] = [];
  /** How many calls, by the archive that their values are in. */
  const withheld = new Map<string, number>();
  const { calls, problem } = await findArchivedCalls(archives, readers.log, (row, entries) => {
    if (call !== undefined && row['id'] !== call) return false;
    const verdict = judge(row, entries);
    if (verdict === 'untold') untold.push(toErase(entries));
    else if (typeof verdict === 'object') {
      const folder = archives.findLast(({ manifest }) => manifest.from <= verdict.withheld)?.folder ?? '';
      withheld.set(folder, (withheld.get(folder) ?? 0) + 1);
    }
    return verdict === 'asked';
  });
  return {
    headers: calls.flatMap(({ entries }) => toErase(entries)),
    untold,
    unreached: [
      ...unreached.map(({ log, why }) => ({ log, why })),
      ...[...withheld].map(([log, count]) => ({ log, why: withheldText(count) })),
      ...(problem === null ? [] : [problem]),
    ],
  };
}

const toErase = (entries: readonly ArchivedEntry[]): readonly EntryHeader[] =>
  entries.map(({ header }) => header).filter((header) => namesToErase(header, null).length > 0);

const withheldText = (calls: number): string =>
  `the values of ${calls === 1 ? '1 call' : `${calls} calls`} in it cannot be read here, so nobody can tell whether it was asked for: make their keys available`;

/** Entries in archives of which the key is still there. */
export async function stillSealed(headers: readonly EntryHeader[], payloads: PayloadReader) {
  const sealed = await payloads.archivedOf(headers.map(({ index }) => index));
  const there = new Set(await payloads.existing([...new Set(sealed.map(({ key }) => key))]));
  return sealed.filter(({ key }) => there.has(key));
}

/** How many of these calls have something left in archives that could be destroyed. */
export async function stillThere(
  calls: readonly (readonly EntryHeader[])[],
  payloads: PayloadReader,
): Promise<number> {
  const left = new Set((await stillSealed(calls.flat(), payloads)).map(({ index }) => index));
  return calls.filter((headers) => headers.some(({ index }) => left.has(index))).length;
}
