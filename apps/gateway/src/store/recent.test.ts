import { expect, test } from 'vitest';
import { createRecent } from './recent.ts';

test('remembers as many as it was told to, and never more than twice as many', () => {
  const recent = createRecent<number, string>(10);
  for (let key = 0; key < 1000; key += 1) {
    recent.set(key, `value ${key}`);
    const newest = Array.from({ length: Math.min(10, key + 1) }, (_, back) => key - back);
    expect(newest.filter((one) => recent.get(one) === undefined)).toEqual([]);
    expect([...recent.entries()].length).toBeLessThanOrEqual(20);
  }
  expect(recent.get(900)).toBeUndefined();
});

test('what is read goes on being remembered', () => {
  const recent = createRecent<string, number>(4);
  recent.set('kept', 1);
  for (let key = 0; key < 100; key += 1) {
    recent.set(`other ${key}`, key);
    expect(recent.get('kept')).toBe(1);
  }
});

test('gives the newest value, and each key once', () => {
  const recent = createRecent<string, number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('c', 3);
  recent.set('a', 4);
  expect(recent.get('a')).toBe(4);
  expect(new Map(recent.entries())).toEqual(
    new Map([
      ['a', 4],
      ['b', 2],
      ['c', 3],
    ]),
  );
  expect([...recent.entries()]).toHaveLength(3);
});

test('forgets what it is told to', () => {
  const recent = createRecent<string, number>(1);
  for (const key of ['a', 'b']) recent.set(key, 1);
  recent.delete('a');
  expect([recent.get('a'), recent.get('b')]).toEqual([undefined, 1]);
  recent.clear();
  expect([...recent.entries()]).toEqual([]);
});
