import { expect, test } from 'vitest';
import { brokenBy } from './broken.ts';
import type { Failure } from './types.ts';

const failure = (index: number | null, message: string): Failure => ({
  level: 'structure',
  code: 'entry_malformed',
  index,
  message,
});

test.each([
  [5, 'entry 5: the header is not JSON', 'broken at entry 5: the header is not JSON'],
  [5, 'entry 5 was changed: its bytes differ', 'broken at entry 5: it was changed: its bytes differ'],
  [5, 'entry 51 is another', 'broken at entry 5: entry 51 is another'],
  [5, 'number 2 is missing', 'broken at entry 5: number 2 is missing'],
  [null, 'the bundle is empty', 'broken: the bundle is empty'],
])('of entry %s, %s', (index, message, said) => {
  expect(brokenBy(failure(index, message))).toBe(said);
});

test('the kind of failure stands between the two', () => {
  expect(brokenBy(failure(5, 'entry 5 was changed'), ' (leaf_mismatch)')).toBe(
    'broken at entry 5 (leaf_mismatch): it was changed',
  );
});
