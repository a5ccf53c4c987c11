import { expect, test } from 'vitest';
import { toHex, utf8 } from './bytes.ts';
import { commitment, commitmentDigest } from './commitment.ts';
import { commitmentVectors, hex } from './testing/vectors.ts';

test.each(commitmentVectors)(
  'commits to `$name` as the vectors say',
  ({ name, salt, value, commitment: expected }) => {
    expect(toHex(commitment(name, hex(salt), hex(value)))).toBe(expected);
    expect(commitmentDigest(name, hex(salt), hex(value))).toBe(expected);
  },
);

test('moving a byte between name, salt and value changes the commitment', () => {
  const salt = new Uint8Array(32).fill(0x61);
  const digests = [
    commitmentDigest('ab', salt, utf8('c')),
    commitmentDigest('a', salt, utf8('bc')),
    commitmentDigest('abc', salt, utf8('')),
    commitmentDigest('aba', salt, utf8('c')),
  ];
  expect(new Set(digests).size).toBe(digests.length);
});

test.each([0, 31, 33])('refuses a salt of %d bytes', (length) => {
  expect(() => commitment('a', new Uint8Array(length), utf8('x'))).toThrow('a salt has 32 bytes');
});

test('refuses a name whose length does not fit its frame', () => {
  expect(() => commitment('a'.repeat(65_536), new Uint8Array(32), utf8('x'))).toThrow('at most 65535 bytes');
});
