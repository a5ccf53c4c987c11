import { expect, test } from 'vitest';
import { approvalsOf, differenceOf, diffLines, reviewFault } from './wording.ts';

const item = { what: 'policy', name: 'a', change: 'added', file: 'a.cedar', diff: '+x\n' };

test('a change of policies tells its difference, anything else is shown as the data it is', () => {
  expect(differenceOf('policy', { diff: [item] })).toEqual([item]);
  expect(differenceOf('registry', { diff: [item] })).toBeNull();
  for (const effect of [null, {}, { diff: 'x' }, { diff: [{ ...item, diff: 7 }] }])
    expect(differenceOf('policy', effect)).toBeNull();
});

test('each line of a difference says what it stands for', () => {
  expect(diffLines('@@ -1,1 +1,1 @@\n-old\n+new\n same\n').map(({ tone }) => tone)).toEqual([
    'place',
    'removed',
    'added',
    'same',
  ]);
});

test('only approvals count towards the quorum', () => {
  const review = { reviewer: 'a', reason: '', reviewedAt: '2026-01-01T00:00:00.000Z' };
  const reviews = [
    { ...review, verdict: 'approve' as const },
    { ...review, verdict: 'reject' as const },
  ];
  expect(approvalsOf({ reviews })).toBe(1);
});

test('either verdict takes a reason', () => {
  expect(reviewFault('reject', ' ')).toContain('Say why not');
  expect(reviewFault('approve', '')).toContain('Say what');
  expect(reviewFault('approve', 'read it')).toBeNull();
});
