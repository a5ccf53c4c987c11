import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../bytes.ts';
import { isHexOf } from './hex.ts';

test('text is the hex of bytes just where it is what these print as', () => {
  const text = fc.oneof(fc.string({ maxLength: 8 }), fc.uint8Array({ maxLength: 4 }).map(toHex));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4 }), text, (bytes, other) => {
      expect(isHexOf(toHex(bytes), bytes)).toBe(true);
      expect(isHexOf(other, bytes)).toBe(other === toHex(bytes));
    }),
    { numRuns: 1000 },
  );
  for (let byte = 0; byte < 256; byte += 1) {
    const hex = toHex(Uint8Array.of(byte));
    expect(isHexOf(hex, Uint8Array.of(byte))).toBe(true);
    expect(isHexOf(hex, Uint8Array.of((byte + 1) % 256))).toBe(false);
    expect(isHexOf(hex, Uint8Array.of((byte + 16) % 256))).toBe(false);
  }
  expect(isHexOf('AB', Uint8Array.of(0xab))).toBe(false);
  expect(isHexOf(null, new Uint8Array(0))).toBe(false);
});
