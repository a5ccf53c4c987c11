import { expect, test } from 'vitest';
import { readVersionSearch, versionIn } from './search.ts';

test('an address says what it says, and what is not understood was not said', () => {
  expect(readVersionSearch({})).toEqual({});
  expect(
    readVersionSearch({ tab: 'use', against: 0, file: 7, policy: 'limit', over: '30d', wide: true }),
  ).toEqual({ tab: 'use', against: 0, file: '7', policy: 'limit', over: '30d', wide: true });
  expect(
    readVersionSearch({ tab: 'difference', against: -1, file: '', policy: {}, over: 'ever', more: 1 }),
  ).toEqual({});
  expect(readVersionSearch({ tab: 'other', against: '3' })).toEqual({});
});

test.each([
  ['1', 1],
  ['42', 42],
  ['0', null],
  ['01', null],
  ['-1', null],
  ['one', null],
  ['99999999999999999', null],
])('%s as a version', (param, version) => {
  expect(versionIn(param)).toBe(version);
});
