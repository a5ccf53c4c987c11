import { expect, test } from 'vitest';
import { clockTime, duration, fullTime } from './format.ts';

const now = Date.parse('2026-11-22T20:00:00.000Z');

test('shows only the clock for today', () => {
  expect(clockTime('2026-11-22T14:03:09.120Z', 'utc', now)).toBe('14:03:09');
});

test('adds the date on any other day', () => {
  expect(clockTime('2026-11-21T14:03:09.120Z', 'utc', now)).toBe('21 Nov 2026, 14:03:09');
});

test('says which clock a full time is on', () => {
  expect(fullTime('2026-11-22T14:03:09.120Z', 'utc')).toBe('22 Nov 2026, 14:03:09 UTC');
  expect(fullTime('2026-11-22T14:03:09.120Z', 'local')).toMatch(/^2\d Nov 2026, .* local time$/);
});

test('shows midnight as 00, not as 24', () => {
  expect(clockTime('2026-11-22T00:00:00.000Z', 'utc', now)).toBe('00:00:00');
});

test.each([
  [0, '0 µs'],
  [999, '999 µs'],
  [12_400, '12 ms'],
  [999_499, '999 ms'],
  [999_500, '1.0 s'],
  [3_210_000, '3.2 s'],
  [59_950_000, '1 min 0 s'],
  [245_000_000, '4 min 5 s'],
])('shows %i microseconds as %s', (us, text) => {
  expect(duration(us)).toBe(text);
});
