import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex, utf8 } from './bytes.ts';
import { digestOf, isDigest, sha256, sha256Digest, toDigest } from './sha256.ts';
import * as node from './sha256-node.ts';
import * as pure from './sha256-pure.ts';

// FIPS 180-4 examples.
const KNOWN = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
] as const;

test.each([
  ['platform', node],
  ['pure', pure],
])('the %s implementation gives the known digests', (_name, implementation) => {
  for (const [text, digest] of KNOWN) {
    expect(implementation.sha256ConcatHex([utf8(text)])).toBe(digest);
    expect(toHex(implementation.sha256Concat([utf8(text)]))).toBe(digest);
  }
});

test('both implementations agree with OpenSSL at every length around the block and buffer borders', () => {
  const data = Uint8Array.from({ length: 17_000 }, (_, i) => i * 31);
  const lengths = [...Array.from({ length: 200 }, (_, i) => i), 16_383, 16_384, 16_385, 17_000];
  for (const length of lengths) {
    const part = data.subarray(0, length);
    const expected = createHash('sha256').update(part).digest('hex');
    const parts = [part.subarray(0, length >> 1), part.subarray(length >> 1)];
    expect(node.sha256ConcatHex(parts)).toBe(expected);
    expect(pure.sha256ConcatHex(parts)).toBe(expected);
    expect(toHex(node.sha256Concat(parts))).toBe(expected);
  }
});

test('how the input is cut into parts does not matter', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 90 }), { maxLength: 6 }), (parts) => {
      const expected = createHash('sha256').update(Buffer.concat(parts)).digest('hex');
      expect(node.sha256ConcatHex(parts)).toBe(expected);
      expect(pure.sha256ConcatHex(parts)).toBe(expected);
    }),
  );
});

test('digests of bytes and of text are the same digest in every form', () => {
  expect(digestOf('abc')).toBe(KNOWN[1][1]);
  expect(digestOf(utf8('abc'))).toBe(KNOWN[1][1]);
  expect(sha256Digest(utf8('a'), utf8('bc'))).toBe(KNOWN[1][1]);
  expect(toDigest(sha256(utf8('abc')))).toBe(KNOWN[1][1]);
});

test('a digest is 64 lowercase hex digits and nothing else', () => {
  expect(isDigest('0'.repeat(64))).toBe(true);
  for (const value of ['0'.repeat(63), '0'.repeat(65), 'A'.repeat(64), `${'0'.repeat(64)}\n`, 0, null]) {
    expect(isDigest(value)).toBe(false);
  }
  expect(() => toDigest(new Uint8Array(31))).toThrow('a digest has 32 bytes, not 31');
});
