// `npm test`: every check and every test, then one closing line with the count. A check is a command that must exit 0.
// With arguments, only vitest runs, with those arguments: `npm test -- packages/audit`.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKS = ['check:format', 'check:lint', 'check:types', 'check:unused', 'check:size', 'build'] as const;

const MAX_RERUNS = 2;

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
try {
  for (const project of ['unit', 'e2e']) {
    let ran = await runProject(project);
    for (let again = 1; again <= MAX_RERUNS && ran.failed === 0 && ran.code !== 0; again += 1) {
      // No test failed, and the run did: a worker process died under it. A test that kills its worker does so again.
      process.stdout.write(
        `the runner of the ${project} tests died without a failed test: running them again\n`,
      );
      ran = await runProject(project);
    }
    passed += ran.passed;
    // A file that does not even load has no failed test to count, but is a failure all the same.
    failed += ran.failed === 0 && ran.code !== 0 ? 1 : ran.failed;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function runProject(project: string): Promise<{ code: number; passed: number; failed: number }> {
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
    ...filters,
  ]);
  return { code, ...(await count(report)) };
}

async function count(report: string): Promise<{ passed: number; failed: number }> {
  try {
    const json = JSON.parse(await readFile(report, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
    };
    return { passed: json.numPassedTests, failed: json.numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: ENV });
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
}
