import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalBytes, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from './bytes.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

test('hex and base64 give back the bytes they were made of, as Node spells them', () => {
  fc.assert(
    fc.property(bytes, (data) => {
      expect(toHex(data)).toBe(Buffer.from(data).toString('hex'));
      expect(toBase64(data)).toBe(Buffer.from(data).toString('base64'));
      expect(equalBytes(fromHex(toHex(data)) ?? utf8('no'), data)).toBe(true);
      expect(equalBytes(fromBase64(toBase64(data)) ?? utf8('no'), data)).toBe(true);
    }),
  );
});

test.each(['0', 'AB', '0x', 'g0', ' 00', '00\n'])('refuses `%s` as hex', (text) => {
  expect(fromHex(text)).toBeNull();
});

test.each(['A', 'AA', 'AA=', 'AB==', 'A A=', '-_8=', 'AA==\n', 'AA==AA=='])(
  'refuses `%s` as base64',
  (text) => {
    expect(fromBase64(text)).toBeNull();
  },
);

test('UTF-8 is decoded only where it is valid, and a byte order mark is kept', () => {
  expect(fromUtf8(Uint8Array.of(0xc3, 0x28))).toBeNull();
  expect(fromUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBeNull();
  expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
});

test('bytes are equal when length and content are', () => {
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
});
