import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Bytes, equalBytes, utf8 } from '../bytes.ts';
import { appendLeaf, type CompactRange, EMPTY_RANGE, leafHash, nodeHash, rangeRoot } from '../merkle.ts';
import { proveConsistency, proveInclusion, proveRange, type ReadNode } from './prove.ts';
import { nodesOf } from './spans.ts';
import { verifyConsistency, verifyInclusion, verifyRange } from './verify.ts';

const MOST = 64;
const leaves = Array.from({ length: MOST }, (_, at) => leafHash(utf8(`entry ${at}`)));

/** The root of a subtree, by the definition in RFC 6962 section 2.1. */
function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes;
  if (only === undefined) return rangeRoot(EMPTY_RANGE);
  if (hashes.length === 1) return only;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

const roots = Array.from({ length: MOST + 1 }, (_, size) => rootOf(leaves.slice(0, size)));
const read: ReadNode = ({ level, index }) =>
  rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
const rootAt = (size: number): Uint8Array => roots[size] as Uint8Array;

/** Every one of `bytes` with one bit of it turned over. */
function* flipped(hashes: readonly Uint8Array[]): Generator<Uint8Array[]> {
  for (const at of hashes.keys()) {
    for (let bit = 0; bit < 256; bit += 1) {
      yield hashes.map((hash, other) =>
        other === at ? hash.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)) : hash,
      );
    }
  }
}

test('every leaf of every tree up to 64 has an inclusion proof that verifies, there and nowhere else', async () => {
  for (let size = 1; size <= MOST; size += 1) {
    for (let index = 0; index < size; index += 1) {
      const proof = await proveInclusion(index, size, read);
      const claim = { index, size, leaf: leaves[index] as Uint8Array, root: rootAt(size) };
      expect(verifyInclusion(claim, proof)).toBe(true);
      expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
      for (let other = 0; other <= size; other += 1)
        expect(verifyInclusion({ ...claim, index: other }, proof)).toBe(other === index);
      expect(verifyInclusion(claim, [...proof, rootAt(1)])).toBe(false);
      expect(verifyInclusion(claim, proof.slice(1))).toBe(proof.length === 0);
    }
  }
});

test('every tree up to 64 is shown to be a beginning of every larger one, and of no other', async () => {
  for (let newer = 0; newer <= MOST; newer += 1) {
    for (let older = 0; older <= newer; older += 1) {
      const proof = await proveConsistency(older, newer, read);
      const claim = {
        older: { size: older, root: rootAt(older) },
        newer: { size: newer, root: rootAt(newer) },
      };
      expect(verifyConsistency(claim, proof)).toBe(true);
      const another = { size: older, root: rootAt(older === 0 ? 1 : older - 1) };
      expect(verifyConsistency({ ...claim, older: another }, proof)).toBe(false);
      expect(verifyConsistency(claim, [...proof, rootAt(1)])).toBe(false);
      expect(verifyConsistency(claim, proof.slice(1))).toBe(proof.length === 0);
      expect(verifyConsistency({ older: claim.newer, newer: claim.older }, proof)).toBe(older === newer);
    }
  }
});

test('a proof with any bit of it turned over verifies nothing', async () => {
  for (const size of [1, 2, 3, 7, 8, 13, 64]) {
    for (const index of [0, size >> 1, size - 1]) {
      const proof = await proveInclusion(index, size, read);
      const claim = { index, size, leaf: leaves[index] as Uint8Array, root: rootAt(size) };
      for (const wrong of flipped(proof)) expect(verifyInclusion(claim, wrong)).toBe(false);
      for (const [leaf = claim.leaf] of flipped([claim.leaf]))
        expect(verifyInclusion({ ...claim, leaf }, proof)).toBe(false);
      for (const [root = claim.root] of flipped([claim.root]))
        expect(verifyInclusion({ ...claim, root }, proof)).toBe(false);
    }
    for (const older of [1, (size >> 1) + 1, size - 1].filter((one) => one > 0 && one < size)) {
      const proof = await proveConsistency(older, size, read);
      const claim = { older: { size: older, root: rootAt(older) }, newer: { size, root: rootAt(size) } };
      for (const wrong of flipped(proof)) expect(verifyConsistency(claim, wrong)).toBe(false);
    }
  }
});

describe('a range proof', () => {
  const range = fc.tuple(fc.nat(MOST), fc.nat(MOST), fc.nat(MOST)).map((three) => {
    const [from = 0, to = 0, size = 0] = three.toSorted((a, b) => a - b);
    return { from, to, size };
  });

  it('shows that the leaves of a range are all there, in order', async () => {
    await fc.assert(
      fc.asyncProperty(range, async ({ from, to, size }) => {
        const proof = await proveRange({ from, to }, size, read);
        const claim = { from, leaves: leaves.slice(from, to), size, root: rootAt(size) };
        expect(verifyRange(claim, proof)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('fails for a range with a leaf left out, doubled, swapped, or somewhere else', async () => {
    await fc.assert(
      fc.asyncProperty(range, fc.nat(), async ({ from, to, size }, seed) => {
        fc.pre(to - from > 1);
        const proof = await proveRange({ from, to }, size, read);
        const chosen = leaves.slice(from, to);
        const claim = { from, leaves: chosen, size, root: rootAt(size) };
        const at = seed % (chosen.length - 1);
        expect(verifyRange({ ...claim, leaves: chosen.toSpliced(at, 1) }, proof)).toBe(false);
        expect(verifyRange({ ...claim, leaves: chosen.toSpliced(at, 0, chosen[at] as Bytes) }, proof)).toBe(
          false,
        );
        const swapped = chosen.with(at, chosen[at + 1] as Bytes).with(at + 1, chosen[at] as Bytes);
        expect(verifyRange({ ...claim, leaves: swapped }, proof)).toBe(false);
        expect(verifyRange({ ...claim, from: from + 1 }, proof)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

test('numbers beyond 32 bits are numbers like any other', () => {
  const size = 2 ** 40 + 5;
  expect(nodesOf({ from: 0, to: size })).toEqual([
    { level: 40, index: 0 },
    { level: 2, index: 2 ** 38 },
    { level: 0, index: 2 ** 40 + 4 },
  ]);
});

test('whatever is claimed, the answer is yes or no, and soon', () => {
  const bytes = fc.uint8Array({ minLength: 0, maxLength: 40 });
  const number = fc.oneof(fc.integer(), fc.double(), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER));
  const total = fc.check(
    fc.property(number, number, bytes, bytes, fc.array(bytes, { maxLength: 70 }), (a, b, one, two, proof) => {
      verifyInclusion({ index: a, size: b, leaf: one, root: two }, proof);
      verifyConsistency({ older: { size: a, root: one }, newer: { size: b, root: two } }, proof);
      verifyRange(
        { from: a, leaves: proof.slice(0, 3), size: b, root: one },
        { before: proof, after: [two] },
      );
    }),
    { numRuns: 5_000 },
  );
  expect(total).toMatchObject({ failed: false });
});

test('a compact range grown leaf by leaf has the same root', () => {
  let range: CompactRange = EMPTY_RANGE;
  for (const leaf of leaves) range = appendLeaf(range, leaf);
  expect(equalBytes(rangeRoot(range), rootAt(MOST))).toBe(true);
});
