import { expect, test } from 'vitest';
import type { Draft } from './draft.ts';
import { keyOf, readStored, stored } from './stored.ts';

const draft: Draft = {
  from: null,
  base: { digest: null, version: null },
  files: [{ file: 'a.cedar', text: 'permit (principal, action, resource);' }],
  cases: 'cases: []',
};

test('a draft is found as it was kept, and by nobody else', () => {
  expect(readStored(stored(draft))).toEqual(draft);
  expect(keyOf('fiona')).not.toBe(keyOf('victor'));
});

const file = { file: 'a.cedar', text: '' };
test.each([
  null,
  '',
  '{',
  '[]',
  'null',
  JSON.stringify({ ...draft, files: 'x' }),
  JSON.stringify({ ...draft, files: [{ file: 'a.cedar' }] }),
  JSON.stringify({ ...draft, files: [file, file] }),
  JSON.stringify({ ...draft, from: 'x' }),
  JSON.stringify({ ...draft, base: null }),
  JSON.stringify({ ...draft, base: { digest: 7, version: 1 } }),
  JSON.stringify({ ...draft, cases: 7 }),
])('what is no draft is none: %s', (text) => {
  expect(readStored(text)).toBeNull();
});
