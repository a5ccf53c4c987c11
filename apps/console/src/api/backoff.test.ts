import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('doubles from half a second and stops growing at fifteen', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((attempt) => backoffMs(attempt, 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 15_000, 15_000,
  ]);
});

test('is spread over the upper half of the interval', () => {
  expect(backoffMs(3, 0)).toBe(1000);
  expect(backoffMs(3, 0.5)).toBe(1500);
});
