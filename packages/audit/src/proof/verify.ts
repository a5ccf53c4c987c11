// Checks proofs about an RFC 6962 tree. Total: hostile numbers and hashes end in `false`, never in an exception or a long
// loop. The algorithms are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2, where sizes may exceed 32 bits.

import { equalBytes } from '../bytes.ts';
import { appendLeaf, appendSubtree, type CompactRange, nodeHash, rangeRoot } from '../merkle.ts';
import type { RangeProof } from './prove.ts';
import { nodesOf } from './spans.ts';

const HASH_BYTES = 32;
/** A tree of 2^53 leaves is 53 high; a consistency proof has at most one hash more. */
const MAX_HASHES = 54;

export interface InclusionClaim {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether `proof` shows that `leaf` stands at `index` in the tree over `size` leaves with this root. */
export function verifyInclusion(claim: InclusionClaim, proof: readonly Uint8Array[]): boolean {
  const { index, leaf, size, root } = claim;
  if (!arePlaces(index, size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      // Levels at which the node is the last and has no sibling are passed over.
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equalBytes(hash, root);
}

export interface ConsistencyClaim {
  readonly older: { readonly size: number; readonly root: Uint8Array };
  readonly newer: { readonly size: number; readonly root: Uint8Array };
}

/** Whether `proof` shows that the older tree is a beginning of the newer. The empty tree is one of every tree. */
export function verifyConsistency({ older, newer }: ConsistencyClaim, proof: readonly Uint8Array[]): boolean {
  if (!arePlaces(older.size, newer.size) || !areHashes([older.root, newer.root, ...proof])) return false;
  if (older.size > newer.size) return false;
  if (older.size === 0)
    return proof.length === 0 && equalBytes(older.root, rangeRoot({ size: 0, hashes: [] }));
  if (older.size === newer.size) return proof.length === 0 && equalBytes(older.root, newer.root);

  let at = older.size - 1;
  let last = newer.size - 1;
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  // A perfect older tree is a node of the newer one, and its root is not repeated in the proof.
  const [first, ...rest] = at === 0 ? [older.root, ...proof] : proof;
  if (first === undefined) return false;
  let [old, young] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sibling, old);
      young = nodeHash(sibling, young);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else young = nodeHash(young, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equalBytes(old, older.root) && equalBytes(young, newer.root);
}

export interface RangeClaim {
  readonly from: number;
  /** The leaves from `from` on, none left out. */
  readonly leaves: readonly Uint8Array[];
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether `proof` shows that exactly these leaves stand at `from` and after in the tree over `size` leaves. */
export function verifyRange({ from, leaves, size, root }: RangeClaim, proof: RangeProof): boolean {
  const to = from + leaves.length;
  if (!arePlaces(from, to, size) || to > size) return false;
  const before = nodesOf({ from: 0, to: from });
  const after = nodesOf({ from: to, to: size });
  if (before.length !== proof.before.length || after.length !== proof.after.length) return false;
  if (![...proof.before, ...proof.after, ...leaves, root].every(isHash)) return false;
  let range: CompactRange = { size: from, hashes: proof.before };
  for (const leaf of leaves) range = appendLeaf(range, leaf);
  for (const [at, { level }] of after.entries())
    range = appendSubtree(range, level, proof.after[at] as Uint8Array);
  return equalBytes(rangeRoot(range), root);
}

const half = (number: number): number => Math.floor(number / 2);

function arePlaces(...numbers: readonly number[]): boolean {
  return numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.length <= MAX_HASHES + 2 && hashes.every(isHash);
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}
