import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import {
  appendLeaf,
  type CompactRange,
  EMPTY_RANGE,
  leafHash,
  nodeHash,
  parseRange,
  rangeRoot,
  serializeRange,
} from './merkle.ts';
import { sha256 } from './sha256.ts';
import { merkleVectors } from './testing/vectors.ts';

const LEAVES = Array.from({ length: 65 }, (_, i) => leafHash(Uint8Array.of(i)));

// RFC 6962 section 2.1, word for word.
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

function rangeOf(leaves: readonly Uint8Array[]): CompactRange {
  return leaves.reduce<CompactRange>((range, leaf) => appendLeaf(range, leaf), EMPTY_RANGE);
}

test('gives the root of RFC 6962 for every size up to 65, also when taken up from its stored form', () => {
  let stored: CompactRange = EMPTY_RANGE;
  for (let size = 0; size <= LEAVES.length; size += 1) {
    const expected = toHex(naiveRoot(LEAVES.slice(0, size)));
    expect(merkleVectors.roots[size]).toBe(expected);
    expect(toHex(rangeRoot(rangeOf(LEAVES.slice(0, size))))).toBe(expected);
    expect(toHex(rangeRoot(stored))).toBe(expected);
    const read = parseRange(serializeRange(stored));
    expect(read).toEqual({ ok: true, value: stored });
    const leaf = LEAVES[size];
    if (read.ok && leaf !== undefined) stored = appendLeaf(read.value, leaf);
  }
});

test('changing any bit of any leaf changes the root, for every size up to 24', () => {
  for (let size = 1; size <= 24; size += 1) {
    const root = toHex(rangeRoot(rangeOf(LEAVES.slice(0, size))));
    for (let at = 0; at < size; at += 1) {
      for (let bit = 0; bit < 256; bit += 37) {
        const leaves = LEAVES.slice(0, size);
        const changed = Uint8Array.from(leaves[at] ?? []);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        leaves[at] = changed;
        expect(toHex(rangeRoot(rangeOf(leaves)))).not.toBe(root);
      }
    }
  }
});

test('a leaf and a node over the same bytes hash differently', () => {
  const left = LEAVES[0] ?? new Uint8Array();
  const right = LEAVES[1] ?? new Uint8Array();
  expect(toHex(leafHash(Uint8Array.of(...left, ...right)))).not.toBe(toHex(nodeHash(left, right)));
});

test('appending leaves the range it started from as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), (size) => {
      const range = rangeOf(LEAVES.slice(0, size));
      const before = toHex(serializeRange(range));
      appendLeaf(range, leafHash(Uint8Array.of(1)));
      expect(toHex(serializeRange(range))).toBe(before);
    }),
  );
});

test('refuses a stored range with too few, too many or torn hashes', () => {
  const bytes = serializeRange(rangeOf(LEAVES.slice(0, 7)));
  for (const wrong of [
    bytes.slice(0, -32),
    bytes.slice(0, -1),
    Uint8Array.of(...bytes, ...new Uint8Array(32)),
    bytes.slice(0, 7),
    new Uint8Array(0),
  ]) {
    expect(parseRange(wrong)).toMatchObject({ ok: false, error: { code: 'range_malformed' } });
  }
});

test('refuses a stored range of more leaves than can be counted', () => {
  expect(parseRange(new Uint8Array(8).fill(0xff))).toMatchObject({
    ok: false,
    error: { code: 'range_malformed' },
  });
});

test('refuses a leaf that is no hash', () => {
  expect(() => appendLeaf(EMPTY_RANGE, new Uint8Array(31))).toThrow('a hash has 32 bytes');
});
