import { expect, test } from 'vitest';
import { createChangeBudget } from './change-budget.ts';

const HOUR_MS = 3_600_000;

test('so many changes of an hour are taken, and one more when the oldest is an hour ago', () => {
  let now = 0;
  const budget = createChangeBudget(() => now, 2);
  expect([budget.take(1), budget.take(1), budget.take(1)]).toEqual([true, true, false]);
  now = 1_000;
  expect(budget.waitMs()).toBe(HOUR_MS - 1_000);
  now = HOUR_MS;
  expect(budget.take(1)).toBe(true);
});

test('so much text of an hour is taken; the first change whatever its size', () => {
  let now = 0;
  const budget = createChangeBudget(() => now);
  expect(budget.take(100_000_000)).toBe(true);
  expect(budget.take(1)).toBe(false);
  now = HOUR_MS;
  expect([budget.waitMs(), budget.take(30_000_000), budget.take(10_000_000)]).toEqual([0, true, false]);
});
