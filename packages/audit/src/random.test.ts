import { expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { randomBytes } from './random.ts';

test('gives as many bytes as asked for, also more than it draws at a time', () => {
  expect([0, 1, 16, 1024, 1025, 10_000].map((length) => randomBytes(length).length)).toEqual([
    0, 1, 16, 1024, 1025, 10_000,
  ]);
});

test('no run of bytes is given twice, across many draws', () => {
  const seen = new Set(Array.from({ length: 5000 }, () => toHex(randomBytes(16))));
  expect(seen.size).toBe(5000);
  expect(seen.has('0'.repeat(32))).toBe(false);
});

test('what was given does not change afterwards', () => {
  const first = randomBytes(16);
  const before = toHex(first);
  for (let i = 0; i < 1000; i += 1) randomBytes(16);
  expect(toHex(first)).toBe(before);
});
