import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dataPaths } from '../../store/paths.ts';
import { lockDataFolder } from '../../store/sqlite/open.ts';
import { createTestLog, tamper, type TestLog } from '../fsck/testing-log.ts';
import { runCommand } from '../testing/command-line.ts';

let log: TestLog;
let dir: string;
beforeAll(async () => {
  log = await createTestLog(300, 300);
});
afterAll(() => log.remove());
beforeEach(() => {
  dir = log.copy();
  mkdirSync(join(dir, 'keys'), { recursive: true });
  writeFileSync(key(), log.skey, { mode: 0o600 });
});

const key = (): string => join(dir, 'keys', 'checkpoint.skey');

const cli = (...line: string[]) => runCommand(line, { env: { COUNTERSIGN_DATA: dir }, cwd: dir });
const rebuild = (...more: string[]) => cli('log', 'rebuild', '--tiles', ...more);

/** What the next start is to record. */
function noted(folder: string): unknown {
  const db = new Database(dataPaths(folder).database, { readonly: true });
  try {
    return db.prepare('SELECT of, entries, made, by FROM index_rebuilds').all();
  } finally {
    db.close();
  }
}

function tiles(folder: string): unknown {
  const db = new Database(dataPaths(folder).database, { readonly: true });
  try {
    return db.prepare('SELECT * FROM tiles ORDER BY level, idx').all();
  } finally {
    db.close();
  }
}

describe('countersign log rebuild --tiles', () => {
  test.each([
    ['is missing', 'DELETE FROM tiles WHERE idx = 0'],
    ['is wrong', 'UPDATE tiles SET hashes = CAST(zeroblob(8192) AS BLOB) WHERE idx = 1'],
    ['is wrong together with its root', 'UPDATE tiles SET root = zeroblob(32), hashes = zeroblob(8192)'],
    ['is of no entries', 'INSERT INTO tiles SELECT 1, 7, root, hashes FROM tiles WHERE idx = 0'],
  ])('makes a tile again that %s', async (_what, change) => {
    tamper(dir, (db) => db.exec(change));
    const found = await cli('log', 'fsck');
    expect([found.code, found.out]).toEqual([
      1,
      expect.stringContaining('`countersign log rebuild --tiles`'),
    ]);
    expect(await rebuild()).toMatchObject({
      code: 0,
      out: 'made 2 tiles from 601 entries, the first 601 of which are those that were signed; the gateway records it when it starts',
    });
    expect(tiles(dir)).toEqual(tiles(log.dir));
    expect((await cli('log', 'fsck')).code).toBe(0);
    expect(noted(dir)).toEqual([{ of: 'tiles', entries: 601, made: 2, by: userInfo().username }]);
    (await log.open(dir)).close();
  });

  test.each([
    [
      'an entry that was changed with its leaf',
      "UPDATE entries SET header = CAST(header || x'20' AS BLOB) WHERE idx = 300",
      /entry 300 does not hash to its leaf/,
    ],
    ['an entry that is gone', 'DELETE FROM entries WHERE idx = 20', /entry 20 is missing/],
    [
      'checkpoints that are gone, with the head outside',
      'DELETE FROM checkpoints',
      /no signed checkpoint is here to hold the entries to/,
    ],
    [
      'a checkpoint that another key signed',
      "UPDATE checkpoints SET note = replace(note, 'test.example', 'else.example')",
      /the newest checkpoint is not of this log/,
    ],
  ])('makes none from %s', async (_what, change, message) => {
    if (change.startsWith('DELETE FROM checkpoints')) rmSync(dataPaths(dir).checkpoint);
    tamper(dir, (db) => db.exec(`${change}; DELETE FROM tiles WHERE idx = 0`));
    const before = tiles(dir);
    expect(await rebuild()).toMatchObject({ code: 1, err: expect.stringMatching(message) });
    expect(tiles(dir)).toEqual(before);
    expect(noted(dir)).toEqual([]);
  });

  test('needs the key that tells what was signed', async () => {
    rmSync(key());
    expect(await rebuild()).toMatchObject({ code: 2, err: expect.stringContaining('no checkpoint key') });
    writeFileSync(key(), (await generateNoteKey('test.example/log')).skey, { mode: 0o600 });
    expect(await rebuild()).toMatchObject({
      code: 1,
      err: expect.stringContaining('none of the given keys'),
    });
  });

  test('says that the gateway must be stopped, and how many were made as JSON', async () => {
    const unlock = lockDataFolder(dir, dataPaths(dir));
    expect(await rebuild('--json')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/another process uses the data folder .* so stop the gateway first$/),
    });
    unlock();
    expect(JSON.parse((await rebuild('--json')).out)).toEqual({ entries: 601, signed: 601, tiles: 2 });
  });
});
