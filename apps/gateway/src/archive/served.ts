// Headers of archived entries, read where the log says that its archives are, for whoever follows the log. A bundle is handed out
// only where each of its headers is the leaf that stayed behind in the tree: an archive that was changed serves nothing.
import {
  bundlePath,
  encodeBundle,
  equalBytes,
  leafHash,
  parseBundle,
  splitHashes,
  TILE_WIDTH,
} from '@countersign/audit';
import type { Readers } from '../store/readers.ts';
import { ArchiveError } from './archive-error.ts';
import { readArchiveFile } from './files.ts';
import { MOST_BUNDLE_BYTES } from './read.ts';
import { openRecorded, type RecordedArchives } from './recorded.ts';

/** The bytes, or why there are none, for people. */
export type Served = { readonly bytes: Uint8Array } | { readonly why: string };

export interface ServedArchives {
  /** The first `width` headers of an archived tile of entries. */
  bundle(tile: number, width: number): Promise<Served>;
}

/** What could not be opened is tried again after this: an archive may come back to its place while the gateway runs. */
const AGAIN_MS = 10_000;
export function createServedArchives(
  readers: Pick<Readers, 'entries' | 'log' | 'tree'>,
  now: () => number,
): ServedArchives {
  let opened: { readonly at: number; readonly found: Promise<RecordedArchives> } | null = null;

  function recorded(isNew: boolean): Promise<RecordedArchives> {
    if (opened === null || (isNew && now() - opened.at >= AGAIN_MS)) {
      const found = openRecorded(readers);
      opened = { at: now(), found };
      found.catch(() => {
        opened = null;
      });
    }
    return opened.found;
  }

  async function folderOf(tile: number): Promise<{ readonly folder: string } | { readonly why: string }> {
    const index = tile * TILE_WIDTH;
    const holder = ({ archives }: RecordedArchives) =>
      archives.find(({ manifest }) => manifest.from <= index && index < manifest.to);
    const known = holder(await recorded(false));
    if (known !== undefined) return known;
    const { archives, unreached } = await recorded(true);
    const found = holder({ archives, unreached });
    return found ?? { why: unreached.map(({ why }) => why).join('; ') || 'no entry says where' };
  }

  return {
    async bundle(tile, width) {
      const place = await folderOf(tile);
      if ('why' in place) return place;
      const path = bundlePath({ index: tile, width: TILE_WIDTH });
      try {
        const headers = parseBundle(readArchiveFile(place.folder, path, MOST_BUNDLE_BYTES), TILE_WIDTH);
        const hashes = await readers.tree.tile(0, tile);
        const leaves = hashes === null ? [] : splitHashes(hashes);
        const isWhole =
          headers.ok &&
          headers.value.every((header, at) => equalBytes(leafHash(header), leaves[at] ?? new Uint8Array()));
        if (!isWhole) return { why: `\`${path}\` in \`${place.folder}\` was changed` };
        return { bytes: encodeBundle(headers.value.slice(0, width)) };
      } catch (error) {
        if (error instanceof ArchiveError) return { why: error.message };
        throw error;
      }
    },
  };
}
