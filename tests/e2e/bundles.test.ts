// What an auditor is handed, and what they find out with it alone: every entry of a chain with its proof, the policies that
// decided, and the decisions made again (issue 4, items 7 and 8).
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundleReport, LogReport } from '@countersign/audit';
import { runCli } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callAs } from './modern-call.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let folder: string;
let calls: readonly Call[];
let trust: string;
let bundle: string;

interface Call {
  readonly id: string;
  readonly chain: string;
  readonly state: string;
  readonly resource: string | null;
}

const PAYMENT = { vendor: 'acme', amount_cents: 250_000, invoice: 'INV-1' };

beforeAll(async () => {
  world = await startWorld();
  folder = mkdtempSync(join(tmpdir(), 'countersign-bundles-'));
  await callAs(world, 'worker', 'fixture', 'echo', { text: 'hello' });
  await callAs(world, 'worker', 'fixture', 'fail', {});
  await callAs(world, 'clerk', 'payments', 'pay', { ...PAYMENT, vendor: 'nobody' });
  await callAs(world, 'clerk', 'payments', 'pay', PAYMENT);
  const { approvals } = await world.admin<{ approvals: { id: string }[] }>('/approvals?state=pending');
  await world.review(approvals[0]?.id ?? '', 'approve', 'it is owed');
  await callAs(world, 'clerk', 'payments', 'pay', PAYMENT);
  ({ calls } = await world.admin<{ calls: Call[] }>('/calls'));
  const { stdout } = await world.gateway.cli('log', 'key');
  trust = join(folder, 'trust.txt');
  writeFileSync(trust, `log ${stdout.trim().split('\n').at(-1)}\nquorum none\n`);
  bundle = join(folder, 'whole.jsonl');
  const { code, stderr } = await world.gateway.cli('export', '--out', bundle, '--reason', 'a test');
  if (code !== 0 || stderr !== '') throw new Error(stderr);
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

async function exported(...args: string[]): Promise<{ code: number; path: string; said: string }> {
  const path = join(mkdtempSync(join(folder, 'export-')), 'bundle.jsonl');
  const { code, stdout, stderr } = await world.gateway.cli('export', '--out', path, ...args);
  return { code, path, said: stdout + stderr };
}

async function verified(...args: string[]): Promise<{ code: number; report: BundleReport }> {
  const { code, stdout, stderr } = await runCli(['verify', '--json', ...args]);
  expect(stderr).toBe('');
  return { code, report: JSON.parse(stdout) as BundleReport };
}

describe('a bundle of the whole log', () => {
  test('shows that nothing is left out of it, and every decision by policy made again', async () => {
    const { code, report } = await verified(bundle, '--trust', trust);
    expect([code, report.firstFailure]).toEqual([0, null]);
    const { size } = report.checkpoint ?? { size: 0 };
    expect(report.range).toEqual({ from: 0, to: size });
    expect(report.checkpoint?.signedBy).toHaveLength(1);
    expect(report.decisions).toMatchObject({ mismatched: 0, notReplayed: {} });
    expect(report.decisions.replayed).toBe(report.decisions.decisions);
    expect(report.decisions.decisions).toBeGreaterThanOrEqual(5);
    expect(report.notProven.join('\n')).toMatch(/unwitnessed/);
    expect(report.notProven.join('\n')).toMatch(/unanchored/);
    expect(report.notProven.join('\n')).toMatch(/withheld: \d+ details/);
  });

  test('says for people, level by level, what holds', async () => {
    const { code, stdout } = await runCli(['verify', bundle, '--trust', trust]);
    expect(code).toBe(0);
    for (const level of ['structure', 'leaves', 'inclusion', 'calls', 'decisions', 'checkpoints'])
      expect(stdout).toMatch(new RegExp(`${level} +passed`));
    expect(stdout).toMatch(/witnesses +not checked/);
    expect(stdout).toContain('not proven:');
    expect(stdout).not.toMatch(/\bOK\b/);
  });

  test('without a trust policy nothing it says of itself is taken for proof', async () => {
    const { code, stdout } = await runCli(['verify', bundle, '--json']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as BundleReport).notProven.join('\n')).toMatch(
      /the checkpoint key did not come from you/,
    );
  });

  test('a trust policy that lies in the data folder, or is the bundle itself, is refused', async () => {
    const inside = join(world.gateway.dataDir, 'trust.txt');
    writeFileSync(inside, readFileSync(trust));
    const { code, stderr } = await runCli(['verify', world.gateway.dataDir, '--trust', inside]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('lies with what is to be verified')]);
    expect((await runCli(['verify', bundle, '--trust', bundle])).code).toBe(2);
  });

  test('a witness that is required and not there is a failure of its own kind', async () => {
    const { code, report } = await verified(bundle, '--trust', trust, '--require-witness');
    expect([code, report.firstFailure?.code]).toEqual([1, 'witness_required']);
  });

  test('one that was cut off, or in which one byte is another, is found out', async () => {
    const text = readFileSync(bundle, 'utf8');
    const spoilt = join(folder, 'spoilt.jsonl');
    for (const [spoil, code] of [
      [text.slice(0, -200), 'bundle_truncated'],
      [text.replace('hello', 'hallo'), 'detail_tampered'],
      [text.replace('"decision\\":\\"allow', '"decision\\":\\"denyx'), 'entry_malformed'],
      [text.replace('"selected":true', '"selected":false'), 'bundle_altered'],
    ] as const) {
      expect(spoil).not.toBe(text);
      writeFileSync(spoilt, spoil);
      const { report } = await verified(spoilt, '--trust', trust);
      const codes = Object.values(report.levels).flatMap(({ first }) => (first === null ? [] : [first.code]));
      expect(report.verdict).toBe('broken');
      expect([report.firstFailure?.code, ...codes]).toContain(code);
    }
  });
});

