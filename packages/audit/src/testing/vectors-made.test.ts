// The vectors, and the verdicts on spoilt bundles, are what the Python programs beside them write, which share no line with us:
// nobody can make one fit our code without its program saying the same.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const TESTDATA = join('packages', 'audit', 'testdata');
const KEPT = join(ROOT, TESTDATA, 'vectors');
const endingIn = (folder: string, end: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith(end));

/** What others only import: it writes nothing. */
const LIBRARIES: readonly string[] = ['ed25519.py', 'story.py'];
/** Runs one and expects it to say nothing. */
function runs(folder: string, name: string): void {
  const { status, stderr } = spawnSync('python3', ['-B', join(folder, name)], { encoding: 'utf8' });
  expect([name, status, stderr]).toEqual([name, 0, '']);
}
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
    for (const name of programs.filter((each) => !LIBRARIES.includes(each))) runs(folder, name);
    expect(endingIn(folder, '.json').toSorted()).toEqual(endingIn(KEPT, '.json').toSorted());
    for (const name of endingIn(KEPT, '.json'))
      expect([name, readFileSync(join(folder, name), 'utf8')]).toEqual([
        name,
        readFileSync(join(KEPT, name), 'utf8'),
      ]);
  },
);

test.skipIf(!hasPython)(
  'the verdicts on spoilt bundles are those of the verifier that reads the page as it stands',
  PATIENT,
  () => {
    const verifier = join(TESTDATA, 'second-verifier');
    const page = join('docs', 'log-format.md');
    const tree = join(folder, 'tree');
    for (const path of [page, join(TESTDATA, 'vectors'), verifier])
      cpSync(join(ROOT, path), join(tree, path), { recursive: true });
    rmSync(join(tree, verifier, 'mutants.json'));
    runs(join(tree, verifier), 'make_mutants.py');
    const written = (top: string): Buffer => readFileSync(join(top, verifier, 'mutants.json'));
    expect(written(tree).equals(written(ROOT))).toBe(true);
  },
);
