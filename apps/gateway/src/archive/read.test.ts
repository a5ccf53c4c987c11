// What lies in an archive's folder is never taken into memory because of its name alone.
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openArchive } from './read.ts';
import { archive } from './testing-commands.ts';
import { type ArchiveLog, createArchiveLog, publish, recordCalls } from './testing-log.ts';

let log: ArchiveLog;
beforeAll(async () => {
  log = await createArchiveLog();
  await log.write(async (store) => {
    await recordCalls(store, 70);
    await publish(store);
  });
  const { code, err } = await archive(log, '--before', '256');
  if (code !== 0) throw new Error(err);
}, 60_000);
afterAll(() => log.remove());

const MIB = 1 << 20;

test.each([
  ['archive.json', 64 * MIB],
  ['checkpoint', MIB],
  ['keys', MIB],
  [join('tile', '0', '000'), 8192],
  [join('tile', 'entries', '000'), 256 * 0x1_0001],
  [join('values', '000'), 1024 * MIB],
])('`%s` is not read where it has more than %i bytes', async (path, most) => {
  const file = join(log.target, path);
  const kept = readFileSync(file);
  rmSync(file);
  // With a hole: it takes no room on the disk.
  writeFileSync(file, kept);
  truncateSync(file, most + 1);
  const reading = openArchive(log.target).then(async (opened) => opened.page(0));
  await expect(reading).rejects.toThrow(`\`${file}\` cannot be read`);
  truncateSync(file, kept.length);
  expect(await (await openArchive(log.target)).page(0)).toHaveLength(256);
});
