// The entries that were moved out of the log, read where they lie by the indexes that they had: for whoever goes along the log and must
// not begin at the cut only because what came before is somewhere else.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { equalBytes, leafHash, parseEntry, type StoredEntry, TILE_WIDTH } from '@countersign/audit';
import { createRecent, type Recent } from '../store/recent.ts';
import { ArchiveError } from './archive-error.ts';
import type { Archive, ArchivedHeader } from './read.ts';
import type { RecordedArchives } from './recorded.ts';

export interface MovedEntries {
  /** Those from `from` on, up to, not including, `to`, can be read; those before `from` are in archives that cannot be opened. */
  readonly from: number;
  readonly to: number;
  /** Ascending, without a gap, up to `to`. */
  readonly archives: readonly Archive[];
  readonly unreached: RecordedArchives['unreached'];
  /** Of which no value is read; null for one that is not there. Throws an ArchiveError where it was changed. */
  readonly header: (index: number) => Promise<ArchivedHeader | null>;
  /** With its values, as far as their keys are at hand. */
  readonly entry: (index: number) => Promise<StoredEntry | null>;
}

/** Of headers. What belongs together lies together, or not far off: calls go on at the same time. */
const PAGES_KEPT = 8;

/**
 * Throws an ArchiveError where no archive that ends at the cut is at hand.
 *
 * @param cut entries before it were moved.
 */
export function movedEntries(cut: number, { archives, unreached }: RecordedArchives): MovedEntries {
  const reached: Archive[] = [];
  for (const archive of archives.toReversed())
    if (archive.manifest.to === (reached[0]?.manifest.from ?? cut)) reached.unshift(archive);
  const [first] = reached;
  if (first === undefined) throw new ArchiveError(unreachedText(unreached));
  return {
    from: first.manifest.from,
    to: cut,
    archives: reached,
    unreached,
    header: createPages(
      reached,
      async (archive, tile) => archive.headers(tile),
      createRecent<number, readonly ArchivedHeader[]>(PAGES_KEPT),
    ),
    entry: createPages(reached, async (archive, tile) => archive.page(tile), createLast()),
  };
}

/** Which archives cannot be looked into, and why, for people. */
export function unreachedText(unreached: RecordedArchives['unreached']): string {
  return unreached.map(({ log, why }) => `${log}: ${why}`).join('; ');
}

/**
 * Index of the first entry among them that was recorded at or after a time; `to` where none was. Throws an ArchiveError where it may
 * be in an archive that cannot be opened.
 *
 * @param time milliseconds since the epoch.
 */
export async function firstMovedSince(
  { from, to, unreached, header }: Pick<MovedEntries, 'from' | 'to' | 'unreached' | 'header'>,
  time: number,
): Promise<number> {
  // Times never go back along the log.
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const stored = await header(middle);
    const parsed = stored === null ? null : parseEntry(stored.header);
    if (parsed?.ok !== true)
      throw new ArchiveError(`archived entry ${middle} is malformed; run \`countersign verify\``);
    if (parsed.value.time < time * 1000) low = middle + 1;
    else high = middle;
  }
  if (low === from && from > 0)
    throw new ArchiveError(
      `what was recorded at that time may be in an archive that cannot be looked into: ${unreachedText(unreached)}`,
    );
  return low;
}

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
    const page = await read(archive, tile);
    const changed = page.find(({ header, leaf }) => !equalBytes(leafHash(header), leaf));
    if (changed !== undefined)
      throw new ArchiveError(`entry ${changed.index} in \`${archive.folder}\` was changed`);
    pages.set(tile, page);
    return page[index - tile * TILE_WIDTH] ?? null;
  };
}
