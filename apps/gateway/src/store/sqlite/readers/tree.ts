import {
  encodeBundle,
  joinHashes,
  perfectRoot,
  sliceOfNode,
  splitHashes,
  TILE_WIDTH,
  type TileSlice,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import type { TreeReader } from '../../readers/tree.ts';
import { StoreError } from '../../store-error.ts';
import { createTileRows, type TileRows } from '../tree/tile-rows.ts';

export function createTreeReader(db: Database.Database): TreeReader {
  const rows = createTileRows(db);
  const hashesOf = readOnceInATurn(rows);
  const size = db.prepare<[], number>('SELECT size FROM log_head').pluck();
  const headers = db
    .prepare<[number, number], Uint8Array>(
      'SELECT header FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx',
    )
    .pluck();

  return {
    async node(node) {
      const slice = sliceOfNode(node);
      const hashes = hashesOf(slice);
      if (hashes.length === slice.to - slice.from) return perfectRoot(hashes);
      const width = 2 ** node.level;
      const stored = size.get() ?? 0;
      if ((node.index + 1) * width > stored)
        throw new RangeError(`a log of ${stored} entries has no node ${node.index} of level ${node.level}`);
      throw new StoreError(
        'damaged',
        `hashes of entries ${node.index * width} to ${(node.index + 1) * width - 1} are missing: run \`countersign log fsck\` to find the place`,
      );
    },
    async tile(level, index, width = TILE_WIDTH) {
      const hashes = rows.hashes({ level, index, from: 0, to: width });
      return hashes.length === width ? joinHashes(hashes) : null;
    },
    async entryBundle(index, width = TILE_WIDTH) {
      const first = index * TILE_WIDTH;
      const found = headers.all(first, first + width);
      return found.length === width ? encodeBundle(found) : null;
    },
  };
}

/**
 * A proof asks for up to eight nodes of each tile, one after the other: a stored tile is read once for all of them. WHY not
 * longer: what is on disk is what is to be proven, not what was there some time ago.
 */
function readOnceInATurn(rows: TileRows): (slice: TileSlice) => readonly Uint8Array[] {
  const read = new Map<string, readonly Uint8Array[] | null>();
  return (slice) => {
    const { level, index, from, to } = slice;
    const name = `${level}/${index}`;
    let tile = read.get(name);
    if (tile === undefined) {
      if (read.size === 0) setImmediate(() => read.clear());
      const stored = rows.stored(level, index);
      tile = stored === undefined ? null : splitHashes(stored.hashes);
      read.set(name, tile);
    }
    return tile === null ? rows.below(slice) : tile.slice(from, to);
  };
}
