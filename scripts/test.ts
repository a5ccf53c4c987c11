// `npm test`: every check and every test, then one closing line with the count. A check is a command that must exit 0.
// With arguments, only vitest runs, with those arguments: `npm test -- packages/audit`.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKS = ['check:format', 'check:lint', 'check:types', 'check:unused', 'check:size', 'build'] as const;

const MAX_RERUNS = 2;
const MOST_LOOKED_AT_AGAIN = 4;

/**
 * Threads that find compiled code do not load the type stripper. It is WebAssembly, one instance a thread, and tests
 * start and end hundreds of threads: Node has been seen to crash over that.
 */
const ENV = {
  ...process.env,
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)),
};

let passed = 0;
let failed = 0;
const filters = process.argv.slice(2);

if (filters.length === 0) {
  for (const check of CHECKS) {
    const code = await run('npm', ['run', '--silent', check]);
    process.stdout.write(`${code === 0 ? 'ok' : 'FAILED'}  ${check}\n`);
    if (code === 0) passed += 1;
    else failed += 1;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
const told: string[] = [];
try {
  for (const project of ['unit', 'e2e']) {
    let ran = await runProject(project, filters);
    for (let again = 1; again <= MAX_RERUNS && ran.broken.length === 0 && ran.code !== 0; again += 1) {
      // No test failed, and the run did: a worker process died under it. A test that kills its worker does so again.
      tell(`the runner of the ${project} tests died without a failed test: running them again`);
      ran = await runProject(project, filters);
    }
    const left = ran.broken.length === 0 ? ran : await secondLook(project, ran);
    passed += left.passed;
    // A file that does not even load has no failed test to count, but is a failure all the same.
    failed += left.broken.length === 0 && left.code !== 0 ? 1 : left.broken.length;
    told.push(...left.broken.map((each) => `FAILED  ${nameOf(each)}`));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

for (const line of told) tell(line);
tell(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/**
 * Runs the files of a few failed tests once more, alone: on a machine that others load, a test can run out of patience.
 * What passes then is named, since it may be a race. What the torture finds is a finding the first time.
 */
async function secondLook(project: string, first: Ran): Promise<Ran> {
  const files = [...new Set(first.broken.map(({ file }) => file))];
  if (files.length > MOST_LOOKED_AT_AGAIN || files.some((file) => file.includes('/torture/'))) return first;
  const second = await runProject(project, files);
  // Died under it, or found no tests: that says nothing about the failures.
  if (second.code !== 0 && second.broken.length === 0) return first;
  const isBroken = ({ file, test }: Broken): boolean =>
    second.broken.some((other) => other.file === file && other.test === test);
  const flaky = first.broken.filter((each) => !isBroken(each));
  told.push(...flaky.map((each) => `FLAKY   ${nameOf(each)}: failed, and passed when its file ran alone`));
  return { ...second, passed: first.passed + first.broken.length - second.broken.length };
}

interface Broken {
  readonly file: string;
  readonly test: string;
}

function nameOf({ file, test }: Broken): string {
  return `${relative(process.cwd(), file)} > ${test}`;
}

interface Ran {
  readonly code: number;
  readonly passed: number;
  readonly broken: readonly Broken[];
}

async function runProject(project: string, files: readonly string[]): Promise<Ran> {
  const report = join(folder, `${project}.json`);
  await rm(report, { force: true });
  const code = await run('vitest', [
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...files,
  ]);
  return { code, ...(await read(report)) };
}

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

async function read(report: string): Promise<Omit<Ran, 'code'>> {
  let json: Report;
  try {
    json = JSON.parse(await readFile(report, 'utf8')) as Report;
  } catch {
    return { passed: 0, broken: [] };
  }
  const broken = json.testResults.flatMap(({ name: file, status, assertionResults }) => {
    const tests = assertionResults
      .filter((each) => each.status === 'failed')
      .map(({ fullName }) => ({ file, test: fullName }));
    return tests.length === 0 && status === 'failed' ? [{ file, test: 'the file itself' }] : tests;
  });
  return { passed: json.numPassedTests, broken };
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: ENV });
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
}
