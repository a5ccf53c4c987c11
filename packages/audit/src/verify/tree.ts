// The tree over the leaves read so far, grown in place: appending to an immutable range copies it each time, which a log of
// a million entries feels.

import { type CompactRange, nodeHash } from '../merkle.ts';

export interface GrowingTree {
  readonly append: (leaf: Uint8Array) => void;
  readonly size: () => number;
  /** As it is now: later leaves do not change it. */
  readonly range: () => CompactRange;
}

export function createTree(): GrowingTree {
  const hashes: Uint8Array[] = [];
  let size = 0;
  return {
    append: (leaf) => {
      let merged = leaf;
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2)
        merged = nodeHash(hashes.pop() as Uint8Array, merged);
      hashes.push(merged);
      size += 1;
    },
    size: () => size,
    range: () => ({ size, hashes: [...hashes] }),
  };
}
