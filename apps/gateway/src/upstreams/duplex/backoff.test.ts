import { expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';

test('what never failed may be tried at once', () => {
  expect(createBackoff(() => 0).wait('a')).toBe(0);
});

test('each failure makes it wait longer, up to a minute, and never all at the same moment', () => {
  for (const [random, share] of [
    [0, 0.5],
    [1, 1],
  ] as const) {
    const backoff = createBackoff(
      () => 0,
      () => random,
    );
    const waits = Array.from({ length: 12 }, () => {
      backoff.failed('a');
      return backoff.wait('a');
    });
    expect(waits.slice(0, 4)).toEqual([250, 500, 1000, 2000].map((ms) => ms * share));
    expect(waits.at(-1)).toBe(60_000 * share);
    expect(backoff.wait('b')).toBe(0);
  }
});

test('the wait passes with time, and is short again after what held', () => {
  let now = 0;
  const backoff = createBackoff(
    () => now,
    () => 1,
  );
  for (let times = 0; times < 5; times += 1) backoff.failed('a');
  expect(backoff.wait('a')).toBe(4000);
  now = 3000;
  expect(backoff.wait('a')).toBe(1000);
  backoff.held('a');
  expect(backoff.wait('a')).toBe(0);
  backoff.failed('a');
  expect(backoff.wait('a')).toBe(250);
});

test('it remembers a bounded number of keys', () => {
  const backoff = createBackoff(
    () => 0,
    () => 1,
  );
  for (let key = 0; key < 10_001; key += 1) backoff.failed(String(key));
  expect(backoff.wait('0')).toBe(0);
  expect(backoff.wait('1')).toBe(250);
});
