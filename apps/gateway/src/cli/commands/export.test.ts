import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../testing/command-line.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

// No gateway runs there: what is asked for is refused before anything is asked of one.
const exported = (...options: readonly string[]) =>
  runCommand(['export', ...options], { env: { COUNTERSIGN_DATA: folder }, cwd: folder });

test.each([
  ['--withhold', 'reqest', '`--withhold` names `reqest`, which is no detail'],
  ['--withhold', 'request,', '`--withhold` names ``, which is no detail'],
  ['--disclose', 'everything', '`--disclose` names `everything`, which is no detail'],
  ['--outcome', 'bad', '`--outcome` is `bad`: give one of ok, '],
  ['--format', 'pdf', '`--format` is `pdf`: give one of bundle, '],
  ['--out', 'none/there.jsonl', '`none/there.jsonl` cannot be written (ENOENT)'],
])('%s %s is refused', async (option, value, message) => {
  const { code, err } = await exported(option, value);
  expect(err).toContain(message);
  expect(code).toBe(2);
});

test('an export that comes to nothing leaves no file', async () => {
  const { code } = await exported('--out', 'one.jsonl');
  expect(code).toBe(2);
  expect([existsSync(join(folder, 'one.jsonl')), existsSync(join(folder, 'one.jsonl.part'))]).toEqual([
    false,
    false,
  ]);
});
