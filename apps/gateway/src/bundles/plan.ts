// The plan of an export: which entries are in it, in what order, and against which checkpoint they are proven. Made once;
// the file is then written twice from it, first to be recorded and then to be taken away.
import { parseEntry } from '@countersign/audit';
import type { CheckpointRecord } from '../store/readers/log.ts';
import { createClosure, redactionsOf } from './closure.ts';
import { createHeaders } from './headers.ts';
import type { RareEntries, ReadRare } from './rare.ts';
import { type Selected, selectEntries } from './select.ts';
import type { ExportQuery, ExportReaders } from './types.ts';

export interface ExportPlan {
  readonly checkpoint: CheckpointRecord;
  readonly selected: Selected;
  /** Entries that were not asked for, which others need; ascending. */
  readonly others: readonly number[];
  readonly entries: number;
  /** Index of the first entry, and of the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly isSelected: (index: number) => boolean;
  readonly rare: RareEntries;
  /** Calls of which nobody can tell whether they were asked for. */
  readonly untold: number;
}

export async function planExport(
  query: ExportQuery,
  checkpoint: CheckpointRecord,
  readers: ExportReaders,
  readRare: ReadRare,
  onProgress?: (line: string) => void,
): Promise<ExportPlan> {
  const { size } = checkpoint;
  const headers = createHeaders(readers);
  const { selected, untold } = await selectEntries(query, size, headers, readers, onProgress);
  const rare = await readRare(size, headers);
  const closure = createClosure(size, headers, rare, readers);
  const isSelected = (index: number): boolean =>
    selected.kind === 'range' ? index >= selected.from && index < selected.to : selected.indexes.has(index);

  const others = new Set<number>();
  const waiting: number[] = [];
  const want = (indexes: readonly number[]): void => {
    for (const index of indexes) {
      if (isSelected(index) || others.has(index) || index >= size) continue;
      others.add(index);
      waiting.push(index);
    }
  };
  if (selected.kind === 'range') {
    for await (const { header: bytes } of readers.log.entries(selected.from, selected.to)) {
      const parsed = parseEntry(bytes);
      if (parsed.ok) want(await closure.needs(parsed.value));
    }
  } else for (const index of selected.indexes) want(await closure.needs(await headers.at(index)));
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop())
    want(await closure.needs(await headers.at(index)));

  const single = [...others, ...(selected.kind === 'entries' ? selected.indexes : [])].toSorted(
    (a, b) => a - b,
  );
  const isAnyIn = (first: number, last: number): boolean =>
    (selected.kind === 'range' && first < selected.to && last >= selected.from) ||
    hasWithin(single, first, last);
  want(redactionsOf(rare, { isAnyIn }));

  const sorted = [...others].toSorted((a, b) => a - b);
  const ends = selected.kind === 'range' ? [selected.from, selected.to - 1] : [...selected.indexes];
  const all = [...ends, ...sorted];
  return {
    checkpoint,
    selected,
    others: sorted,
    entries:
      sorted.length + (selected.kind === 'range' ? selected.to - selected.from : selected.indexes.size),
    from: all.reduce((least, index) => Math.min(least, index), Number.MAX_SAFE_INTEGER),
    to: all.reduce((most, index) => Math.max(most, index), 0) + 1,
    isSelected,
    rare,
    untold,
  };
}

/** @param sorted ascending. */
function hasWithin(sorted: readonly number[], first: number, last: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < first) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low];
  return found !== undefined && found <= last;
}
