// An export of a log whose first entries were moved away is the same file, but for what came since, as long as they are at hand.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRecorded } from '../archive/recorded.ts';
import { archive } from '../archive/testing-commands.ts';
import { type ArchiveLog, publishedLog } from '../archive/testing-log.ts';
import { createHeaders } from './headers.ts';
import { readersWithArchives } from './with-archives.ts';

let log: ArchiveLog;
let whole: readonly string[];
/** The chain of a call that straddles the cut. */
let chain: string;
beforeAll(async () => {
  log = await publishedLog();
  // As a configuration would name it.
  writeFileSync(join(log.dataDir, 'origin'), 'test.example/log\n');
  whole = entries(await exported('jsonl', '--from', '500', '--to', '530'));
  chain = (
    JSON.parse((JSON.parse(whole[20] ?? '{}') as { header: string }).header) as { chain: { id: string } }
  ).chain.id;
  const { code, err } = await archive(log, '--before', '512');
  if (code !== 0) throw new Error(err);
}, 60_000);
afterAll(() => log.remove());

const exported = async (format: string, ...args: string[]) => {
  const line = ['export', '--offline', '--format', format, '--reason', 'audit', '--disclose', 'all'];
  return log.cli(...line, ...args, '--out', '-');
};

function entries({ code, out, err }: { code: number; out: string; err: string }): readonly string[] {
  if (code !== 0) throw new Error(err);
  return out.trimEnd().split('\n');
}

test('a range that straddles the cut is what it was before', async () => {
  expect(entries(await exported('jsonl', '--from', '500', '--to', '530'))).toEqual(whole);
});

test('a chain, and all of the log, come as bundles that verify', async () => {
  const bundle = join(dirname(log.target), '..', 'bundle');
  for (const asked of [['--chain', chain], ['--from', '3', '--to', '700'], []]) {
    writeFileSync(
      bundle,
      entries(await exported('bundle', ...asked))
        .join('\n')
        .concat('\n'),
    );
    const { code, out, err } = await log.cli('verify', bundle, '--no-replay', '--json');
    const { verdict } = JSON.parse(out) as { verdict: string };
    expect([code, verdict, err]).toEqual([0, 'consistent', '']);
  }
});

test('of archived entries the values of one page are kept, and the headers of some', async () => {
  const store = await log.open();
  const found = await openRecorded(store.readers);
  const read: string[] = [];
  const archives = found.archives.map((one) => ({
    ...one,
    page: async (tile: number) => {
      read.push(`values of ${tile}`);
      return one.page(tile);
    },
    headers: async (tile: number) => {
      read.push(`headers of ${tile}`);
      return one.headers(tile);
    },
  }));
  const readers = await readersWithArchives(store.readers, { ...found, archives });
  const headers = createHeaders(readers);
  for (const index of [0, 300, 1, 301]) expect((await headers.at(index)).index).toBe(index);
  for (const index of [2, 3, 302, 4]) expect((await readers.log.entry(index))?.index).toBe(index);
  await store.close();
  expect(read).toEqual(['headers of 0', 'headers of 1', 'values of 0', 'values of 1', 'values of 0']);
});

test('nothing leaves while they are not at hand, or were changed', async () => {
  renameSync(log.target, `${log.target}-away`);
  const away = await exported('jsonl', '--from', '500', '--to', '530');
  renameSync(`${log.target}-away`, log.target);
  expect([away.code, away.out, away.err]).toEqual([1, '', expect.stringContaining('cannot be read')]);
  const path = join(log.target, 'tile/entries/001');
  const bytes = readFileSync(path);
  const changed = Buffer.from(bytes);
  changed[100] = (changed[100] ?? 0) ^ 1;
  rmSync(path);
  writeFileSync(path, changed);
  const refused = await exported('jsonl', '--from', '500', '--to', '530');
  expect([refused.code, refused.out, refused.err]).toEqual([1, '', expect.stringContaining('was changed')]);
});
