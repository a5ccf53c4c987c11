// The tree over the leaves read so far, grown in place: appending to an immutable range copies it each time, which a log of
// a million entries feels.

import { appendSubtree, type CompactRange, nodeHash } from '../merkle.ts';

export interface GrowingTree {
  readonly append: (leaf: Uint8Array) => void;
  /** Throws a TypeError where no perfect subtree of that level begins. */
  readonly appendSubtree: (level: number, hash: Uint8Array) => void;
  readonly size: () => number;
  /** As it is now: later leaves do not change it. */
  readonly range: () => CompactRange;
}

export function createTree(): GrowingTree {
  let hashes: Uint8Array[] = [];
  let size = 0;
  return {
    append: (leaf) => {
      let merged = leaf;
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2)
        merged = nodeHash(hashes.pop() as Uint8Array, merged);
      hashes.push(merged);
      size += 1;
    },
    appendSubtree: (level, hash) => {
      const grown = appendSubtree({ size, hashes }, level, hash);
      hashes = [...grown.hashes];
      ({ size } = grown);
    },
    size: () => size,
    range: () => ({ size, hashes: [...hashes] }),
  };
}
