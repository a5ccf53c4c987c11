// One bundle, four ways to check it: the command line, the small package on plain Node with nothing installed beside it, a
// browser, and a program in another language. What the first three share is one code, and what this shows is that it needs no
// more than each of them has; the fourth shares nothing with it but docs/log-format.md.
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Audit from '@countersign/audit';
import type { BundleReport, Level } from '@countersign/audit';
import { runCli } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../console/browser.ts';
import { callAs } from './modern-call.ts';
import { startWorld } from './world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PAGE = `<!doctype html><title>verify</title>
<script type="module">import * as audit from '/audit.js'; globalThis.audit = audit;</script>`;

let folder: string;
let trust: string;
let browser: Browser;
const files: Record<'good' | 'spoilt' | 'cut', string> = { good: '', spoilt: '', cut: '' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-verifiers-'));
  const world = await startWorld();
  try {
    for (let i = 0; i < 3; i += 1) await callAs(world, 'worker', 'fixture', 'echo', { text: `number ${i}` });
    const { stdout } = await world.gateway.cli('log', 'key');
    trust = `log ${stdout.trim().split('\n').at(-1)}\nquorum none\n`;
    for (const name of ['good', 'spoilt', 'cut'] as const) files[name] = join(folder, `${name}.jsonl`);
    const made = await world.gateway.cli('export', '--out', files.good);
    if (made.code !== 0) throw new Error(made.stderr);
  } finally {
    await world.close();
  }
  const text = readFileSync(files.good, 'utf8');
  writeFileSync(files.spoilt, text.replace('number 1', 'number 7'));
  writeFileSync(files.cut, text.slice(0, text.lastIndexOf('{"digest"')));
  writeFileSync(join(folder, 'trust.txt'), trust);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ran> {
  const { promise, resolve } = Promise.withResolvers<Ran>();
  const child = execFile(command, [...args], { cwd, env, maxBuffer: 1 << 26 }, (_error, stdout, stderr) =>
    resolve({ code: child.exitCode ?? -1, stdout, stderr }),
  );
  return promise;
}

/** What all of them must agree on: everything but that one of them can decide again. */
async function expected(file: string): Promise<BundleReport> {
  const { stdout } = await runCli([
    'verify',
    file,
    '--trust',
    join(folder, 'trust.txt'),
    '--no-replay',
    '--json',
  ]);
  return JSON.parse(stdout) as BundleReport;
}

test('the packed verifier runs on Node alone, and says what the gateway’s own says, but for decisions', async () => {
  const built = join(folder, 'built');
  const made = await run(process.execPath, [join(ROOT, 'scripts', 'build-verifier.ts'), built], ROOT);
  expect([made.code, made.stderr]).toEqual([0, '']);
  const packed = await run(
    'npm',
    ['pack', built, '--json', '--pack-destination', folder, '--offline'],
    folder,
  );
  expect(packed.code, packed.stderr).toBe(0);
  const [tarball] = JSON.parse(packed.stdout) as { filename: string }[];
  const alone = mkdtempSync(join(tmpdir(), 'countersign-alone-'));
  try {
    expect(
      (await run('tar', ['-xzf', join(folder, tarball?.filename ?? ''), '-C', alone], folder)).code,
    ).toBe(0);
    cpSync(join(folder, 'trust.txt'), join(alone, 'trust.txt'));
    const main = join(alone, 'package', 'dist', 'cli', 'main.js');
    const verify = (file: string, ...args: string[]): Promise<Ran> =>
      run(process.execPath, [main, file, '--trust', 'trust.txt', ...args], alone, { PATH: '' });
    for (const [name, code] of [
      ['good', 0],
      ['spoilt', 1],
      ['cut', 1],
    ] as const) {
      const ran = await verify(files[name], '--json');
      expect([name, ran.code, ran.stderr]).toEqual([name, code, '']);
      expect(JSON.parse(ran.stdout)).toEqual(await expected(files[name]));
    }
    const people = await verify(files.good);
    expect(people.stdout).toContain('decisions were not replayed');
    expect(people.stdout).not.toMatch(/\bOK\b/);
    expect((await verify(join(alone, 'nowhere'))).code).toBe(2);
    expect((await verify(files.good, '--trusted')).code).toBe(2);
    const inside = await run(process.execPath, [main, files.good, '--trust', files.good], alone, {
      PATH: '',
    });
    expect([inside.code, inside.stderr]).toEqual([2, expect.stringContaining('is the bundle itself')]);
  } finally {
    rmSync(alone, { recursive: true, force: true });
  }
});

test('a browser comes to the same verdict, from the same code', async () => {
  const out = join(folder, 'web');
  await build({
    root: join(ROOT, 'packages', 'audit'),
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: out,
      emptyOutDir: true,
      minify: false,
      lib: { entry: 'src/index.ts', formats: ['es'], fileName: 'audit' },
    },
  });
  const script = readFileSync(join(out, 'audit.js'), 'utf8');
  expect(script).not.toMatch(/from ['"]node:/);
  const server = createServer((request, response) => {
    const isScript = request.url === '/audit.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : PAGE);
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction(() => 'audit' in globalThis);
    for (const name of ['good', 'spoilt', 'cut'] as const) {
      const text = readFileSync(files[name], 'utf8');
      const report = await page.evaluate(
        async ([bundle, policy]) => {
          const { audit } = globalThis as unknown as { audit: typeof Audit };
          const parsed = await audit.parseTrust(policy);
          if (!parsed.ok) throw new Error(parsed.error.message);
          return audit.verifyBundle([new TextEncoder().encode(bundle)], { trust: parsed.value });
        },
        [text, trust] as const,
      );
      expect(report).toEqual(await expected(files[name]));
    }
  } finally {
    server.close();
  }
});

/** Where there is no Python, the verdicts that it gave are all there is: packages/audit/testdata/second-verifier. */
const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!hasPython)(
  'a verifier in another language, written from the page alone, comes to the same verdict',
  async () => {
    const second = join(ROOT, 'packages', 'audit', 'testdata', 'second-verifier', 'verify_bundle.py');
    const vkey = trust.split(/\s/)[1] ?? '';
    for (const [name, code] of [
      ['good', 0],
      ['spoilt', 1],
      ['cut', 1],
    ] as const) {
      const ran = await run('python3', ['-B', second, files[name], vkey], folder);
      expect([name, ran.code, ran.stderr]).toEqual([name, code, '']);
      const judged = Object.entries(JSON.parse(ran.stdout) as Record<Level, boolean>);
      expect([name, judged.every(([, isSound]) => isSound)]).toEqual([name, code === 0]);
      const { levels } = await expected(files[name]);
      for (const [level, isSound] of judged)
        expect([name, level, levels[level as Level].state !== 'failed']).toEqual([name, level, isSound]);
    }
  },
);
