// One bit, anywhere in what is stored of a log: found, and never signed (audit-log.md 1.1: a log was lost to one).
import { rmSync } from 'node:fs';
import { appendLeaf, type CompactRange, rangeRoot, toHex } from '@countersign/audit';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataPaths } from '../../store/paths.ts';
import { StoreError } from '../../store/store-error.ts';
import { openLogFolder } from '../log-folder.ts';
import { CHECKS } from './checks.ts';
import { type FsckReport, fsck } from './run.ts';
import { createTestLog, tamper, type TestLog } from './testing-log.ts';

const COLUMNS = [
  ['entries', 'header'],
  ['entries', 'leaf'],
  ['entries', 'idx'],
  ['tiles', 'hashes'],
  ['tiles', 'root'],
  ['tiles', 'level'],
  ['tiles', 'idx'],
  ['checkpoints', 'size'],
  ['checkpoints', 'root'],
  ['checkpoints', 'frontier'],
  ['checkpoints', 'note'],
  ['checkpoints', 'time'],
  ['log_head', 'origin'],
  ['log_head', 'size'],
  ['log_head', 'last_leaf'],
  ['log_head', 'frontier'],
] as const;
/** What the index of calls says is for its own check, and takes its time. */
const OF_THE_LOG = CHECKS.filter(({ name }) => name !== 'index');

/** Hundreds of logs are opened, written and signed, each durably. */
const MINUTES = 300_000;

let log: TestLog;
let honest: CompactRange;
beforeAll(async () => {
  log = await createTestLog(100, 200, 256, 17);
  const opened = await log.open(log.copy());
  honest = opened.writer.head.range;
  opened.close();
});
afterAll(() => log.remove());

interface Flip {
  readonly table: string;
  readonly column: string;
  /** Chooses the row, and the bit in it. */
  readonly row: number;
  readonly bit: number;
}

const flip = fc
  .tuple(fc.constantFrom(...COLUMNS), fc.nat(), fc.nat())
  .map(([[table, column], row, bit]): Flip => ({ table, column, row, bit }));

function turnOver(db: Database.Database, { table, column, row, bit }: Flip): void {
  const rows = db.prepare<[], { place: number }>(`SELECT rowid AS place FROM ${table} ORDER BY rowid`).all();
  const { place } = rows[row % rows.length] ?? { place: 0 };
  const value = db
    .prepare<[number], unknown>(`SELECT ${column} FROM ${table} WHERE rowid = ?`)
    .pluck()
    .get(place);
  const set = (sql: string, turned: unknown): void => {
    const { changes } = db
      .prepare(`UPDATE ${table} SET ${column} = ${sql} WHERE rowid = ?`)
      .run(turned, place);
    expect(changes).toBe(1);
  };
  if (typeof value === 'number') {
    set('?', BigInt(value) ^ (1n << BigInt(bit % 50)));
    return;
  }
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value as Uint8Array);
  const at = bit % (bytes.length * 8);
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
  set(typeof value === 'string' ? 'CAST(? AS TEXT)' : '?', bytes);
}

function tampered(dir: string, one: Flip): boolean {
  try {
    tamper(dir, (db) => turnOver(db, one));
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT')) return false;
    throw error;
  }
}

async function check(dir: string): Promise<FsckReport> {
  const folder = await openLogFolder(dir);
  try {
    return await fsck({ ...folder, vkey: log.vkey }, undefined, OF_THE_LOG);
  } finally {
    folder.close();
  }
}

/** Opens the log, appends and signs: true when what was signed goes on from the tree as it was, or nothing was signed. */
async function signsNothingWrong(dir: string): Promise<boolean> {
  try {
    const opened = await log.open(dir);
    try {
      opened.append(3);
      const { root, size } = await opened.signer.sign(opened.writer.head);
      const db = new Database(dataPaths(dir).database, { readonly: true });
      const leaves = db
        .prepare<[number], Uint8Array>('SELECT leaf FROM entries WHERE idx >= ? ORDER BY idx')
        .pluck();
      const range = leaves
        .all(honest.size)
        .reduce<CompactRange>((grown, leaf) => appendLeaf(grown, leaf), honest);
      db.close();
      return size === range.size && root === toHex(rangeRoot(range));
    } finally {
      opened.close();
    }
  } catch (error) {
    if (error instanceof StoreError) return true;
    throw error;
  }
}

test('nothing is found in a log to which nothing was done', async () => {
  expect(await check(log.copy())).toMatchObject({ sound: true, size: 574, notChecked: [] });
  expect(await signsNothingWrong(log.copy())).toBe(true);
});

test(
  'one bit turned over anywhere is found, and no wrong tree is signed',
  async () => {
    await fc.assert(
      fc.asyncProperty(flip, async (one) => {
        const dir = log.copy();
        // Two rows in one place are nothing that SQLite would hold.
        fc.pre(tampered(dir, one));
        const report = await check(dir);
        expect(report.sound).toBe(false);
        expect(await signsNothingWrong(dir)).toBe(true);
        rmSync(dir, { recursive: true });
      }),
      { numRuns: 300 },
    );
  },
  MINUTES,
);

test(
  'one bit turned over in an entry that is not signed yet keeps it from being signed',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('header', 'leaf'), fc.nat(8), fc.nat(), async (column, row, bit) => {
        const dir = log.copy();
        const opened = await log.open(dir);
        opened.append(9);
        const before = await lastSigned(dir);
        tamper(dir, (db) => turnOver(db, { table: 'entries', column, row: 574 + row, bit }));
        await expect(opened.signer.sign(opened.writer.head)).rejects.toThrow(/not the one that was written/);
        expect(await lastSigned(dir)).toBe(before);
        opened.close();
        rmSync(dir, { recursive: true });
      }),
      { numRuns: 60 },
    );
  },
  MINUTES,
);

async function lastSigned(dir: string): Promise<number> {
  const folder = await openLogFolder(dir);
  const newest = await folder.log.latestCheckpoint();
  folder.close();
  return newest?.size ?? 0;
}

test('the control: a check that does not look finds nothing', async () => {
  const dir = log.copy();
  tamper(dir, (db) => turnOver(db, { table: 'tiles', column: 'hashes', row: 0, bit: 5 }));
  const folder = await openLogFolder(dir);
  const blind = OF_THE_LOG.filter(({ name }) => name !== 'tiles');
  expect(await fsck({ ...folder, vkey: log.vkey }, undefined, blind)).toMatchObject({ sound: true });
  folder.close();
  expect(new Database(dataPaths(dir).database, { readonly: true }).close().open).toBe(false);
});
