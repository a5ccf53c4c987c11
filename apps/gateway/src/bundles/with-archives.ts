// The log as an export reads it, together with the archives that its first entries were moved to: the same entries by the same
// indexes, wherever they lie. Values come opened as far as their keys are there.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { equalBytes, leafHash, parseEntry, type StoredEntry, TILE_WIDTH } from '@countersign/audit';
import { ArchiveError } from '../archive/archive-error.ts';
import type { Archive, ArchivedHeader } from '../archive/read.ts';
import type { RecordedArchives } from '../archive/recorded.ts';
import { ExportError } from '../exports/types.ts';
import { createRecent, type Recent } from '../store/recent.ts';
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
  const headerAt = createPages(
    reached,
    async (archive, tile) => archive.headers(tile),
    createRecent<number, readonly ArchivedHeader[]>(PAGES_KEPT),
  );
  const entryAt = createPages(reached, async (archive, tile) => archive.page(tile), createLast());

  async function* before<T>(
    at: (index: number) => Promise<T | null>,
    from: number,
    to: number,
  ): AsyncGenerator<T, void> {
    for (let index = Math.max(from, first ?? 0); index < Math.min(to, cut); index += 1) {
      const stored = await at(index);
      if (stored !== null) yield stored;
    }
  }

  return {
    ...readers,
    moved: { to: cut, archives: reached, unreached, header: headerAt },
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

/** Of headers. What belongs together lies together, or not far off: calls go on at the same time. */
const PAGES_KEPT = 8;

type Kept<T> = Pick<Recent<number, readonly T[]>, 'get' | 'set'>;

/** One page of entries with their values, which may be 100 KB each: whoever goes along the log needs no other. */
function createLast(): Kept<StoredEntry> {
  let last: { readonly tile: number; readonly page: readonly StoredEntry[] } | null = null;
  return {
    get: (tile) => (last?.tile === tile ? last.page : undefined),
    set(tile, page) {
      last = { tile, page };
    },
  };
}

function createPages<T extends ArchivedHeader>(
  archives: readonly Archive[],
  read: (archive: Archive, tile: number) => Promise<readonly T[]>,
  pages: Kept<T>,
): (index: number) => Promise<T | null> {
  return async (index) => {
    const tile = Math.floor(index / TILE_WIDTH);
    const known = pages.get(tile);
    if (known !== undefined) return known[index - tile * TILE_WIDTH] ?? null;
    const archive = archives.find(({ manifest }) => index >= manifest.from && index < manifest.to);
    if (archive === undefined) return null;
    // Files are read at once: between them the gateway serves.
    await nextTurn();
    const page = await read(archive, tile).catch((error: unknown) => {
      if (error instanceof ArchiveError) throw new ExportError(error.message, { cause: error });
      throw error;
    });
    const changed = page.find(({ header, leaf }) => !equalBytes(leafHash(header), leaf));
    if (changed !== undefined)
      throw new ExportError(`entry ${changed.index} in \`${archive.folder}\` was changed`);
    pages.set(tile, page);
    return page[index - tile * TILE_WIDTH] ?? null;
  };
}
