// Those entries of a plan that are of certain kinds, without reading all the others in full.
import { type EntryHeader, type EntryKind, parseEntry, type StoredEntry } from '@countersign/audit';
import type { ExportPlan } from './plan.ts';
import type { ExportReaders } from './types.ts';

export async function* plannedKinds(
  { selected, others }: ExportPlan,
  kinds: readonly EntryKind[],
  { exports, log }: Pick<ExportReaders, 'exports' | 'log'>,
): AsyncGenerator<{ readonly header: EntryHeader; readonly stored: StoredEntry }, void> {
  const wanted = new Set<string>(kinds);
  const read = async (index: number) => {
    const stored = await log.entry(index);
    const parsed = stored === null ? null : parseEntry(stored.header);
    if (stored === null || parsed === null || !parsed.ok) return null;
    return wanted.has(parsed.value.kind) ? { header: parsed.value, stored } : null;
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
