// Which tiles a tree has and which of them holds a node (C2SP tlog-tiles, "Merkle Tree"): arithmetic only. A tile is 256
// consecutive nodes of every eighth level; numbers go beyond 32 bits, so that no bit operators are used.

import type { Node } from '../proof/spans.ts';

/** Hashes in a full tile. */
export const TILE_WIDTH = 256;
/** Levels of the tree that one tile spans. */
export const TILE_HEIGHT = 8;

/** Hashes `index` × 256 and on of a tile level: the roots of perfect subtrees of 256^level leaves. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number;
}

/** Hashes of one tile, `from` up to, not including, `to`. */
export interface TileSlice {
  readonly level: number;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** The hashes that a node is the root of, which all lie in one tile. */
export function sliceOfNode({ level, index }: Node): TileSlice {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const width = 2 ** (level % TILE_HEIGHT);
  const first = index * width;
  const from = first % TILE_WIDTH;
  return { level: tileLevel, index: (first - from) / TILE_WIDTH, from, to: from + width };
}

/** How many hashes a tile level has in the tree over `size` leaves. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** How many full tiles a level has in the tree over `size` leaves. */
export function fullTilesAt(level: number, size: number): number {
  return hashesAt(level + 1, size);
}

/** The widest form of a tile in the tree over `size` leaves, null where that tree has none of it. */
export function tileIn(size: number, { level, index }: Pick<Tile, 'level' | 'index'>): Tile | null {
  const width = Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH);
  return width < 1 ? null : { level, index, width };
}

/** Whether the tree over `size` leaves has all hashes of a tile. */
export function isTileIn(size: number, tile: Tile): boolean {
  return tile.index * TILE_WIDTH + tile.width <= hashesAt(tile.level, size);
}

/** The partial tiles at the right edge of the tree over `size` leaves, lowest first: all that its root is made of. */
export function partialTiles(size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const width = hashesAt(level, size) % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: fullTilesAt(level, size), width });
  }
  return tiles;
}
