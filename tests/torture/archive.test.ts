// The ceremony that takes old entries out of a log is killed at random moments: no entry and no value is ever in neither
// place, what is there verifies, and the same command asked again finishes it (docs/how-to/archive-old-entries.md).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCli } from '@countersign/testkit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openArchive } from '../../apps/gateway/src/archive/read.ts';
import {
  type ArchiveLog,
  createArchiveLog,
  publish,
  recordCalls,
} from '../../apps/gateway/src/archive/testing-log.ts';
import { dataPaths } from '../../apps/gateway/src/store/paths.ts';
import { howMuch } from './how-much.ts';

const ROUNDS = howMuch(4, 60);
const CLI = fileURLToPath(new URL('../../apps/gateway/src/cli/main.ts', import.meta.url));
const TILE = 256;
/** Of new entries in each round: some tiles, and what keeps the log from being emptied. */
const PAIRS = 320;

let log: ArchiveLog;
beforeEach(async () => {
  log = await createArchiveLog();
});
afterEach(() => log.remove());

/** By index: the header, and whether values are beside it. */
type Entries = ReadonlyMap<number, string>;

const shown = (header: Uint8Array, hasValues: boolean): string =>
  `${Buffer.from(header).toString('utf8')} ${hasValues}`;

function entriesHere(): Map<number, string> {
  const db = new Database(dataPaths(log.dataDir).database, { readonly: true });
  try {
    const rows = db
      .prepare<[], { idx: number; header: Uint8Array; has: number }>(
        'SELECT idx, header, EXISTS (SELECT 1 FROM payloads WHERE payloads.idx = entries.idx) AS has FROM entries',
      )
      .all();
    return new Map(rows.map(({ idx, header, has }) => [idx, shown(header, has === 1)]));
  } finally {
    db.close();
  }
}

async function entriesIn(folder: string): Promise<Entries> {
  const found = new Map<number, string>();
  for await (const page of (await openArchive(folder)).entries())
    for (const { index, header, details } of page) found.set(index, shown(header, details.length > 0));
  return found;
}

/** What is in neither place as it was. */
async function lost(before: Entries, folders: readonly string[]): Promise<readonly number[]> {
  const here = entriesHere();
  for (const folder of folders)
    for (const [index, text] of await entriesIn(folder)) if (!here.has(index)) here.set(index, text);
  return [...before].flatMap(([index, text]) => (here.get(index) === text ? [] : [index]));
}

const argsTo = (target: string, before: number): string[] => [
  'log',
  'archive',
  '--data',
  log.dataDir,
  '--to',
  target,
  '--before',
  String(before),
  '--yes',
  '--json',
];

/** Kills it some time after it began to copy; the time that it took where it was through before. */
async function killed(args: readonly string[], afterMs: number): Promise<number | null> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  // The plan is told right before the first file is written.
  await Promise.race([once(child.stderr, 'data'), ended]);
  const started = performance.now();
  child.stderr.resume();
  const stop = new AbortController();
  await Promise.race([wait(afterMs, undefined, { signal: stop.signal }).catch(() => undefined), ended]);
  stop.abort();
  child.kill('SIGKILL');
  await ended;
  return child.exitCode === null ? null : performance.now() - started;
}

const isRecorded = (target: string): boolean =>
  statSync(join(target, 'archive.json'), { throwIfNoEntry: false }) !== undefined;

const verified = async (...args: string[]) => {
  const { code, stdout, stderr } = await runCli(['verify', ...args, '--no-replay', '--json']);
  return { code, said: stderr === '' ? stdout.slice(0, 600) : stderr };
};

test(`after each of ${ROUNDS} kills nothing is lost, and the rest is done by asking again`, {
  timeout: 120_000 + ROUNDS * 60_000,
}, async () => {
  const done: string[] = [];
  const all = new Map<number, string>();
  let longest = 1500;
  let caught = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await log.write(async (store) => {
      await recordCalls(store, PAIRS);
      await publish(store);
      await recordCalls(store, 10);
    });
    for (const [index, text] of entriesHere()) all.set(index, text);
    const before = [...all.keys()].length - (([...all.keys()].length - 60) % TILE) - 60;
    const target = `${log.target}-${round}`;
    const args = argsTo(target, before);
    const took = await killed(args, Math.random() * longest);
    if (took === null) caught += 1;
    else longest = Math.max(200, took);

    const folders = isRecorded(target) ? [...done, target] : done;
    expect(await lost(all, folders)).toEqual([]);
    expect(await verified(log.dataDir)).toMatchObject({ code: 0 });

    const again = await runCli(args);
    expect(`${again.stdout}${again.stderr}`).toMatch(/"folder":|there is nothing to archive/);
    done.push(target);
    expect(await lost(all, done)).toEqual([]);
    expect(await verified(target)).toMatchObject({ code: 0 });
    const archives = done.flatMap((folder) => ['--archive', folder]);
    expect(await verified(log.dataDir, ...archives)).toMatchObject({ code: 0 });
  }
  // A run in which every command was through before it was killed would show nothing.
  expect(caught).toBeGreaterThan(0);
  const { code, stdout } = await runCli(['log', 'fsck', '--data', log.dataDir]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('is sound')]);
});

test('what would be lost is found: an archive that lacks an entry, or its values', async () => {
  await log.write(async (store) => {
    await recordCalls(store, PAIRS);
    await publish(store);
  });
  const all = entriesHere();
  expect((await runCli(argsTo(log.target, 512))).code).toBe(0);
  expect(await lost(all, [log.target])).toEqual([]);
  expect((await lost(all, [])).length).toBe(512);
  const description = join(log.target, 'archive.json');
  const text = readFileSync(description, 'utf8');
  rmSync(description);
  writeFileSync(description, text.replace(/"values":\["[0-9a-f]{64}"/, '"values":[null'));
  expect((await lost(all, [log.target])).length).toBeGreaterThan(200);
});
