// Two implementations of one page: bundles that a Python program wrote, and several hundred spoilt ones that another, written
// from docs/log-format.md alone, has judged. Ours must say the same of every level.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { type Failure, type FailureCode, LEVELS, type Level } from '../verify/types.ts';
import { readBundle } from './read.ts';
import type { BodyLine } from './types.ts';
import { verifyBundle } from './verify.ts';
import { createBundleWriter } from './write.ts';

/** Levels that the second verifier judges. */
const JUDGED: readonly Level[] = [
  'structure',
  'leaves',
  'hashChain',
  'details',
  'inclusion',
  'approvals',
  'checkpoints',
];

interface Mutant {
  readonly of: string;
  readonly edits: readonly (readonly [start: number, removed: number, put: string])[];
  readonly failed: readonly Level[];
}

const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../testdata/${path}`, import.meta.url), 'utf8'));

const { vkey, bundles } = read('vectors/bundles.json') as {
  readonly vkey: string;
  readonly bundles: Readonly<Record<string, string>>;
};
const mutants = read('second-verifier/mutants.json') as readonly Mutant[];

function spoilt({ of, edits }: Mutant): string {
  // From the end, so that the places of those before stay what they are.
  return edits.reduceRight(
    (text, [start, removed, put]) => text.slice(0, start) + put + text.slice(start + removed),
    bundles[of] ?? '',
  );
}

async function failedLevels(text: string, onFailure?: (failure: Failure) => void): Promise<readonly Level[]> {
  const report = await verifyBundle([utf8(text)], { vkeys: [vkey], keysFrom: 'outside', onFailure });
  return LEVELS.filter((level) => report.levels[level].state === 'failed');
}

test.each(Object.entries(bundles))('the bundle `%s` holds at every level', async (_name, text) => {
  expect(await failedLevels(text)).toEqual([]);
});

test.each(Object.entries(bundles))('the writer writes the bundle `%s` byte for byte', async (_name, text) => {
  const writer = createBundleWriter();
  let written = '';
  for await (const one of readBundle([utf8(text)])) {
    if (!one.ok) throw new Error(one.message);
    written += one.line.type === 'end' ? writer.end() : writer.line(one.line satisfies BodyLine);
  }
  expect(written).toBe(text);
});

const codes = new Set<FailureCode>();

test('of every spoilt bundle both verifiers say the same, level by level', async () => {
  const differences: object[] = [];
  for (const mutant of mutants) {
    const all = await failedLevels(spoilt(mutant), ({ code }) => codes.add(code));
    const found = all.filter((level) => JUDGED.includes(level));
    const { of, edits, failed } = mutant;
    if (found.join() !== failed.join()) differences.push({ of, edits, failed, found });
  }
  expect(differences).toEqual([]);
});

test('every way in which approvals can be wrong is among them', () => {
  expect([...codes].filter((code) => code.startsWith('approval_')).toSorted()).toEqual([
    'approval_actor',
    'approval_not_granted',
    'approval_not_pending',
    'approval_quorum',
    'approval_repeated',
    'approval_state',
    'approval_unknown',
  ]);
});

test('they were spoilt so that every level fails in some and nothing does in others', () => {
  expect(mutants.length).toBeGreaterThan(500);
  for (const level of JUDGED)
    expect(mutants.filter(({ failed }) => failed.includes(level)).length).toBeGreaterThan(10);
  expect(mutants.filter(({ failed }) => failed.length === 0).length).toBeGreaterThan(20);
});
