import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../cli/testing/command-line.ts';
import { openWitnessKey } from './key.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-witness-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  'witness.example',
  'witness.example/one',
  'w1.witness.example/log/a-b_c',
  'witness.example:8443/one',
  'zeugen.xn--bcher-kva.example/eins',
])('a witness may be called %s', async (name) => {
  const opened = await openWitnessKey(folder, name);
  expect(opened.ok && opened.value.name).toBe(name);
});

test.each([
  ['', 'must not be empty'],
  ['one', 'others may have as well'],
  ['localhost/one', 'others may have as well'],
  ['witness example/one', 'no white space and no plus sign'],
  ['witness.example/one\u00a0', 'no white space and no plus sign'],
  ['witness.example/a+b', 'no white space and no plus sign'],
  ['witness.example/\u0007', 'no white space and no plus sign'],
  ['https://witness.example/one', 'has a scheme: leave out what stands before `witness.example/one`'],
  ['witness.example/one?x=1', 'no URL without its scheme'],
  ['me@witness.example', 'no URL without its scheme'],
  ['Witness.Example/one', 'no URL without its scheme'],
  [`witness.example/${'x'.repeat(255)}`, 'at most 255 characters'],
])('a new witness is not called %j, and nothing is made', async (name, message) => {
  const opened = await openWitnessKey(folder, name);
  expect(opened.ok ? '' : opened.error).toContain(message);
  expect(readdirSync(folder)).toEqual([]);
});

test('the command refuses such a name, with what to write instead', async () => {
  const refused = await runCommand(['witness', '--data', folder, '--name', 'one', '--show-key'], {
    cwd: folder,
  });
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('`witness.example/one`')]);
  const made = await runCommand(['witness', '--data', folder, '--name', 'w.example', '--show-key'], {
    cwd: folder,
  });
  expect(made.code).toBe(0);
});
