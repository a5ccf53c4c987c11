// What is known here of entries that are archived: their leaf hashes, in the tiles of the tree, which stay.
import { type EntriesBefore, TILE_WIDTH } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { createTileRows } from '../tree/tile-rows.ts';

/** Index of the first entry that is stored; null where none is. */
export function firstEntry(db: Database.Database): number | null {
  return db.prepare<[], number | null>('SELECT min(idx) FROM entries').pluck().get() ?? null;
}

/** Entries below may be deleted: they are in archives. Also of a database of an older schema, which knows of none. */
export function archivedTo(db: Database.Database): number {
  const head = db.prepare<[], { archived_to?: number }>('SELECT * FROM log_head').get();
  return head?.archived_to ?? 0;
}

/** Of the entries below `size`. Undefined where it is 0, and where their tiles are not all there: then they are missing. */
export function entriesBefore(db: Database.Database, size: number | null): EntriesBefore | undefined {
  const tiles = Math.ceil((size ?? 0) / TILE_WIDTH);
  const stored = db
    .prepare<[number], number>('SELECT count(*) FROM tiles WHERE level = 0 AND idx >= 0 AND idx < ?')
    .pluck()
    .get(tiles);
  if (size === null || size <= 0 || stored !== tiles) return undefined;
  const rows = createTileRows(db);
  const leafAt = (index: number): Uint8Array | null => {
    const [tile, from] = [Math.floor(index / TILE_WIDTH), index % TILE_WIDTH];
    return rows.hashes({ level: 0, index: tile, from, to: from + 1 })[0] ?? null;
  };
  function* subtrees(most: number) {
    for (let tile = 0; tile < tiles; tile += 1) {
      const to = Math.min(TILE_WIDTH, most - tile * TILE_WIDTH);
      for (const hash of rows.hashes({ level: 0, index: tile, from: 0, to })) yield { level: 0, hash };
    }
  }
  return { size, lastLeaf: leafAt(size - 1) ?? new Uint8Array(), subtrees: subtrees(size), leafAt };
}
