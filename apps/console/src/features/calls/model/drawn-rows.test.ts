import { expect, test } from 'vitest';
import { drawnRows, withKept } from './drawn-rows.ts';

const FIT = 22;
const COUNT = 1000;

test('what is seen is drawn, and twelve rows beyond it on either side', () => {
  for (let first = 0; first < COUNT; first += 1) {
    const { from, to } = drawnRows(first, FIT, COUNT);
    expect(from).toBeLessThanOrEqual(Math.max(0, first - 12));
    expect(to).toBeGreaterThanOrEqual(Math.min(COUNT, first + FIT + 12));
    expect(to - from).toBeLessThanOrEqual(FIT + 2 * 12 + 8);
  }
});

test('a thousand rows are scrolled through in as many steps as there are eights: most of the way nothing is drawn anew', () => {
  const drawn = Array.from({ length: COUNT }, (_, first) => JSON.stringify(drawnRows(first, FIT, COUNT)));
  expect(new Set(drawn).size).toBeLessThanOrEqual(COUNT / 8);
  expect(drawnRows(8, FIT, COUNT)).toEqual(drawnRows(15, FIT, COUNT));
  expect(drawnRows(16, FIT, COUNT)).not.toEqual(drawnRows(15, FIT, COUNT));
});

test('a list that became shorter than it is scrolled shows its end', () => {
  const { from, to } = drawnRows(500, FIT, 30);
  expect(from).toBeLessThan(30 - FIT + 8);
  expect(to).toBe(30);
  expect(drawnRows(500, FIT, 0)).toEqual({ from: 0, to: 0 });
});

test('the row where the keyboard stands is drawn wherever it is, and once', () => {
  expect(withKept({ from: 3, to: 6 }, -1)).toEqual([3, 4, 5]);
  expect(withKept({ from: 3, to: 6 }, 4)).toEqual([3, 4, 5]);
  expect(withKept({ from: 3, to: 6 }, 0)).toEqual([0, 3, 4, 5]);
  expect(withKept({ from: 3, to: 6 }, 9)).toEqual([3, 4, 5, 9]);
});
