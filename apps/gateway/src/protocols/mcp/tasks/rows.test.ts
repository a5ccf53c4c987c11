import { expect, test } from 'vitest';
import { digestOf, expiryOf } from './rows.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('a task is known as long as its server keeps it, and a while; never for ever', () => {
  expect(expiryOf({ ttl: 60_000 }, 0)).toBe(60_000 + HOUR);
  expect(expiryOf({ ttl: null }, 5)).toBe(5 + 90 * DAY);
  expect(expiryOf({ ttl: Number.MAX_SAFE_INTEGER }, 0)).toBe(90 * DAY);
});

test('the digest of a result is of all that it holds, but of how its answer came', () => {
  const told = digestOf('{"content":[],"_meta":{"a":1}}');
  expect(digestOf('{ "content": [], "_meta": {"a":2} }')).toBe(told);
  expect(digestOf('{"content":[1]}')).not.toBe(told);
  expect(digestOf('{"content":[],"isError":true}')).not.toBe(told);
  expect(digestOf('{"content":[],"n":1.0}')).not.toBe(digestOf('{"content":[],"n":1}'));
});
