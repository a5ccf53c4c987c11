// The hashes of the tree as they are stored: full tiles by themselves, what is newer by the entries and by the roots of
// the tiles below. Used by whoever reads the tree and by whoever fills it.
import { joinHashes, splitHashes, TILE_WIDTH, type TileSlice } from '@countersign/audit';
import type Database from 'better-sqlite3';

export interface TileRows {
  /** The hashes of a slice; fewer than it asks for where the log ends, or has lost some. */
  hashes(slice: TileSlice): readonly Uint8Array[];
  /** The hashes of a slice of a tile level, whether or not a tile of them is stored. */
  below(slice: TileSlice): readonly Uint8Array[];
  stored(
    level: number,
    index: number,
  ): { readonly root: Uint8Array; readonly hashes: Uint8Array } | undefined;
  store(level: number, index: number, root: Uint8Array, hashes: readonly Uint8Array[]): void;
}

export function createTileRows(db: Database.Database): TileRows {
  const leaves = db
    .prepare<[number, number], Uint8Array>('SELECT leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx')
    .pluck();
  const roots = db
    .prepare<[number, number, number], Uint8Array>(
      'SELECT root FROM tiles WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx',
    )
    .pluck();
  const tile = db.prepare<[number, number], { root: Uint8Array; hashes: Uint8Array }>(
    'SELECT root, hashes FROM tiles WHERE level = ? AND idx = ?',
  );
  const part = db
    .prepare<[number, number, number, number], Uint8Array>(
      'SELECT substr(hashes, ?, ?) FROM tiles WHERE level = ? AND idx = ?',
    )
    .pluck();

  const below: TileRows['below'] = ({ level, index, from, to }) => {
    const [first, last] = [index * TILE_WIDTH + from, index * TILE_WIDTH + to];
    return level === 0 ? leaves.all(first, last) : roots.all(level - 1, first, last);
  };
  return {
    below,
    hashes(slice) {
      const { level, index, from, to } = slice;
      const bytes = part.get(32 * from + 1, 32 * (to - from), level, index);
      return bytes === undefined ? below(slice) : splitHashes(bytes);
    },
    stored: (level, index) => tile.get(level, index),
    store(level, index, root, hashes) {
      insert().run(level, index, root, joinHashes(hashes));
    },
  };

  // A connection that only reads never prepares it.
  function insert(): Database.Statement {
    return db.prepare('INSERT INTO tiles (level, idx, root, hashes) VALUES (?, ?, ?, ?)');
  }
}
