// Reads a tree from tiles that somebody else serves, and believes none of them: the partial tiles at the right edge must
// add up to the root of a checkpoint, and each full tile to its hash in the tile above.

import { equalBytes } from '../bytes.ts';
import { appendSubtree, type CompactRange, EMPTY_RANGE, rangeRoot } from '../merkle.ts';
import type { ReadNode } from '../proof/prove.ts';
import { fail, ok, type Result } from '../result.ts';
import { HASH_BYTES, perfectRoot, splitHashes } from './hashes.ts';
import { isTileIn, partialTiles, sliceOfNode, type Tile, TILE_HEIGHT, TILE_WIDTH, tileIn } from './place.ts';

/** Fetches a tile as it is served: 32 bytes for each hash. */
export type FetchTile = (tile: Tile) => Promise<Uint8Array>;

export interface TileTree {
  readonly size: number;
  /** For proofs about this tree or any beginning of it. */
  readonly node: ReadNode;
  /** The hashes of a tile in its widest form. Throws a TileError for one that is not what the root stands for. */
  hashes(level: number, index: number): Promise<readonly Uint8Array[]>;
}

/** Thrown where a tile that was fetched is not the one that the checkpoint stands for. */
export class TileError extends Error {
  readonly tile: Tile;

  constructor(tile: Tile, what: string) {
    super(`tile ${tile.index} of level ${tile.level} ${what}`);
    this.name = 'TileError';
    this.tile = tile;
  }
}

/** 8 MB of hashes: what is asked for again is mostly what is near, or above. */
const MAX_KEPT = 1024;

/** Opens the tree of a checkpoint that was verified. Rejects with what `fetch` rejects with. */
export async function openTileTree(
  { size, root }: { readonly size: number; readonly root: Uint8Array },
  fetch: FetchTile,
): Promise<Result<TileTree>> {
  const kept = new Map<string, readonly Uint8Array[]>();
  const edge = partialTiles(size);
  const edges = new Map<string, readonly Uint8Array[]>();
  let range: CompactRange = EMPTY_RANGE;
  // The highest level has the leftmost leaves.
  for (const tile of edge.toReversed()) {
    const hashes = splitTile(tile, await fetch(tile));
    if (hashes === null)
      return fail('tile_malformed', `tile ${tile.index} of level ${tile.level} is not ${tile.width} hashes`);
    range = appendRow(range, tile, hashes);
    edges.set(nameOf(tile), hashes);
  }
  if (!equalBytes(rangeRoot(range), root))
    return fail('tile_malformed', 'the tiles at the right edge do not add up to the root of the checkpoint');

  async function hashes(level: number, index: number): Promise<readonly Uint8Array[]> {
    const tile = tileIn(size, { level, index });
    if (tile === null)
      throw new RangeError(`a log of ${size} entries has no tile ${index} of level ${level}`);
    const name = nameOf(tile);
    const known = edges.get(name) ?? kept.get(name);
    if (known !== undefined) return known;
    const above = await hashes(level + 1, Math.floor(index / TILE_WIDTH));
    const fetched = splitTile(tile, await fetch(tile));
    if (fetched === null) throw new TileError(tile, `is not ${tile.width} hashes`);
    if (!equalBytes(perfectRoot(fetched), above[index % TILE_WIDTH] as Uint8Array))
      throw new TileError(tile, 'does not add up to its hash in the tile above');
    kept.set(name, fetched);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return fetched;
  }

  return ok({
    size,
    hashes,
    async node(node) {
      const { level, index, from, to } = sliceOfNode(node);
      if (!isTileIn(size, { level, index, width: to }))
        throw new RangeError(`a log of ${size} entries has no node ${node.index} of level ${node.level}`);
      return perfectRoot((await hashes(level, index)).slice(from, to));
    },
  });
}

function appendRow(range: CompactRange, { level }: Tile, hashes: readonly Uint8Array[]): CompactRange {
  return hashes.reduce<CompactRange>((grown, hash) => appendSubtree(grown, TILE_HEIGHT * level, hash), range);
}

function splitTile({ width }: Tile, bytes: Uint8Array): Uint8Array[] | null {
  return bytes.length === HASH_BYTES * width ? splitHashes(bytes) : null;
}

function nameOf({ level, index }: Tile): string {
  return `${level}/${index}`;
}
