// One bundle, four ways to check it: the command line, the small package on plain Node with nothing installed beside it, a
// browser, and a program in another language. What the first three share is one code, and what this shows is that it needs no
// more than each of them has; the fourth shares nothing with it but docs/log-format.md.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleReport, Level } from '@countersign/audit';
import { runCli } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../console/browser.ts';
import { callAs } from './modern-call.ts';
import { openVerifierPage, packVerifier, run } from './verifiers.ts';
import { startWorld } from './world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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
  const alone = await packVerifier();
  try {
    cpSync(join(folder, 'trust.txt'), join(alone.folder, 'trust.txt'));
    const verify = (file: string, ...args: string[]) => alone.verify(file, '--trust', 'trust.txt', ...args);
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
    expect((await verify(join(alone.folder, 'nowhere'))).code).toBe(2);
    expect((await verify(files.good, '--trusted')).code).toBe(2);
    const inside = await alone.verify(files.good, '--trust', files.good);
    expect([inside.code, inside.stderr]).toEqual([2, expect.stringContaining('is the bundle itself')]);
  } finally {
    alone.remove();
  }
});

test('a browser comes to the same verdict, from the same code', async () => {
  const inBrowser = await openVerifierPage(browser);
  try {
    expect(inBrowser.script).not.toMatch(/from ['"]node:/);
    for (const name of ['good', 'spoilt', 'cut'] as const) {
      const report = await inBrowser.verify(readFileSync(files[name], 'utf8'), { trust });
      expect(report).toEqual(await expected(files[name]));
    }
  } finally {
    inBrowser.close();
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
