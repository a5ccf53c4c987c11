import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CanonicalValue, canonicalJson } from './canonical.ts';

const value = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: 'binary', maxLength: 4 }), tie('value'), { maxKeys: 6 }),
  ),
})).value;

test('prints what the reference implementation of RFC 8785 prints', () => {
  fc.assert(
    fc.property(value, (data) => {
      expect(canonicalJson(data)).toBe(canonicalize(data));
    }),
    { numRuns: 2000 },
  );
});

test('printing what was read gives the same text again', () => {
  fc.assert(
    fc.property(value, (data) => {
      const text = canonicalJson(data);
      expect(canonicalJson(JSON.parse(text) as CanonicalValue)).toBe(text);
    }),
  );
});

test('sorts members by UTF-16 code units, not by code points', () => {
  // RFC 8785 section 3.2.3: U+1F600 is written with surrogates, which sort before U+FB33.
  expect(canonicalJson({ '\ufb33': 1, '\u{1f600}': 2, '10': 3, '9': 4, '\r': 5 })).toBe(
    '{"\\r":5,"10":3,"9":4,"\u{1f600}":2,"\ufb33":1}',
  );
});

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)])(
  'refuses the number %d',
  (number) => {
    expect(() => canonicalJson({ number })).toThrow('safe integers only');
  },
);

test('refuses a lone surrogate, in a value and in a name', () => {
  expect(() => canonicalJson('\ud800')).toThrow('lone surrogate');
  expect(() => canonicalJson({ '\udc00': 1 })).toThrow('lone surrogate');
});

test('refuses what is not JSON', () => {
  expect(() => canonicalJson({ member: undefined } as unknown as CanonicalValue)).toThrow(
    'cannot hold a undefined',
  );
  expect(() => canonicalJson([1n] as unknown as CanonicalValue)).toThrow('cannot hold a bigint');
});
