import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ArchiveError } from './archive-error.ts';
import { readArchiveFile } from './files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a pipe in the place of a file is not waited for', () => {
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
  // In a process of its own: whoever waits for a pipe does nothing else, not even give up.
  const code = `import { readArchiveFile } from ${JSON.stringify(new URL('files.ts', import.meta.url).href)};
    try { readArchiveFile(${JSON.stringify(folder)}, 'pipe', 1); } catch (error) { console.log(error.message); }`;
  const read = spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 15_000 });
  expect([read.signal, read.stdout.toString()]).toEqual([null, expect.stringContaining('cannot be read')]);
});

test('a file is read up to the size that it may have', () => {
  writeFileSync(join(folder, 'file'), 'four');
  expect(readArchiveFile(folder, 'file', 4).toString()).toBe('four');
  truncateSync(join(folder, 'file'), 2 ** 30);
  expect(() => readArchiveFile(folder, 'file', 4)).toThrow(ArchiveError);
});
