// Each kind of failure has its own code and names the entry (issue 4 item 8), whoever looks: one bundle of each kind, made by
// the same hands as those of the unit tests, goes through `countersign verify` as a process, through the package that runs on
// Node alone, and through a browser.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundleReport, LEVELS } from '@countersign/audit';
import { runCli } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SPOILT_BUNDLES } from '../../packages/audit/src/testing/faults/bundles.ts';
import type { SpoiltBundle } from '../../packages/audit/src/testing/faults/spoilt.ts';
import { launchBrowser } from '../console/browser.ts';
import { type BrowserVerifier, openVerifierPage, packVerifier, type PackedVerifier } from './verifiers.ts';

let folder: string;
let alone: PackedVerifier;
let browser: Browser;
let inBrowser: BrowserVerifier;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-failures-'));
  alone = await packVerifier();
  browser = await launchBrowser();
  inBrowser = await openVerifierPage(browser);
});
afterAll(async () => {
  inBrowser.close();
  await browser.close();
  alone.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The bundle as files, and the command line that verifies it. */
function written(code: string, { text, trust, external, requireWitness }: SpoiltBundle): string[] {
  const file = (name: string, content: string): string => {
    const path = join(folder, `${code}.${name}`);
    writeFileSync(path, content);
    return path;
  };
  return [
    file('jsonl', text),
    '--trust',
    file('policy', trust),
    ...external.flatMap((note, at) => ['--checkpoint', file(`checkpoint-${at}`, note)]),
    ...(requireWitness ? ['--require-witness'] : []),
  ];
}

/** The codes of a report, each with its entry: the first of every level. */
const codesOf = ({ levels }: BundleReport) =>
  LEVELS.flatMap((level) => {
    const { first } = levels[level];
    return first === null ? [] : [{ code: first.code, at: first.index }];
  });

test('whatever is wrong with a bundle, the program, the package on its own and a browser give it the same name and place', async () => {
  const codes = Object.keys(SPOILT_BUNDLES) as (keyof typeof SPOILT_BUNDLES)[];
  for (const code of codes) {
    const bundle = await SPOILT_BUNDLES[code]();
    const args = written(code, bundle);
    const [program, packed, web] = await Promise.all([
      runCli(['verify', ...args, '--no-replay', '--json']),
      alone.verify(...args, '--json'),
      inBrowser.verify(bundle.text, bundle),
    ]);
    expect([code, program.code, program.stderr]).toEqual([code, 1, '']);
    expect([code, packed.code, packed.stderr]).toEqual([code, 1, '']);
    const report = JSON.parse(program.stdout) as BundleReport;
    expect(codesOf(report)).toContainEqual({ code, at: bundle.at });
    expect([code, JSON.parse(packed.stdout)]).toEqual([code, report]);
    expect([code, web]).toEqual([code, report]);
  }
});
