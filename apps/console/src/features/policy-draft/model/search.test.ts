import { expect, test } from 'vitest';
import { readDraftSearch, windowOf } from './search.ts';

test('an address names where the draft begins, its open file, the view beside it and the time', () => {
  const search = { from: 3, file: 'a.cedar', panel: 'history', over: 'last-100' };
  expect(readDraftSearch(search)).toEqual(search);
  expect(readDraftSearch({ file: 7 })).toEqual({ file: '7' });
});

test.each([
  {},
  { from: 0, file: '', panel: 'changes', over: 'week' },
  { from: 1.5, file: [], panel: 'secrets', over: 'last-7' },
  { from: '3', file: null, panel: 3, over: {} },
])('what is the default, or nothing that there is, is left out: %j', (search) => {
  expect(readDraftSearch(search)).toEqual({});
});

test('a time is asked for as one, and a number of calls as one', () => {
  const now = Date.parse('2026-05-31T12:00:00Z');
  expect(windowOf('week', now)).toEqual({ since: '2026-05-24T12:00:00.000Z' });
  expect(windowOf('last-10000', now)).toEqual({ last: 10_000 });
});
