// The log as an export reads it, together with the archives that its first entries were moved to: the same entries by the same
// indexes, wherever they lie. Values come opened as far as their keys are there.
import { equalBytes, leafHash, parseEntry, type StoredEntry, TILE_WIDTH } from '@countersign/audit';
import { ArchiveError } from '../archive/archive-error.ts';
import type { Archive } from '../archive/read.ts';
import type { RecordedArchives } from '../archive/recorded.ts';
import { ExportError } from '../exports/types.ts';
import type { ExportReaders } from './types.ts';

/** Throws an ExportError where no archive that ends at the cut is at hand. */
export async function readersWithArchives(
  readers: ExportReaders,
  { archives, unreached }: RecordedArchives,
): Promise<ExportReaders> {
  const cut = await readers.log.archivedTo();
  const reached: Archive[] = [];
  for (const archive of archives.toReversed())
    if (archive.manifest.to === (reached[0]?.manifest.from ?? cut)) reached.unshift(archive);
  const first = reached[0]?.manifest.from;
  if (first === undefined) {
    const why = unreached.map((one) => `${one.log}: ${one.why}`).join('; ');
    throw new ExportError(`what is exported needs entries before ${cut}, which were archived: ${why}`);
  }
  const pageAt = createPages(reached);

  async function* before(from: number, to: number): AsyncGenerator<StoredEntry, void> {
    for (let index = Math.max(from, first ?? 0); index < Math.min(to, cut); index += 1) {
      const stored = await pageAt(index);
      if (stored !== null) yield stored;
    }
  }

  return {
    ...readers,
    log: {
      ...readers.log,
      archivedTo: async () => first,
      entry: async (index) => (index < cut ? pageAt(index) : readers.log.entry(index)),
      async *entries(from = 0, to = Number.MAX_SAFE_INTEGER) {
        yield* before(from, to);
        yield* readers.log.entries(Math.max(from, cut), to);
      },
    },
    exports: {
      ...readers.exports,
      async *ofKinds(kinds, from, to) {
        for await (const { index, header } of before(from, to)) {
          const parsed = parseEntry(header);
          if (parsed.ok && kinds.includes(parsed.value.kind)) yield index;
        }
        yield* readers.exports.ofKinds(kinds, Math.max(from, cut), to);
      },
    },
  };
}

/** One page is kept: what is asked for lies together. */
function createPages(archives: readonly Archive[]): (index: number) => Promise<StoredEntry | null> {
  let tile = -1;
  let page: readonly StoredEntry[] = [];
  return async (index) => {
    const archive = archives.find(({ manifest }) => index >= manifest.from && index < manifest.to);
    if (archive === undefined) return null;
    const wanted = Math.floor(index / TILE_WIDTH);
    if (wanted !== tile) {
      try {
        page = await archive.page(wanted);
      } catch (error) {
        if (error instanceof ArchiveError) throw new ExportError(error.message, { cause: error });
        throw error;
      }
      const changed = page.find(({ header, leaf }) => !equalBytes(leafHash(header), leaf));
      if (changed !== undefined)
        throw new ExportError(`entry ${changed.index} in \`${archive.folder}\` was changed`);
      tile = wanted;
    }
    return page[index - wanted * TILE_WIDTH] ?? null;
  };
}
