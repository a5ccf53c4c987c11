// Every tile of every level, recomputed: those of leaves from the entries, each level above from the one below.
import { equalBytes, fullTilesAt, perfectRoot, splitHashes, TILE_WIDTH } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { createTileRows, type TileRows } from '../../store/sqlite/tree/tile-rows.ts';
import type { Check, Fault, FsckContext } from './check.ts';

type Found = (fault: Fault) => void;

export const tileCheck: Check = {
  name: 'tiles',
  start({ db, size: claimed }, found) {
    const size = Math.min(claimed, mostEntries(db));
    const rows = createTileRows(db);
    const full = fullTilesAt(0, size);
    let leaves: Leaves = { tile: 0, hashes: new Map() };
    let checked = 0;

    function compare(): void {
      if (leaves.tile >= full) return;
      checked += 1;
      compareTile(rows, 0, leaves.tile, leaves.hashes, found);
    }

    return {
      entry({ index, leaf }) {
        const tile = Math.floor(index / TILE_WIDTH);
        for (; leaves.tile < Math.min(tile, full); leaves = { tile: leaves.tile + 1, hashes: new Map() })
          compare();
        if (tile === leaves.tile) leaves.hashes.set(index - tile * TILE_WIDTH, leaf);
      },
      end() {
        for (; leaves.tile < full; leaves = { tile: leaves.tile + 1, hashes: new Map() }) compare();
        for (let level = 1; fullTilesAt(level, size) > 0; level += 1) {
          for (let index = 0; index < fullTilesAt(level, size); index += 1) {
            checked += 1;
            compareTile(rows, level, index, rootsBelow(rows, level, index), found);
          }
        }
        findForeign({ db, size }, found);
        return { checked };
      },
    };
  },
};

/** No more than there can be: a head that says 2^50 must not be counted up to. What was pruned is only in tiles. */
function mostEntries(db: Database.Database): number {
  const count = (sql: string): number => Number(db.prepare(sql).pluck().get());
  const tiles = count('SELECT count(*) FROM tiles WHERE level = 0');
  return count('SELECT count(*) FROM entries') + TILE_WIDTH * tiles;
}

interface Leaves {
  readonly tile: number;
  /** By place in the tile; what was pruned is not there. */
  readonly hashes: Map<number, Uint8Array>;
}

function rootsBelow(rows: TileRows, level: number, index: number): ReadonlyMap<number, Uint8Array> {
  const places = Array.from({ length: TILE_WIDTH }, (_, at) => at);
  return new Map(
    places.flatMap((at) => {
      const [root] = rows.below({ level, index, from: at, to: at + 1 });
      return root === undefined ? [] : [[at, root] as const];
    }),
  );
}

function compareTile(
  rows: TileRows,
  level: number,
  index: number,
  wanted: ReadonlyMap<number, Uint8Array>,
  found: Found,
): void {
  const fault = (what: string): void =>
    found({ place: { tile: { level, index } }, message: `tile ${index} of level ${level} ${what}` });
  const tile = rows.stored(level, index);
  if (tile === undefined) {
    fault('is missing: it is made again when the gateway starts');
    return;
  }
  const hashes = splitHashes(tile.hashes);
  const wrong = [...wanted].filter(([at, hash]) => !equalBytes(hash, hashes[at] ?? new Uint8Array()));
  const [first] = wrong;
  if (first !== undefined) {
    const what = level === 0 ? 'entry' : `tile`;
    const others = wrong.length > 1 ? ` and ${wrong.length - 1} more` : '';
    fault(`has another hash for ${what} ${index * TILE_WIDTH + first[0]}${others}`);
  }
  if (!equalBytes(perfectRoot(hashes), tile.root))
    fault('does not add up to the root that is stored with it');
}

function findForeign({ db, size }: Pick<FsckContext, 'db' | 'size'>, found: Found): void {
  const levels = db.prepare<[], { level: number }>('SELECT DISTINCT level FROM tiles').all();
  const outside = db
    .prepare<[number, number], number>('SELECT idx FROM tiles WHERE level = ? AND (idx < 0 OR idx >= ?)')
    .pluck();
  for (const { level } of levels) {
    const full = level < 0 ? 0 : fullTilesAt(level, size);
    for (const index of outside.all(level, full))
      found({
        place: { tile: { level, index } },
        message: `tile ${index} of level ${level} is of no ${size} entries`,
      });
  }
}
