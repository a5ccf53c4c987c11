// Makes the tiles of the tree anew from the entries, once these were found to be what was signed: tiles are served to
// others as the log, so that wrong entries must not become right by them (docs/log-format.md section 5.1).
import {
  appendLeaf,
  appendSubtree,
  type CompactRange,
  EMPTY_RANGE,
  equalBytes,
  leafHash,
  parseRange,
  perfectRoot,
  rangeRoot,
  splitHashes,
  TILE_HEIGHT,
  TILE_WIDTH,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { StoreError } from '../../store-error.ts';
import { noteRebuild, type Rebuilding } from './note-rebuild.ts';
import { createTileRows } from '../tree/tile-rows.ts';
import { fillTiles } from '../tree/tiles.ts';

export interface SignedHead {
  readonly size: number;
  readonly root: Uint8Array;
}

export interface TilesRebuilt {
  /** Of the log. */
  readonly entries: number;
  /** Of those, how many are covered by a signature that they were held to. */
  readonly signed: number;
  readonly tiles: number;
}

interface HeadRow {
  readonly size: number;
  readonly frontier: Uint8Array;
  readonly archived_to: number;
}

const ENTRIES_PER_REPORT = 10_000;

/**
 * In one transaction, with a note for the next start to record; needs the connection that writes. `signed`: heads whose signatures were checked, one at least.
 * Throws a StoreError `damaged`, and changes nothing, where the entries are not those that were signed.
 */
export function rebuildTiles(
  db: Database.Database,
  signed: readonly SignedHead[],
  recordAs: Rebuilding,
  onProgress: (entries: number) => void = () => undefined,
): TilesRebuilt {
  return db
    .transaction(() => {
      const head = db.prepare<[], HeadRow>('SELECT size, frontier, archived_to FROM log_head').get();
      if (head === undefined) throw damaged('there is no log');
      const range = treeOf(db, head, signed, onProgress);
      // What was archived is only in its tiles: those stay.
      db.prepare('DELETE FROM tiles WHERE level <> 0 OR idx < 0 OR idx >= ?').run(
        head.archived_to / TILE_WIDTH,
      );
      const tiles = fillTiles(db, range);
      noteRebuild(db, 'tiles', recordAs, { entries: head.size, made: tiles });
      return { entries: head.size, signed: Math.max(0, ...signed.map(({ size }) => size)), tiles };
    })
    .immediate();
}

/** The tree over all entries, held to every signed head and to that from which the writer goes on. */
function treeOf(
  db: Database.Database,
  { size, frontier, archived_to: archived }: HeadRow,
  signed: readonly SignedHead[],
  onProgress: (entries: number) => void,
): CompactRange {
  const beyond = signed.find((one) => one.size > size);
  if (beyond !== undefined)
    throw damaged(`a checkpoint of ${beyond.size} entries was signed, and ${size} are here`);
  const roots = new Map(signed.map((one) => [one.size, one.root]));
  let range = archivedTree(db, archived);
  let compared = compare(range, roots);
  const entries = db.prepare<[number], { idx: number; header: Uint8Array; leaf: Uint8Array }>(
    'SELECT idx, header, leaf FROM entries WHERE idx >= ? ORDER BY idx',
  );
  for (const { idx, header, leaf } of entries.iterate(archived)) {
    if (idx !== range.size) throw damaged(`entry ${range.size} is missing`);
    if (!equalBytes(leafHash(header), leaf)) throw damaged(`entry ${idx} does not hash to its leaf`);
    range = appendLeaf(range, leaf);
    compared += compare(range, roots);
    if (range.size % ENTRIES_PER_REPORT === 0) onProgress(range.size);
  }
  if (compared === 0) throw damaged('no signed checkpoint is here to hold the entries to');
  const last = parseRange(frontier);
  if (range.size !== size || !last.ok || !equalBytes(rangeRoot(range), rangeRoot(last.value)))
    throw damaged('the head of the log is not that of its entries');
  return range;
}

/** The tree over entries of which only tiles are left. */
function archivedTree(db: Database.Database, archived: number): CompactRange {
  const rows = createTileRows(db);
  let range: CompactRange = EMPTY_RANGE;
  for (let index = 0; index < archived / TILE_WIDTH; index += 1) {
    const tile = rows.stored(0, index);
    const root = tile === undefined ? null : perfectRoot(splitHashes(tile.hashes));
    if (tile === undefined || root === null || !equalBytes(root, tile.root))
      throw damaged(
        `tile ${index} of level 0 is wrong or missing, and its entries were archived: put it back from a copy`,
      );
    range = appendSubtree(range, TILE_HEIGHT, root);
  }
  return range;
}

function compare(range: CompactRange, roots: ReadonlyMap<number, Uint8Array>): 0 | 1 {
  const root = roots.get(range.size);
  if (root === undefined) return 0;
  if (equalBytes(rangeRoot(range), root)) return 1;
  throw damaged(`the first ${range.size} entries are not those that were signed`);
}

function damaged(what: string): StoreError {
  return new StoreError('damaged', `${what}: no tile was made; run \`countersign log fsck\``);
}
