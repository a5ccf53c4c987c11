// Headers by their index, remembered: a chain is walked back entry by entry, and many calls share one.
import { type EntryHeader, parseEntry } from '@countersign/audit';
import { ExportError } from '../exports/types.ts';
import type { ExportReaders } from './types.ts';

const MAX_REMEMBERED = 20_000;

export interface Headers {
  at(index: number): Promise<EntryHeader>;
  /** Entries below are in archives. */
  archivedTo(): Promise<number>;
  /** The entries of a chain, the newest first, from `index` back, as far as they are not archived. */
  back(index: number): AsyncIterable<EntryHeader>;
}

/** What is known of an entry without its values: opening those of archived entries costs more than all else. */
export async function headerAt(
  { log, moved }: Pick<ExportReaders, 'log' | 'moved'>,
  index: number,
): Promise<Uint8Array | null> {
  const stored = moved !== undefined && index < moved.to ? await moved.header(index) : await log.entry(index);
  return stored?.header ?? null;
}

export function createHeaders(readers: Pick<ExportReaders, 'log' | 'moved'>): Headers {
  const { log } = readers;
  const known = new Map<number, EntryHeader>();
  let first: Promise<number> | null = null;
  const archivedTo = (): Promise<number> => (first ??= log.archivedTo());
  const at = async (index: number): Promise<EntryHeader> => {
    const remembered = known.get(index);
    if (remembered !== undefined) return remembered;
    const header = await headerAt(readers, index);
    const parsed = header === null ? null : parseEntry(header);
    if (parsed === null || !parsed.ok) {
      const first = await archivedTo();
      if (parsed === null && index < first) throw archived(index, first);
      const why = parsed === null ? 'is not there' : `is malformed: ${parsed.error.message}`;
      throw new ExportError(`entry ${index} ${why}; run \`countersign verify\` to see what happened to it`);
    }
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(index, parsed.value);
    return parsed.value;
  };
  return {
    at,
    archivedTo,
    async *back(index) {
      for (let next: number | null = index; next !== null; ) {
        const header: EntryHeader = await at(next);
        yield header;
        const before: number | null = header.chain?.prevIndex ?? null;
        // A link into another log ends the walk, and so does one that does not go back.
        next = before !== null && before < next && before >= (await archivedTo()) ? before : null;
      }
    },
  };
}

/** The archives, where they are at hand, have what is missing. */
export class ArchivedError extends ExportError {}

/** What an export would need and the log has not any more. After the cut was recorded nothing but chains refers to it. */
export function archived(index: number, to: number): ArchivedError {
  return new ArchivedError(
    `entry ${index} was archived, and what is exported needs it: this log begins at entry ${to}; ` +
      'export what came after the newest `log.pruned` (`countersign log entries --kind log.pruned`), or take the archive itself',
  );
}
