import { closeSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { dataPaths } from '../../store/paths.ts';
import { openLogFolder } from '../log-folder.ts';
import { runCommand } from '../testing/command-line.ts';
import type { Place } from './check.ts';
import { type FsckReport, fsck } from './run.ts';
import { createTestLog, tamper, type TestLog } from './testing-log.ts';

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog(300, 300);
});
afterAll(() => log.remove());

async function check(dir: string): Promise<FsckReport> {
  const folder = await openLogFolder(dir);
  try {
    return await fsck({ ...folder, vkey: log.vkey });
  } finally {
    folder.close();
  }
}

/** Every fault as `check: message`. */
function faultsOf({ checks }: FsckReport): string[] {
  return checks.flatMap(({ name, named }) => named.map(({ message }) => `${name}: ${message}`));
}

function placesOf({ checks }: FsckReport): Place[] {
  return checks.flatMap(({ named }) => named.map(({ place }) => place));
}

describe('a log to which nothing was done', () => {
  it('is sound, and every part of it was looked at', async () => {
    const report = await check(log.copy());
    expect(faultsOf(report)).toEqual([]);
    expect(report).toMatchObject({ sound: true, size: 601, notChecked: [] });
    const counts = Object.fromEntries(report.checks.map(({ name, checked }) => [name, checked]));
    expect(counts).toMatchObject({ entries: 601, tiles: 2, checkpoints: 2, head: 1, chains: 2, index: 2 });
  });

  it('is looked at without the key, and that is said', async () => {
    const folder = await openLogFolder(log.copy());
    const report = await fsck(folder);
    folder.close();
    expect(report).toMatchObject({ sound: true, notChecked: [expect.stringContaining('no key of the log')] });
  });

  it('may be looked at while a gateway appends', async () => {
    const dir = log.copy();
    const opened = await log.open(dir);
    const running = check(dir);
    opened.append(5);
    await opened.signer.sign(opened.writer.head);
    expect(faultsOf(await running)).toEqual([]);
    opened.close();
  });
});

const NEW_LEAF = 'CAST(zeroblob(32) AS BLOB)';

test.each<readonly [string, string | ((db: Database.Database) => void), unknown, RegExp]>([
  [
    'a changed header',
    "UPDATE entries SET header = CAST(replace(CAST(header AS TEXT), 'signal', 'signel') AS BLOB) WHERE idx = 7",
    { entry: 7 },
    /entries: entry 7 (is malformed|does not hash)/,
  ],
  [
    'a changed leaf',
    `UPDATE entries SET leaf = ${NEW_LEAF} WHERE idx = 7`,
    { entry: 7 },
    /entry 7 does not hash/,
  ],
  ['an entry that is gone', 'DELETE FROM entries WHERE idx = 7', { entry: 7 }, /entries: entry 7 is missing/],
  [
    'entries that are gone',
    'DELETE FROM entries WHERE idx BETWEEN 7 AND 9',
    { entry: 7 },
    /entries 7 to 9 are missing/,
  ],
  ['the tail that is gone', 'DELETE FROM entries WHERE idx = 600', { entry: 600 }, /entry 600 is missing/],
  [
    'an entry too many',
    'INSERT INTO entries SELECT 601, header, leaf FROM entries WHERE idx = 600',
    { entry: 601 },
    /entry 601 lies outside of the 601 entries/,
  ],
  [
    'two entries swapped',
    'UPDATE entries SET idx = -1 WHERE idx = 8; UPDATE entries SET idx = 8 WHERE idx = 9; UPDATE entries SET idx = 9 WHERE idx = -1',
    { entry: 8 },
    /entry 8 says that it is entry 9/,
  ],
  [
    'a changed tile',
    'UPDATE tiles SET hashes = CAST(zeroblob(8192) AS BLOB) WHERE idx = 1',
    { tile: { level: 0, index: 1 } },
    /tile 1 of level 0 has another hash for entry 256 and 255 more/,
  ],
  [
    'a tile of other hashes with their root',
    (db) => {
      const { root, hashes } = db.prepare('SELECT root, hashes FROM tiles WHERE idx = 0').get() as {
        root: Uint8Array;
        hashes: Uint8Array;
      };
      db.prepare('UPDATE tiles SET root = ?, hashes = ? WHERE idx = 1').run(root, hashes);
    },
    { tile: { level: 0, index: 1 } },
    /tile 1 of level 0 has another hash for entry 256/,
  ],
  [
    'a missing tile',
    'DELETE FROM tiles WHERE idx = 0',
    { tile: { level: 0, index: 0 } },
    /tile 0 of level 0 is missing/,
  ],
  [
    'a tile of no entries',
    'INSERT INTO tiles SELECT 0, 2, root, hashes FROM tiles WHERE idx = 0',
    { tile: { level: 0, index: 2 } },
    /tile 2 of level 0 is of no 601 entries/,
  ],
  [
    'a tile of a level that the log has not',
    'INSERT INTO tiles SELECT 1, 0, root, hashes FROM tiles WHERE idx = 0',
    { tile: { level: 1, index: 0 } },
    /tile 0 of level 1 is of no 601 entries/,
  ],
  [
    'a checkpoint of more entries than there are',
    'UPDATE checkpoints SET size = 900 WHERE size = 601',
    { checkpoint: 900 },
    /the checkpoint of 900 entries is of more entries than the 601/,
  ],
  [
    'a checkpoint under the note of another',
    'UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 601) WHERE size = 301',
    { checkpoint: 301 },
    /the checkpoint of 301 entries says something else than its note/,
  ],
  [
    'the tree of a checkpoint',
    'UPDATE checkpoints SET frontier = (SELECT frontier FROM log_head) WHERE size = 301',
    { checkpoint: 301 },
    /is stored with another tree/,
  ],
  [
    'the head of the log',
    'UPDATE log_head SET size = 600',
    { table: 'log_head', row: '1' },
    /another tree|the tree that the head of the log goes on from/,
  ],
  [
    'a head that counts beyond all reason',
    'UPDATE log_head SET size = 1125899906842624',
    { table: 'log_head', row: '1' },
    /its last entry is 600/,
  ],
  [
    'the head of a chain',
    'UPDATE chains SET seq = 5',
    { table: 'chains', row: expect.any(String) },
    /chains: the head of chain chain_\w+ is not what its entry \d+ says/,
  ],
  [
    'a table that is none of ours',
    'CREATE TABLE stowaway (a)',
    { table: 'sqlite_schema', row: 'stowaway' },
    /schema: the table `stowaway` is none of ours/,
  ],
])('%s is found, and named', async (_, change, place, message) => {
  const dir = log.copy();
  tamper(dir, (db) => (typeof change === 'string' ? db.exec(change) : change(db)));
  const report = await check(dir);
  expect(report.sound).toBe(false);
  expect(faultsOf(report)).toContainEqual(expect.stringMatching(message));
  expect(placesOf(report)).toContainEqual(place);
});

