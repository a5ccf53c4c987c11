// The Merkle tree of RFC 6962 section 2.1 over entry headers, kept as a compact range: the roots of the
// perfect subtrees that make up the first `size` leaves, largest first. Appending costs O(log n) at worst.

import { type Bytes } from './bytes.ts';
import { fail, ok, type Result } from './result.ts';
import { sha256 } from './sha256.ts';

const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);
const HASH_BYTES = 32;
const SIZE_BYTES = 8;

/** The state of a tree of `size` leaves; `hashes` has one hash per one bit of `size`. Immutable. */
export interface CompactRange {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

export const EMPTY_RANGE: CompactRange = { size: 0, hashes: [] };

/** SHA-256(0x00 ‖ header). */
export function leafHash(header: Uint8Array): Bytes {
  return sha256(LEAF, header);
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256(NODE, left, right);
}

/** The range with one more leaf. Throws a TypeError when `leaf` is not a 32-byte hash. */
export function appendLeaf(range: CompactRange, leaf: Uint8Array): CompactRange {
  return appendSubtree(range, 0, leaf);
}

/**
 * The range with the 2^level leaves under `hash`, the root of a perfect subtree, at its end. Throws a TypeError when
 * `hash` has not 32 bytes, or no subtree of that level begins where the range ends.
 */
export function appendSubtree(range: CompactRange, level: number, hash: Uint8Array): CompactRange {
  if (hash.length !== HASH_BYTES) throw new TypeError(`a hash has ${HASH_BYTES} bytes, not ${hash.length}`);
  const width = 2 ** level;
  if (range.size % width !== 0)
    throw new TypeError(`no subtree of ${width} leaves begins at leaf ${range.size}`);
  const hashes = [...range.hashes];
  let merged = hash;
  for (let rest = range.size / width; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = hashes.pop();
    if (left === undefined) throw new TypeError('the range has fewer hashes than its size needs');
    merged = nodeHash(left, merged);
  }
  hashes.push(merged);
  return { size: range.size + width, hashes };
}

/** The root hash of the tree, 32 bytes; for the empty tree SHA-256 of nothing. */
export function rangeRoot(range: CompactRange): Bytes {
  const root = range.hashes.reduceRight<Uint8Array | null>(
    (right, left) => (right === null ? left : nodeHash(left, right)),
    null,
  );
  return root === null ? sha256() : Uint8Array.from(root);
}

/** The range as bytes: u64be(size) ‖ hashes. */
export function serializeRange(range: CompactRange): Bytes {
  const bytes = new Uint8Array(SIZE_BYTES + HASH_BYTES * range.hashes.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(range.size));
  range.hashes.forEach((hash, i) => bytes.set(hash, SIZE_BYTES + HASH_BYTES * i));
  return bytes;
}

/** The range that `serializeRange` wrote; refuses any other length and a size beyond 2^53 - 1. */
export function parseRange(bytes: Uint8Array): Result<CompactRange> {
  if (bytes.length < SIZE_BYTES) return fail('range_malformed', 'a compact range starts with an 8-byte size');
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(0));
  if (!Number.isSafeInteger(size))
    return fail('range_malformed', 'the size of a compact range is beyond 2^53 - 1');
  const count = oneBits(size);
  if (bytes.length !== SIZE_BYTES + HASH_BYTES * count) {
    return fail('range_malformed', `a compact range of ${size} leaves has ${count} hashes of 32 bytes`);
  }
  const hashes = Array.from({ length: count }, (_, i) =>
    bytes.slice(SIZE_BYTES + HASH_BYTES * i, SIZE_BYTES + HASH_BYTES * (i + 1)),
  );
  return ok({ size, hashes });
}

function oneBits(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
