// The log as an export reads it, together with the archives that its first entries were moved to: the same entries by the same
// indexes, wherever they lie. Values come opened as far as their keys are there.
import { parseEntry } from '@countersign/audit';
import { ArchiveError } from '../archive/archive-error.ts';
import { type MovedEntries, movedEntries } from '../archive/moved.ts';
import type { RecordedArchives } from '../archive/recorded.ts';
import { ExportError } from '../exports/types.ts';
import type { ExportReaders } from './types.ts';

/** Throws an ExportError where no archive that ends at the cut is at hand. */
export async function readersWithArchives(
  readers: ExportReaders,
  recorded: RecordedArchives,
): Promise<ExportReaders> {
  const moved = reached(await readers.log.archivedTo(), recorded);
  const { from: first, to: cut, header: headerAt, entry: entryAt } = moved;

  async function* before<T>(
    at: (index: number) => Promise<T | null>,
    from: number,
    to: number,
  ): AsyncGenerator<T, void> {
    for (let index = Math.max(from, first); index < Math.min(to, cut); index += 1) {
      const stored = await at(index);
      if (stored !== null) yield stored;
    }
  }

  return {
    ...readers,
    moved,
    log: {
      ...readers.log,
      archivedTo: async () => first,
      entry: async (index) => (index < cut ? entryAt(index) : readers.log.entry(index)),
      async *entries(from = 0, to = Number.MAX_SAFE_INTEGER) {
        yield* before(entryAt, from, to);
        yield* readers.log.entries(Math.max(from, cut), to);
      },
    },
    exports: {
      ...readers.exports,
      async *ofKinds(kinds, from, to) {
        // Headers are canonical JSON: no entry of another kind holds these bytes.
        const wanted = kinds.map((kind) => `"kind":"${kind}"`);
        for await (const { index, header } of before(headerAt, from, to)) {
          const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
          if (!wanted.some((kind) => bytes.includes(kind))) continue;
          const parsed = parseEntry(header);
          if (parsed.ok && kinds.includes(parsed.value.kind)) yield index;
        }
        yield* readers.exports.ofKinds(kinds, Math.max(from, cut), to);
      },
    },
  };
}

function reached(cut: number, recorded: RecordedArchives): MovedEntries {
  try {
    const moved = movedEntries(cut, recorded);
    return {
      ...moved,
      header: async (index) => moved.header(index).catch(toExport),
      entry: async (index) => moved.entry(index).catch(toExport),
    };
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new ExportError(
      `what is exported needs entries before ${cut}, which were archived: ${error.message}`,
      { cause: error },
    );
  }
}

function toExport(error: unknown): never {
  if (error instanceof ArchiveError) throw new ExportError(error.message, { cause: error });
  throw error;
}
