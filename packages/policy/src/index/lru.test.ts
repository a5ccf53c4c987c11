import { expect, it } from 'vitest';
import { createLru } from './lru.ts';

const keys = (count: number, length: number): string[] =>
  Array.from({ length: count }, (_, at) => String(at).padEnd(length, 'x'));

it('holds at least half of its limit, and what was used last', () => {
  const lru = createLru<string, number>(8);
  const [first = '', ...more] = keys(20, 4);
  lru.set(first, 0);
  for (const key of more) {
    lru.set(key, 1);
    expect(lru.get(first)).toBe(0);
  }
  expect(more.slice(-4).map((key) => lru.get(key))).toEqual([1, 1, 1, 1]);
  expect(lru.get(more[0] ?? '')).toBeUndefined();
});

it('holds fewer keys the longer they are, however many it might hold', () => {
  const lru = createLru<string, number>(1_000, 100);
  const long = keys(50, 20);
  for (const key of long) lru.set(key, 1);
  expect(long.filter((key) => lru.get(key) === 1).length).toBeLessThanOrEqual(5);
  expect(lru.get(long.at(-1) ?? '')).toBe(1);
});

it('does not hold a key that would take all the room', () => {
  const lru = createLru<string, number>(1_000, 100);
  lru.set('short', 1);
  lru.set('x'.repeat(51), 2);
  expect(lru.get('x'.repeat(51))).toBeUndefined();
  expect(lru.get('short')).toBe(1);
});