test('a guard-rail of the schema that was taken away is missed', async () => {
  const dir = log.copy();
  const db = new Database(dataPaths(dir).database);
  db.exec('DROP TRIGGER entries_no_delete');
  db.close();
  expect(faultsOf(await check(dir))).toEqual(['schema: the trigger `entries_no_delete` is missing']);
});

test('a database that was put back from an older copy is found by the checkpoint beside it', async () => {
  const older = log.copy();
  const newer = log.copy();
  const opened = await log.open(newer);
  opened.append(3);
  await opened.signer.sign(opened.writer.head);
  opened.close();
  const folder = await openLogFolder(newer);
  writeFileSync(dataPaths(older).checkpoint, folder.kept ?? '');
  folder.close();
  expect(faultsOf(await check(older))).toContainEqual(expect.stringMatching(/put back from an older copy/));
});

test('a file with a page overwritten is found damaged, and the command comes to an end', async () => {
  const dir = log.copy();
  const path = dataPaths(dir).database;
  const file = openSync(path, 'r+');
  const pages = statSync(path).size / 4096;
  writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, Math.floor(pages * 0.8) * 4096);
  closeSync(file);
  const { code, out } = await runCommand('log fsck --json', { env: { COUNTERSIGN_DATA: dir } });
  expect(code).toBe(1);
  expect(
    (JSON.parse(out) as FsckReport).checks.find(({ name }) => name === 'database')?.faults,
  ).toBeGreaterThan(0);
});

describe('countersign log fsck', () => {
  it('says that all is sound', async () => {
    const { code, out } = await runCommand('log fsck', { env: { COUNTERSIGN_DATA: log.copy() } });
    expect(out).toMatch(/tiles +passed +2 +0/);
    expect([code, out]).toEqual([0, expect.stringContaining('what is stored of 601 entries is sound')]);
  });

  it('says what is wrong, and names entry and tile in its JSON', async () => {
    const dir = log.copy();
    tamper(dir, (db) => db.exec(`UPDATE entries SET leaf = ${NEW_LEAF} WHERE idx = 300`));
    const { code, out } = await runCommand('log fsck', { env: { COUNTERSIGN_DATA: dir } });
    expect([code, out]).toEqual([1, expect.stringContaining('entry 300 does not hash to the leaf')]);
    const json = await runCommand('log fsck --json', { env: { COUNTERSIGN_DATA: dir } });
    const places = placesOf(JSON.parse(json.out) as FsckReport);
    expect(places).toContainEqual({ entry: 300 });
    expect(places).toContainEqual({ tile: { level: 0, index: 1 } });
    rmSync(dir, { recursive: true });
  });
});
