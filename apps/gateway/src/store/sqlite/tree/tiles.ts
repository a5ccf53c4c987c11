// Keeps the tiles of the tree: those that an entry completes go into the transaction of that entry, those that are missing
// when a log is opened are made from its entries. A tile that contradicts the entries is damage, and is never mended
// unseen (C2SP tlog-tiles; docs/log-format.md section 5.1).
import {
  type CompactRange,
  equalBytes,
  fullTilesAt,
  leafHash,
  nodeHash,
  nodesOf,
  perfectRoot,
  sliceOfNode,
  splitHashes,
  TILE_HEIGHT,
  TILE_WIDTH,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { StoreError } from '../../store-error.ts';
import { createTileRows, type TileRows } from './tile-rows.ts';

/** Tiles in one transaction while missing ones are made: 16,384 entries are read and hashed for them. */
const TILES_PER_STEP = 64;

export interface TileKeeper {
  /** Stores the tiles that `leaf` completes after the entries of `range`. For use inside the writer's transaction. */
  complete(range: CompactRange, leaf: Uint8Array): void;
}

export function createTileKeeper(db: Database.Database): TileKeeper {
  const rows = createTileRows(db);
  return {
    complete(range, leaf) {
      const size = range.size + 1;
      let root = leaf;
      let width = 1;
      for (let level = 0; ; level += 1) {
        width *= TILE_WIDTH;
        if (size % width !== 0) return;
        // The last subtrees of the range, one of each level of the tile, are what the leaf completes.
        const end = range.hashes.length - TILE_HEIGHT * level;
        for (let at = 1; at <= TILE_HEIGHT; at += 1)
          root = nodeHash(range.hashes[end - at] as Uint8Array, root);
        storeTile(rows, level, size / width - 1, root);
      }
    },
  };
}

/** Makes the tiles that the log should have and does not; returns how many. Throws a StoreError where tiles contradict it. */
export function fillTiles(db: Database.Database, { size, hashes }: CompactRange): number {
  const rows = createTileRows(db);
  const present = db
    .prepare<[number, number, number], number>(
      'SELECT idx FROM tiles WHERE level = ? AND idx >= ? AND idx < ?',
    )
    .pluck();
  const count = db.prepare<[number], number>('SELECT count(*) FROM tiles WHERE level = ?').pluck();
  const entries = db.prepare<[number, number], { header: Uint8Array; leaf: Uint8Array }>(
    'SELECT header, leaf FROM entries WHERE idx >= ? AND idx < ?',
  );
  const step = db.transaction((level: number, from: number, to: number): number => {
    const known = new Set(present.all(level, from, to));
    const missing = Array.from({ length: to - from }, (_, at) => from + at).filter((at) => !known.has(at));
    for (const index of missing) {
      if (level === 0) requireEntries(index);
      storeTile(rows, level, index, null);
    }
    return missing.length;
  });

  refuseForeign(db, size);
  let made = 0;
  for (let level = 0; fullTilesAt(level, size) > 0; level += 1) {
    const wanted = fullTilesAt(level, size);
    if (count.get(level) !== wanted) {
      for (let from = 0; from < wanted; from += TILES_PER_STEP)
        made += step.immediate(level, from, Math.min(wanted, from + TILES_PER_STEP));
    }
    requireTile(rows, level, wanted - 1);
  }
  for (const [at, node] of nodesOf({ from: 0, to: size }).entries()) {
    const slice = sliceOfNode(node);
    const found = rows.hashes(slice);
    if (found.length !== slice.to - slice.from || !equalBytes(perfectRoot(found), hashes[at] as Uint8Array))
      throw damaged('the tiles of the log do not add up to its head');
  }
  return made;

  /** Made from what the entries are, not from what was noted beside them. */
  function requireEntries(index: number): void {
    const first = index * TILE_WIDTH;
    for (const [at, { header, leaf }] of entries.all(first, first + TILE_WIDTH).entries()) {
      if (!equalBytes(leafHash(header), leaf)) throw damaged(`entry ${first + at} does not hash to its leaf`);
    }
  }
}

function storeTile(rows: TileRows, level: number, index: number, root: Uint8Array | null): void {
  const hashes = rows.below({ level, index, from: 0, to: TILE_WIDTH });
  const found = hashes.length === TILE_WIDTH ? perfectRoot(hashes) : null;
  // What was read back from storage, not what the writer remembers: a wrong tile would be served for ever.
  if (found === null || (root !== null && !equalBytes(found, root)))
    throw damaged(`the hashes for tile ${index} of level ${level} are not those of the log`);
  rows.store(level, index, found, hashes);
}

function requireTile(rows: TileRows, level: number, index: number): void {
  const tile = rows.stored(level, index);
  const below = rows.below({ level, index, from: 0, to: TILE_WIDTH });
  const hashes = tile === undefined ? [] : splitHashes(tile.hashes);
  // Where headers were pruned, the tile is what is left of them.
  const isComparable = below.length === TILE_WIDTH;
  const isSound =
    tile !== undefined &&
    equalBytes(perfectRoot(hashes), tile.root) &&
    (!isComparable || hashes.every((hash, at) => equalBytes(hash, below[at] as Uint8Array)));
  if (!isSound) throw damaged(`tile ${index} of level ${level} is not what the log’s entries give`);
}

function refuseForeign(db: Database.Database, size: number): void {
  const beyond = db.prepare<[number], { idx: number | null }>(
    'SELECT max(idx) AS idx FROM tiles WHERE level = ?',
  );
  const levels = db.prepare<[], { level: number }>('SELECT DISTINCT level FROM tiles').all();
  for (const { level } of levels) {
    if (level < 0 || (beyond.get(level)?.idx ?? 0) >= fullTilesAt(level, size))
      throw damaged(`there are tiles of level ${level} for more entries than the ${size} of the log`);
  }
}

function damaged(what: string): StoreError {
  return new StoreError('damaged', `${what}: run \`countersign log fsck\` to find the place`);
}
