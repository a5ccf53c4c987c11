// The entries of a plan in log order, each with only those details that may be shown.
import type { StoredEntry } from '@countersign/audit';
import { exportedEntry } from '../exports/entry.ts';
import { ExportError, type ExportedEntry } from '../exports/types.ts';
import type { Disclosure } from './disclosure.ts';
import type { ExportPlan } from './plan.ts';
import type { ExportReaders } from './types.ts';

export async function* plannedEntries(
  { selected, others }: ExportPlan,
  { shows }: Disclosure,
  { log }: Pick<ExportReaders, 'log'>,
): AsyncGenerator<ExportedEntry, void> {
  const one = async (index: number): Promise<ExportedEntry> => {
    const stored = await log.entry(index);
    if (stored === null) throw new ExportError(`entry ${index} is not there; run \`countersign verify\``);
    return shown(stored, shows);
  };
  if (selected.kind === 'entries') {
    const all = [...others, ...selected.indexes].toSorted((a, b) => a - b);
    for (const index of all) yield one(index);
    return;
  }
  const { from, to } = selected;
  for (const index of others) if (index < from) yield one(index);
  for await (const stored of log.entries(from, to)) yield shown(stored, shows);
  for (const index of others) if (index >= to) yield one(index);
}

function shown(stored: StoredEntry, shows: Disclosure['shows']): ExportedEntry {
  if (stored.damaged === true) {
    throw new ExportError(
      `what is stored beside entry ${stored.index} was changed: run \`countersign verify\``,
    );
  }
  const entry = exportedEntry(stored, shows);
  // Without its key nothing can be read, which is not the same as its being gone.
  return stored.withheld === true ? { ...entry, erased: [] } : entry;
}
