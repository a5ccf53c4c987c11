import { expect, test } from 'vitest';
import { batchLimit } from './batch-limit.ts';

const FAST = { work: 4, commit: 1 };
const SLOW = { work: 4, commit: 2 };

test('on a fast disk half of those that wait become a batch, so that their callers ask again meanwhile', () => {
  expect(batchLimit(200, FAST)).toBe(100);
  expect(batchLimit(65, FAST)).toBe(33);
});

test('no batch is so small that the sync would be most of it', () => {
  for (const waiting of [1, 31, 32, 64]) expect(batchLimit(waiting, FAST)).toBe(32);
});

test('on a slow disk all that wait become one batch', () => {
  for (const waiting of [1, 64, 200]) expect(batchLimit(waiting, SLOW)).toBe(waiting);
});