describe('a bundle of one chain', () => {
  test('has every entry of it, the approval that it rests on, and the policies', async () => {
    const paid = calls.find(({ state, resource }) => state === 'completed' && resource === 'pay');
    const { code, path } = await exported('--chain', paid?.chain ?? '');
    expect(code).toBe(0);
    const { report } = await verified(path, '--trust', trust);
    expect(report.firstFailure).toBeNull();
    expect(report.head?.selection.chain).toBe(paid?.chain);
    expect(report.decisions).toMatchObject({ decisions: 2, replayed: 2 });
    expect(report.entries.others).toBeGreaterThanOrEqual(1);
    expect(report.range).toBeNull();
    expect(report.notProven.join('\n')).toMatch(/whether more follow, nothing in the bundle shows/);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('large-payments-need-finance');
    expect(text).toMatch(/approval\.reviewed/);
  });

  test('with the arguments withheld still proves everything but why', async () => {
    const { path } = await exported('--chain', calls[0]?.chain ?? '', '--withhold', 'context');
    const { code, report } = await verified(path, '--trust', trust);
    expect([code, report.firstFailure]).toEqual([0, null]);
    expect(report.decisions).toMatchObject({ replayed: 0 });
    expect(Object.keys(report.decisions.notReplayed)).toEqual(['withheld: context']);
  });
});

test('filters combine, and what fits nothing is no bundle', async () => {
  const denied = await exported('--agent', 'clerk', '--policy', 'known-vendors-only');
  expect(denied.code, denied.said).toBe(0);
  const { report } = await verified(denied.path, '--trust', trust);
  expect(report.decisions).toMatchObject({ decisions: 1, replayed: 1 });
  const none = await exported('--agent', 'clerk', '--policy', 'nobody-fails');
  expect([none.code, none.said]).toEqual([1, expect.stringContaining('nothing in the log fits')]);
});

test('an export is on record before it is handed out, with the digest of what was handed out', async () => {
  const { path } = await exported('--from', '0', '--to', '3', '--json', '--reason', 'the regulator asked');
  const { path: all } = await exported('--disclose', 'all');
  const entries = readFileSync(all, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"type":"entry"') && line.includes('log.exported'));
  const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
  expect(entries.join('\n')).toContain(digest);
  expect(entries.join('\n')).toContain('the regulator asked');
});

test('a checkpoint that the auditor holds is shown to be continued, when it is asked for', async () => {
  const { stdout } = await world.gateway.cli('log', 'checkpoint');
  const held = join(folder, 'held.txt');
  writeFileSync(held, `${stdout.trimEnd()}\n`);
  expect(await callAs(world, 'worker', 'fixture', 'echo', { text: 'more' })).toBe('done');
  const { path: without } = await exported('--call', calls[0]?.id ?? '');
  const { report: blind } = await verified(without, '--trust', trust, '--checkpoint', held);
  expect(blind.firstFailure?.code).toBe('held_not_comparable');
  const { path } = await exported('--call', calls[0]?.id ?? '', '--since', held);
  const { code, report } = await verified(path, '--trust', trust, '--checkpoint', held);
  expect([code, report.firstFailure]).toEqual([0, null]);
  expect(report.heldElsewhere).toBeGreaterThan(0);
});

test('the data folder itself is verified in the same way, and exported from where no gateway runs', async () => {
  await world.gateway.stop();
  const { code, stdout } = await runCli(['verify', world.gateway.dataDir, '--trust', trust, '--json']);
  const report = JSON.parse(stdout) as LogReport;
  expect([code, report.firstFailure]).toEqual([0, null]);
  expect(report.decisions).toMatchObject({ mismatched: 0, notReplayed: {} });
  expect(report.decisions.replayed).toBeGreaterThanOrEqual(5);
  const path = join(folder, 'offline.jsonl');
  const made = await runCli(['export', '--offline', '--data', world.gateway.dataDir, '--out', path]);
  expect([made.code, made.stderr]).toEqual([0, '']);
  expect((await verified(path, '--trust', trust)).report.firstFailure).toBeNull();
});
