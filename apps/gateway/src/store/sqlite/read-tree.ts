import { encodeBundle, joinHashes, perfectRoot, sliceOfNode, TILE_WIDTH } from '@countersign/audit';
import type Database from 'better-sqlite3';
import type { TreeReader } from '../readers/tree.ts';
import { StoreError } from '../store-error.ts';
import { createTileRows } from './tile-rows.ts';

export function createTreeReader(db: Database.Database): TreeReader {
  const rows = createTileRows(db);
  const size = db.prepare<[], number>('SELECT size FROM log_head').pluck();
  const headers = db
    .prepare<[number, number], Uint8Array>(
      'SELECT header FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx',
    )
    .pluck();

  return {
    async node(node) {
      const slice = sliceOfNode(node);
      const hashes = rows.hashes(slice);
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
