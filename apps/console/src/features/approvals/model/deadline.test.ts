import { expect, test } from 'vitest';
import { deadline } from './deadline.ts';

const now = Date.parse('2026-11-22T12:00:00.000Z');
const inSeconds = (seconds: number): string => new Date(now + seconds * 1000).toISOString();

test.each([
  [7500, '2 h 05 min'],
  [3600, '1 h 00 min'],
  [3599, '59:59'],
  [754, '12:34'],
  [9, '0:09'],
])('%i seconds are %s', (seconds, text) => {
  expect(deadline(inSeconds(seconds), now)).toMatchObject({ expired: false, text });
});

test('is expired at its very end, not a moment later', () => {
  expect(deadline(inSeconds(0), now).expired).toBe(true);
  expect(deadline(inSeconds(0.001), now).expired).toBe(false);
  expect(deadline(inSeconds(-60), now).text).toBe('expired');
});

test('is announced at five minutes, one minute and the end, and is silent in between', () => {
  const announcements = Array.from({ length: 400 }, (_, second) =>
    deadline(inSeconds(399 - second), now),
  ).map((each) => each.announcement);
  const changes = announcements.filter((each, position) => each !== announcements[position - 1]);
  expect(changes).toEqual([
    '',
    'Less than five minutes left to review this request.',
    'Less than one minute left to review this request.',
    'This request has expired.',
  ]);
});

test('is urgent in its last five minutes', () => {
  expect(deadline(inSeconds(301), now).urgent).toBe(false);
  expect(deadline(inSeconds(300), now).urgent).toBe(true);
});
