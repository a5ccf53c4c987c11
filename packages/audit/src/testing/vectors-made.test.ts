// The vectors are what the Python programs beside them write, which share no line with us: nobody can make a vector fit our code
// without its program saying the same.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const KEPT = fileURLToPath(new URL('../../testdata/vectors', import.meta.url));
const endingIn = (folder: string, end: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith(end));

/** What others only import: it writes nothing. */
const LIBRARIES: readonly string[] = ['ed25519.py', 'story.py'];
const hasPython = spawnSync('python3', ['--version']).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-vectors-'));
  for (const name of endingIn(KEPT, '.py')) cpSync(join(KEPT, name), join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PATIENT = { timeout: 180_000 };

test.skipIf(!hasPython)(
  'the vectors are, byte for byte, what the programs beside them write',
  PATIENT,
  () => {
    // The first writes what others read.
    const programs = ['generate.py', ...endingIn(KEPT, '.py').filter((name) => name !== 'generate.py')];
    for (const name of programs.filter((each) => !LIBRARIES.includes(each))) {
      const { status, stderr } = spawnSync('python3', ['-B', join(folder, name)], { encoding: 'utf8' });
      expect([name, status, stderr]).toEqual([name, 0, '']);
    }
    expect(endingIn(folder, '.json').toSorted()).toEqual(endingIn(KEPT, '.json').toSorted());
    for (const name of endingIn(KEPT, '.json'))
      expect([name, readFileSync(join(folder, name), 'utf8')]).toEqual([
        name,
        readFileSync(join(KEPT, name), 'utf8'),
      ]);
  },
);
