// What a proof costs at ten million entries: read from the tiles of a real database, as the gateway and the command line
// read it, and verified before its time counts. The log is synthetic: its headers are short and mean nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  appendLeaf,
  appendSubtree,
  type CompactRange,
  EMPTY_RANGE,
  leafHash,
  perfectRoot,
  proveConsistency,
  proveInclusion,
  rangeRoot,
  serializeRange,
  TILE_HEIGHT,
  TILE_WIDTH,
  utf8,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { migrate } from '../apps/gateway/src/store/sqlite/migrate.ts';
import { openForReading, openForWriting } from '../apps/gateway/src/store/sqlite/open.ts';
import { createTreeReader } from '../apps/gateway/src/store/sqlite/readers/tree.ts';
import { createTileRows } from '../apps/gateway/src/store/sqlite/tree/tile-rows.ts';
import { fillTiles } from '../apps/gateway/src/store/sqlite/tree/tiles.ts';

const TEN_MILLION = 10_000_000;
const PROOFS = 2_000;
const TILES_PER_TRANSACTION = 512;

type Tell = (text: string) => void;

/** `quick` has a log of a hundredth of the size, and says so by the name of its figure. */
export async function proofFigures({ quick, tell }: { readonly quick: boolean; readonly tell: Tell }) {
  const size = quick ? TEN_MILLION / 100 : TEN_MILLION;
  const dir = mkdtempSync(join(tmpdir(), 'countersign-tree-'));
  try {
    const path = join(dir, 'db');
    const ranges = build(path, size, tell);
    const db = openForReading(path);
    const { node } = createTreeReader(db);
    const random = numbers();
    const root = rangeRoot(ranges.whole);
    const inclusion: number[] = [];
    for (let n = 0; n < PROOFS; n += 1) {
      const index = Math.floor(random() * size);
      const started = performance.now();
      const proof = await proveInclusion(index, size, node);
      inclusion.push(performance.now() - started);
      const leaf = leafHash(header(index));
      if (!verifyInclusion({ index, leaf, size, root }, proof))
        throw new Error(`the proof of entry ${index} does not verify`);
    }
    const older = { size: ranges.part.size, root: rangeRoot(ranges.part) };
    const consistency: number[] = [];
    for (let n = 0; n < PROOFS / 10; n += 1) {
      const started = performance.now();
      const proof = await proveConsistency(older.size, size, node);
      consistency.push(performance.now() - started);
      if (!verifyConsistency({ older, newer: { size, root } }, proof))
        throw new Error('the log does not prove that it grew');
    }
    db.close();
    const figure = quick ? 'proof_ms_100k' : 'proof_ms_10m';
    const figures = {
      [figure]: at(inclusion, 0.5),
      [`${figure}_p99`]: at(inclusion, 0.99),
      [`${figure}_first`]: rounded(inclusion[0] ?? 0),
      [figure.replace('proof', 'consistency')]: at(consistency, 0.5),
    };
    tell(`proofs in a log of ${size} entries: ${JSON.stringify(figures)}`);
    return figures;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Entries and tiles straight into the tables, by the arithmetic that the writer uses; what `fillTiles` then checks. */
function build(
  path: string,
  size: number,
  tell: Tell,
): { readonly whole: CompactRange; readonly part: CompactRange } {
  const db = openForWriting(path);
  migrate(db);
  // Nobody needs this log after a power cut.
  db.pragma('synchronous = OFF');
  const insert = db.prepare('INSERT INTO entries (idx, header, leaf) VALUES (?, ?, ?)');
  const rows = createTileRows(db);
  let whole: CompactRange = EMPTY_RANGE;
  let part: CompactRange = EMPTY_RANGE;

  function addTile(): void {
    const leaves: Uint8Array[] = [];
    const first = whole.size;
    for (let index = first; index < Math.min(size, first + TILE_WIDTH); index += 1)
      leaves.push(addEntry(index));
    if (leaves.length < TILE_WIDTH) {
      for (const leaf of leaves) whole = appendLeaf(whole, leaf);
      return;
    }
    const root = perfectRoot(leaves);
    rows.store(0, first / TILE_WIDTH, root, leaves);
    whole = appendSubtree(whole, TILE_HEIGHT, root);
    if (part.size === 0 && whole.size >= size / 3) part = whole;
    for (let level = 1, width = TILE_WIDTH ** 2; whole.size % width === 0; level += 1, width *= TILE_WIDTH) {
      const index = whole.size / width - 1;
      const hashes = rows.below({ level, index, from: 0, to: TILE_WIDTH });
      rows.store(level, index, perfectRoot(hashes), hashes);
    }
  }

  function addEntry(index: number): Uint8Array {
    const bytes = header(index);
    const leaf = leafHash(bytes);
    insert.run(index, bytes, leaf);
    return leaf;
  }

  const batch = db.transaction(() => {
    for (let tile = 0; tile < TILES_PER_TRANSACTION && whole.size < size; tile += 1) addTile();
  });
  while (whole.size < size) {
    batch();
    db.pragma('wal_checkpoint(TRUNCATE)');
    if (whole.size % (TILES_PER_TRANSACTION * TILE_WIDTH * 8) === 0)
      tell(`built ${whole.size} of ${size} entries`);
  }
  storeHead(db, whole);
  if (fillTiles(db, whole) !== 0) throw new Error('the tiles of the synthetic log are not whole');
  db.close();
  return { whole, part };
}

function storeHead(db: Database.Database, whole: CompactRange): void {
  const last = leafHash(header(whole.size - 1));
  db.prepare('INSERT INTO log_head (id, origin, size, last_leaf, frontier) VALUES (1, ?, ?, ?, ?)').run(
    'bench.example/log',
    whole.size,
    last,
    serializeRange(whole),
  );
}

function header(index: number): Uint8Array {
  return utf8(`{"index":${index},"kind":"call.decided"}`);
}

/** The same places in every run (Park and Miller's generator). */
function numbers(): () => number {
  let state = 42;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
