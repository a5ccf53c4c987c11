import { expect, test } from 'vitest';
import { wordIn } from './word-in.ts';

test.each([
  ['payments', 'payments'],
  [' two words ', ' two words '],
  // As the router reads `?find=7` and `?find=true`.
  [7, '7'],
  [true, 'true'],
])('an address that says %j says the word %j', (said, word) => {
  expect(wordIn(said)).toBe(word);
});

test.each(['', '  ', null, undefined, [], ['a'], { a: 1 }])(
  'an address that says %j says no word',
  (said) => {
    expect(wordIn(said)).toBeUndefined();
  },
);
