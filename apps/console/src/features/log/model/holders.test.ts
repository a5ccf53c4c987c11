import { expect, test } from 'vitest';
import { holdersOf, quorumText, waitingText } from './holders.ts';

const holder = {
  kind: 'witness' as const,
  name: 'w.example/one',
  target: 'w.example/one+00000000+x',
  size: 90,
  acceptedAt: null,
  result: 'accepted' as const,
  triedAt: '2026-11-02T10:00:00.000Z',
  failingSince: null,
  error: null,
};

test('who fails comes first, then who is furthest behind', () => {
  const checkpoint = { size: 100, time: '2026-11-02T10:00:00.000Z' };
  const failing = { ...holder, name: 'b', size: 100, result: 'refused' as const };
  const far = { ...holder, name: 'c', size: 10 };
  expect(
    holdersOf({ checkpoint, holders: [holder, failing, far] }).map(({ name, lag }) => [name, lag]),
  ).toEqual([
    ['b', 0],
    ['c', 90],
    ['w.example/one', 10],
  ]);
});

test.each([
  [null, null],
  [{ needed: 2, of: 3, metTo: 1200 }, '2 of 3 witnesses: reached for the first 1,200 entries'],
  [{ needed: 1, of: 1, metTo: 0 }, '1 of 1 witness: never reached yet'],
  [{ needed: null, of: 4, metTo: 0 }, 'As the trust policy says, of 4 witnesses: never reached yet'],
])('the quorum %o is told as %s', (quorum, told) => {
  expect(quorumText(quorum)).toBe(told);
});

test.each([
  [0, null],
  [400, '0 s'],
  [90_000, '90 s'],
  [600_000, '10 min'],
  [10_800_000, '3 h'],
])('%i ms of waiting are told as %s', (ms, told) => {
  expect(waitingText(ms)).toBe(told);
});
