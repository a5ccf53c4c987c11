import { expect, test } from 'vitest';
import { beginningOf, SHOWN_CHARS, sizeText } from './size.ts';

test('sizes are told in the unit that fits', () => {
  expect([840, 1024, 1536, 32 * 1024, 1_300_000].map(sizeText)).toEqual([
    '840 characters',
    '1 K characters',
    '1.5 K characters',
    '32 K characters',
    '1.2 M characters',
  ]);
});

test('a text is cut between characters, never within one', () => {
  const before = 'a'.repeat(SHOWN_CHARS - 1);
  expect(beginningOf(`${before}bc`)).toBe(`${before}b`);
  expect(beginningOf(`${before}😀c`)).toBe(before);
});
