// Those entries of a plan that are of certain kinds, without reading all the others in full.
import { type EntryHeader, type EntryKind, parseEntry, type StoredEntry } from '@countersign/audit';
import type { ExportPlan } from './plan.ts';
import { headerAt } from './headers.ts';
import type { ExportReaders } from './types.ts';

export async function* plannedKinds(
  { selected, others }: ExportPlan,
  kinds: readonly EntryKind[],
  readers: Pick<ExportReaders, 'exports' | 'log' | 'moved'>,
): AsyncGenerator<{ readonly header: EntryHeader; readonly stored: StoredEntry }, void> {
  const { exports, log } = readers;
  const wanted = new Set<string>(kinds);
  const read = async (index: number) => {
    const header = await headerAt(readers, index);
    const parsed = header === null ? null : parseEntry(header);
    if (parsed?.ok !== true || !wanted.has(parsed.value.kind)) return null;
    const stored = await log.entry(index);
    return stored === null ? null : { header: parsed.value, stored };
  };
  const single = selected.kind === 'entries' ? [...others, ...selected.indexes] : others;
  for (const index of single) {
    const found = await read(index);
    if (found !== null) yield found;
  }
  if (selected.kind === 'entries') return;
  for await (const index of exports.ofKinds(kinds, selected.from, selected.to)) {
    const found = await read(index);
    if (found !== null) yield found;
  }
}
