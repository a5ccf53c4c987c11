import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachWordTerm, termOf, wordsOf } from './words.ts';

test('words are runs of letters and digits, without case', () => {
  expect(wordsOf('Agent invoice-2 (owner Ömer) → payments/pay ＡＢＣ')).toEqual([
    'agent',
    'invoice',
    '2',
    'owner',
    'ömer',
    'payments',
    'pay',
    'abc',
  ]);
});

test('the terms of a text are those of its words, whatever it is written in', () => {
  const pieces = fc.constantFrom(
    'Agent',
    'pay',
    '-',
    ' ',
    'É',
    'e\u0301',
    '٣',
    '漢字',
    'İ',
    'ſ',
    '\u212a',
    '💶',
    '_',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((all) => all.join('')),
      ),
      (text) => {
        const terms = new Set<number>();
        eachWordTerm(text, (term) => terms.add(term));
        expect(terms).toEqual(new Set(wordsOf(text).map(termOf)));
      },
    ),
  );
});
