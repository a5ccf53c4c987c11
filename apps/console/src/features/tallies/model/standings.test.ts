import { expect, test } from 'vitest';
import type { Tally } from '../../../api/types.ts';
import { occurring, STANDINGS, tallyText } from './standings.ts';

const none: Tally = { calls: 0, ok: 0, failed: 0, denied: 0, held: 0, open: 0, unknown: 0, ended: 0 };

test('a tally in words names only what occurred', () => {
  expect(tallyText({ ...none, calls: 1204, ok: 1100, denied: 84, held: 20 })).toBe(
    '1,204 calls: 1,100 done, 20 held, 84 denied',
  );
  expect(tallyText({ ...none, calls: 1, open: 1 })).toBe('1 call: 1 running');
  expect(tallyText(none)).toBe('0 calls');
});

test('a legend has what occurs anywhere, in the order of the bars', () => {
  const found = occurring([none, { ...none, denied: 1 }, { ...none, ok: 2 }]);
  expect(found.map(({ standing }) => standing)).toEqual(['ok', 'denied']);
});

test('each kind has a pattern of its own, for those who see no colours or are shown none', () => {
  const patterns = STANDINGS.map(({ pattern }) => pattern);
  expect(new Set(patterns).size).toBe(patterns.length);
});
