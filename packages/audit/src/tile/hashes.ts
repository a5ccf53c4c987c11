// What the hashes of a tile add up to.

import { concatBytes, type Bytes } from '../bytes.ts';
import { nodeHash } from '../merkle.ts';
import { TILE_WIDTH } from './place.ts';

export const HASH_BYTES = 32;

/** The hashes one after the other, as a tile is stored and served. */
export function joinHashes(hashes: readonly Uint8Array[]): Bytes {
  return concatBytes(...hashes);
}

/** The hashes that stand one after the other; throws a TypeError for a part of one. */
export function splitHashes(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length % HASH_BYTES !== 0) throw new TypeError(`${bytes.length} bytes are no whole hashes`);
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(HASH_BYTES * at, HASH_BYTES * (at + 1)),
  );
}

/** The root over 1, 2, 4 … 256 hashes; throws a TypeError for any other number. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    if (row.length % 2 === 1 || row.length > TILE_WIDTH)
      throw new TypeError(`${hashes.length} hashes are no perfect subtree of a tile`);
    row = Array.from({ length: row.length / 2 }, (_, at) =>
      nodeHash(row[2 * at] as Uint8Array, row[2 * at + 1] as Uint8Array),
    );
  }
  const [root] = row;
  if (root === undefined) throw new TypeError('no hashes are no subtree');
  return root;
}
