import { fromUtf8 } from '@countersign/audit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { markOf, packNames, termsBeginning } from './names.ts';
import { termOf } from './words.ts';

const name = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom('a', '"', '\\', '\n', ',', '💶', '\0')).map((all) => all.join('')),
  )
  .map((text) => text.toWellFormed());

test('finds the names that begin so, and has the mark of them wherever there is one', () => {
  fc.assert(
    fc.property(fc.array(name), name, fc.nat(3), (names, other, length) => {
      const { terms } = packNames(new Set(names));
      for (const beginning of [other, ...names.map((each) => each.slice(0, length))]) {
        const wanted = names.filter((each) => each.startsWith(beginning));
        expect(termsBeginning(terms, beginning)).toEqual(new Set(wanted.map(termOf)));
        const isMarked = fromUtf8(terms)?.includes(fromUtf8(markOf(beginning)) ?? '');
        expect(isMarked === true || wanted.length === 0).toBe(true);
      }
    }),
  );
});

test('is the same bytes whatever the order, and says so where two names have the same term', () => {
  // Two different words that hash to the same 32 bits.
  const [one, other] = ['costarring', 'liquid'];
  expect(termOf(one)).toBe(termOf(other));
  expect(packNames(new Set([one, other]))).toEqual(packNames(new Set([other, one])));
  expect(packNames(new Set([one, other])).lists).toHaveLength(1);
  expect(packNames(new Set([one, 'another'])).lists).toHaveLength(0);
});
