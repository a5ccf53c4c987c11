// The tree over the entries as they come by; where some are missing, over the tiles that still stand for them.
import {
  appendLeaf,
  appendSubtree,
  type CompactRange,
  EMPTY_RANGE,
  nodesOf,
  perfectRoot,
  sliceOfNode,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { createTileRows } from '../../store/sqlite/tree/tile-rows.ts';

export interface RangeFollower {
  /** The tree up to and with this leaf; null when what is before it is not there in any form. */
  next(index: number, leaf: Uint8Array): CompactRange | null;
  /** The tree of so many entries by the tiles; null where these are not there. */
  at(size: number): CompactRange | null;
}

export function createRangeFollower(db: Database.Database): RangeFollower {
  const rows = createTileRows(db);
  let range: CompactRange | null = EMPTY_RANGE;

  function before(size: number): CompactRange | null {
    let grown: CompactRange = EMPTY_RANGE;
    for (const node of nodesOf({ from: 0, to: size })) {
      const slice = sliceOfNode(node);
      const hashes = rows.hashes(slice);
      if (hashes.length !== slice.to - slice.from) return null;
      grown = appendSubtree(grown, node.level, perfectRoot(hashes));
    }
    return grown;
  }

  let at = 0;
  return {
    at: before,
    next(index, leaf) {
      if (index !== at) range = before(index);
      at = index + 1;
      range = range === null ? null : appendLeaf(range, leaf);
      return range;
    },
  };
}
