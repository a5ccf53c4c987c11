// What commands say of a log whose database is damaged: what is wrong with what, and what to do, without a stack.
import { closeSync, openSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataPaths } from '../store/paths.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import { type Ran, runCommand } from './testing/command-line.ts';
import { startLog } from './testing/started-log.ts';

let folder: TestFolder;
beforeAll(async () => {
  folder = await createTestFolder();
  const store = await startLog(folder, {
    origin: 'test.example/log',
    now: Date.now,
    onOpen: () => undefined,
  });
  await store.signNow();
  await store.close();
  damage(dataPaths(folder.dataDir).database);
});
afterAll(() => folder.remove());

/** Writes over the first page of the table of entries. */
function damage(path: string): void {
  const db = new Database(path);
  const page = db
    .prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'entries'")
    .pluck()
    .get();
  const size = Number(db.pragma('page_size', { simple: true }));
  db.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(size, 0x5a), 0, size, ((page ?? 1) - 1) * size);
  closeSync(file);
}

const cli = (line: string): Promise<Ran> =>
  runCommand(line, { env: { COUNTERSIGN_DATA: folder.dataDir }, cwd: folder.dataDir });

test.each(['verify', 'log rebuild'])('countersign %s', async (line) => {
  const { code, err } = await cli(line);
  expect(code).toBe(2);
  expect(err).toMatch(
    /^the database is damaged: `countersign log fsck` says where; put back its newest copy \(/,
  );
  expect(err).not.toMatch(/\n\s+at /);
});

test('with --json it is a machine’s error', async () => {
  const { out } = await cli('verify --json');
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'sqlite_corrupt', exitCode: 2 } });
});

test('countersign doctor names it as what is wrong with the log', async () => {
  const { code, out } = await cli('doctor --json');
  const { findings } = JSON.parse(out) as { findings: { what: string; state: string; message: string }[] };
  expect(code).toBe(1);
  expect(findings.find(({ what }) => what === 'log')).toMatchObject({
    state: 'wrong',
    message: expect.stringMatching(/^the database is damaged: `countersign log fsck`/),
  });
});

test('a start says where to look', async () => {
  await expect(
    startLog(folder, { origin: 'test.example/log', now: Date.now, onOpen: () => undefined }),
  ).rejects.toThrow(/`countersign log fsck` says/);
});

test('log fsck says what cannot be read, and not that a tail is gone which nobody could look at', async () => {
  const { code, out } = await cli('log fsck');
  expect(code).toBe(1);
  expect(out).toContain('the database cannot be read to its end');
  expect(out).toContain('cannot be recomputed: entries before it are missing');
  expect(out).not.toContain('the tail is gone');
});
