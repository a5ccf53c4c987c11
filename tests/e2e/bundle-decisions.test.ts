// Failures that only deciding again shows: the program finds each by Cedar and names the entry; the package on Node alone and
// the browser, which have no Cedar, say that nothing was replayed, and never that decisions hold (issue 4 item 8).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BodyLine, type BundleReport, digestOf, type EntryDraft } from '@countersign/audit';
import { runCli } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ByEngine } from '../../packages/audit/src/testing/faults/bundles.ts';
import { policyOf, signer } from '../../packages/audit/src/testing/faults/spoilt.ts';
import { launchBrowser } from '../console/browser.ts';
import { callAs } from './modern-call.ts';
import { rewritten } from './rewritten.ts';
import { type BrowserVerifier, openVerifierPage, packVerifier, type PackedVerifier } from './verifiers.ts';
import { startWorld } from './world.ts';

const trust = policyOf([signer.vkey]);
let folder: string;
let told: string;
let alone: PackedVerifier;
let browser: Browser;
let inBrowser: BrowserVerifier;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-decisions-'));
  const world = await startWorld();
  try {
    await callAs(world, 'worker', 'fixture', 'echo', { text: 'hello' });
    const out = join(folder, 'told.jsonl');
    const made = await world.gateway.cli('export', '--out', out);
    if (made.code !== 0) throw new Error(made.stderr);
    told = readFileSync(out, 'utf8');
  } finally {
    await world.close();
  }
  writeFileSync(join(folder, 'policy'), trust);
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

type Decided = EntryDraft<'call.decided'>;

const body =
  (more: Partial<Decided['body']>) =>
  (draft: Decided): Decided => ({ ...draft, body: { ...draft.body, ...more } });

const explained =
  (change: (said: { obligations: object }) => object) =>
  (draft: Decided): Decided => {
    const said = JSON.parse(String(draft.details.explanation)) as { obligations: object };
    return { ...draft, details: { ...draft.details, explanation: JSON.stringify(change(said)) } };
  };

const LIES: Readonly<Record<Exclude<ByEngine, 'schema_mismatch'>, (draft: Decided) => Decided>> = {
  decision_without_policy: body({ policySet: null }),
  policy_set_missing: body({ policySet: digestOf('nobody’s') }),
  replay_outcome: body({ decision: 'deny', reason: 'no_permit' }),
  replay_reason: body({ reason: 'approval_expired' }),
  replay_policies: explained((said) => ({ ...said, determining: [] })),
  replay_obligations: explained((said) => ({
    ...said,
    obligations: { ...said.obligations, labels: ['money'] },
  })),
};

/** The log with this lie of the call, and the place of it. */
async function lyingBy(lie: (draft: Decided) => Decided): Promise<{ text: string; at: number | null }> {
  let at: number | null = null;
  const text = await rewritten(told, (draft, index) => {
    if (draft.kind !== 'call.decided' || draft.body.operation !== 'mcp:tools/call') return draft;
    at = index;
    return lie(draft);
  });
  return { text, at };
}

async function judgedBy(name: string, text: string) {
  const file = join(folder, `${name}.jsonl`);
  writeFileSync(file, text);
  const args = [file, '--trust', join(folder, 'policy'), '--json'];
  const [program, packed, web] = await Promise.all([
    runCli(['verify', ...args]),
    alone.verify(...args),
    inBrowser.verify(text, { trust }),
  ]);
  expect([program.stderr, packed.stderr]).toEqual(['', '']);
  const [byProgram, byPackage] = [program, packed].map(({ stdout }) => JSON.parse(stdout) as BundleReport);
  expect(byPackage).toEqual(web);
  return { code: program.code, byProgram, web };
}

function expectNotReplayed({ decisions, levels, notProven }: BundleReport): void {
  expect(levels.decisions.state).toBe('not_checked');
  expect(decisions).toMatchObject({ replayed: 0, notReplayed: { no_replayer: decisions.decisions } });
  expect(notProven.join('\n')).toContain('decisions were not replayed');
}

test('the log as it was told, written anew, has none of these', async () => {
  const { code, byProgram, web } = await judgedBy('told', await rewritten(told, (draft) => draft));
  expect([code, byProgram?.firstFailure, web.firstFailure]).toEqual([0, null, null]);
  expect(byProgram?.decisions).toMatchObject({ mismatched: 0, notReplayed: {} });
  expect(byProgram?.decisions.replayed).toBeGreaterThan(0);
  expectNotReplayed(web);
});

test('whatever was written of a decision that policy did not make is found by its name and place where Cedar is there', async () => {
  for (const [name, lie] of Object.entries(LIES)) {
    const { text, at } = await lyingBy(lie);
    expect(at).not.toBeNull();
    const { code, byProgram, web } = await judgedBy(name, text);
    expect([name, code]).toEqual([name, 1]);
    expect(byProgram?.levels.decisions.first).toMatchObject({ code: name, index: at });
    expectNotReplayed(web);
  }
});

test('a schema that is not what it is said to be is found by its name', async () => {
  const schema: BodyLine = { type: 'schema', digest: digestOf('a'), input: '{}' };
  const { code, byProgram, web } = await judgedBy(
    'schema',
    await rewritten(told, (draft) => draft, [schema]),
  );
  expect(code).toBe(1);
  expect(byProgram?.levels.decisions.first).toMatchObject({ code: 'schema_mismatch', index: null });
  expectNotReplayed(web);
});
