// Archives are found where the log, or a later archive, says that they are: nothing is read for it but what may say so, nothing
// is believed that was changed, and whoever else has something to do gets to do it in between.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TILE_WIDTH } from '@countersign/audit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RecordedArchives, openRecorded } from './recorded.ts';
import { type ArchiveLog, publish, publishedLog, recordCalls } from './testing-log.ts';

let log: ArchiveLog;
let second: string;
/** Of the entry that records the first archive; it was moved to the second. */
let saidAt: number;
beforeAll(async () => {
  log = await publishedLog();
  second = join(log.target, '..', 'two');
  await archived('--to', log.target, '--before', '512');
  await log.write(async (store) => {
    const { entries } = await store.readers.entries.page(
      { kind: 'log.pruned', from: 0 },
      { limit: 1, before: Number.MAX_SAFE_INTEGER },
    );
    saidAt = entries[0]?.header.index ?? 0;
    await recordCalls(store, 250);
    await publish(store);
  });
  await archived('--to', second, '--before', '2048');
  cpSync(second, `${second}-kept`, { recursive: true });
}, 60_000);
afterAll(() => log.remove());
afterEach(() => {
  rmSync(second, { recursive: true });
  cpSync(`${second}-kept`, second, { recursive: true });
});

async function archived(...args: string[]): Promise<void> {
  const { code, err } = await log.cli('log', 'archive', ...args, '--yes', '--json');
  if (code !== 0) throw new Error(err);
}

async function opened(): Promise<RecordedArchives> {
  const store = await log.open();
  try {
    return await openRecorded(store.readers);
  } finally {
    await store.close();
  }
}

const fileOf = (tile: number): string => String(tile).padStart(3, '0');
const rangesOf = ({ archives }: RecordedArchives) => archives.map(({ manifest: { from, to } }) => [from, to]);

test('values of entries that say nothing of archives are not read, nor what comes after all is known', async () => {
  const tile = Math.floor(saidAt / TILE_WIDTH);
  const last =
    (JSON.parse(readFileSync(join(second, 'archive.json'), 'utf8')) as { to: number }).to / TILE_WIDTH - 1;
  expect(tile).toBeGreaterThan(2);
  expect(tile).toBeLessThan(last);
  rmSync(join(second, 'values', fileOf(2)));
  rmSync(join(second, 'tile/entries', fileOf(last)));
  const found = await opened();
  expect([rangesOf(found), found.unreached]).toEqual([
    [
      [0, 512],
      [512, (last + 1) * TILE_WIDTH],
    ],
    [],
  ]);
});

test('between one page and the next there is a turn for everybody else', async () => {
  const store = await log.open();
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await openRecorded(store.readers);
  isOver = true;
  await store.close();
  expect(turns).toBeGreaterThanOrEqual(Math.floor(saidAt / TILE_WIDTH) - 2);
});

test('what an archive says of another is not believed where its header was changed', async () => {
  const path = join(second, 'tile/entries', fileOf(Math.floor(saidAt / TILE_WIDTH)));
  const bytes = readFileSync(path);
  const place =
    bytes.indexOf('"archive":"', bytes.indexOf('"kind":"log.pruned"') - 200) + '"archive":"'.length;
  bytes.write(bytes.toString('latin1', place, place + 1) === 'a' ? 'b' : 'a', place, 'latin1');
  rmSync(path);
  writeFileSync(path, bytes);
  const found = await opened();
  expect(rangesOf(found)).not.toContainEqual([0, 512]);
  expect(found.unreached.map(({ why }) => why)).toContainEqual(
    `entry ${saidAt} in \`${second}\` was changed`,
  );
});
