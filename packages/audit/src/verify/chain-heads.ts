// The newest entry of every chain of a log, packed: there may be as many chains as calls, and a verifier of a million
// entries has little memory.

import type { Id } from '../ids.ts';
import { createBytesColumn, createColumn, createKeyTable, ID_WORDS, idKey } from './key-table.ts';

export interface ChainHead {
  readonly seq: number;
  readonly index: number;
  /** Leaf hash, 32 bytes: a view, good until the chain goes on. */
  readonly leaf: Uint8Array;
}

export interface ChainHeads {
  readonly get: (chain: Id<'chain'>) => ChainHead | null;
  /** @param leaf 32 bytes. */
  readonly set: (chain: Id<'chain'>, seq: number, index: number, leaf: Uint8Array) => void;
}

const LEAF_BYTES = 32;

export function createChainHeads(): ChainHeads {
  const chains = createKeyTable(ID_WORDS);
  const seqs = createColumn();
  const indexes = createColumn();
  const leaves = createBytesColumn(LEAF_BYTES);
  const key = new Uint32Array(ID_WORDS);
  return {
    get: (chain) => {
      const known = chains.find(idKey(chain, key));
      if (known < 0) return null;
      return { seq: seqs.get(known), index: indexes.get(known), leaf: leaves.get(known) };
    },
    set: (chain, seq, index, leaf) => {
      const number = chains.add(idKey(chain, key));
      seqs.set(number, seq);
      indexes.set(number, index);
      leaves.set(number, leaf);
    },
  };
}
