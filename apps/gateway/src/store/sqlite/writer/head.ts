// Where the log ends: loaded from disk and checked against the last entry, advanced by compare-and-swap. Every batch
// starts from a head that a transaction is known to have committed.
import {
  type CompactRange,
  EMPTY_RANGE,
  equalBytes,
  leafHash,
  originDigest,
  fromHex,
  parseEntry,
  parseRange,
  serializeRange,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { StoreError } from '../../store-error.ts';

export interface LogHead {
  /** Number of entries, and the index of the next. */
  readonly size: number;
  /** Leaf hash of the last entry; of an empty log, SHA-256 of the origin. */
  readonly lastLeaf: Uint8Array;
  /** Time of the last entry, microseconds since the epoch; 0 for an empty log. */
  readonly lastTime: number;
  readonly range: CompactRange;
}

interface HeadRow {
  readonly origin: string;
  readonly size: number;
  readonly last_leaf: Uint8Array;
  readonly frontier: Uint8Array;
}

export function emptyHead(origin: string): LogHead {
  return {
    size: 0,
    lastLeaf: fromHex(originDigest(origin)) ?? new Uint8Array(),
    lastTime: 0,
    range: EMPTY_RANGE,
  };
}

/** The head on disk, or null for a database without a log. Throws a StoreError when it contradicts the entries. */
export function loadHead(db: Database.Database, origin: string): LogHead | null {
  const row = db.prepare<[], HeadRow>('SELECT origin, size, last_leaf, frontier FROM log_head').get();
  const stored = db.prepare<[], number>('SELECT count(*) FROM (SELECT 1 FROM entries LIMIT 1)').pluck().get();
  if (row === undefined) {
    if (stored !== 0) throw damaged('there are entries but no head of the log');
    return null;
  }
  if (row.origin !== origin) {
    throw new StoreError(
      'wrong_origin',
      `the log in this data folder is \`${row.origin}\`, not \`${origin}\`: use its own data folder for each log`,
    );
  }
  const last = db
    .prepare<[], { idx: number; header: Uint8Array; leaf: Uint8Array }>(
      'SELECT idx, header, leaf FROM entries ORDER BY idx DESC LIMIT 1',
    )
    .get();
  if (last === undefined || last.idx !== row.size - 1)
    throw damaged('the head of the log is not at its last entry');
  const entry = parseEntry(last.header);
  if (!entry.ok) throw damaged(`entry ${last.idx} is malformed: ${entry.error.message}`);
  if (!equalBytes(last.leaf, row.last_leaf) || !equalBytes(last.leaf, leafHash(last.header))) {
    throw damaged(`entry ${last.idx} does not hash to what the head of the log says`);
  }
  const range = parseRange(row.frontier);
  if (!range.ok || range.value.size !== row.size)
    throw damaged('the tree of the log has another size than the log');
  return { size: row.size, lastLeaf: last.leaf, lastTime: entry.value.time, range: range.value };
}

/** Statements that move the head, for use inside the writer's transaction. */
export function createHeadKeeper(db: Database.Database): {
  create(origin: string, head: LogHead): void;
  /** Throws a StoreError when the stored head is not `from`: somebody else wrote to this log. */
  advance(from: LogHead, to: LogHead): void;
} {
  const insert = db.prepare(
    'INSERT INTO log_head (id, origin, size, last_leaf, frontier) VALUES (1, ?, ?, ?, ?)',
  );
  const update = db.prepare(
    'UPDATE log_head SET size = ?, last_leaf = ?, frontier = ? WHERE id = 1 AND size = ? AND last_leaf = ?',
  );
  return {
    create(origin, head) {
      insert.run(origin, head.size, head.lastLeaf, serializeRange(head.range));
    },
    advance(from, to) {
      const { changes } = update.run(
        to.size,
        to.lastLeaf,
        serializeRange(to.range),
        from.size,
        from.lastLeaf,
      );
      if (changes !== 1) throw damaged('the head of the log moved although this process is its only writer');
    },
  };
}

function damaged(what: string): StoreError {
  return new StoreError('damaged', `${what}: run \`countersign verify\` to find the place`);
}
