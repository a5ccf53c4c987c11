// The newest entry of every chain of a log, packed: there may be as many chains as calls, and a verifier of a million
// entries has little memory. An open-addressed table over the 128 random bits of the ids.

import { toHex } from '../bytes.ts';
import type { Id } from '../ids.ts';

export interface ChainHead {
  readonly seq: number;
  readonly index: number;
  /** Leaf hash, in hex. */
  readonly leaf: string;
}

export interface ChainHeads {
  readonly get: (chain: Id<'chain'>) => ChainHead | null;
  /** @param leaf 32 bytes. */
  readonly set: (chain: Id<'chain'>, seq: number, index: number, leaf: Uint8Array) => void;
}

const WORDS = 4;
const LEAF_BYTES = 32;
const FIRST_SLOTS = 1024;
const EMPTY = -1;

interface Table {
  readonly slots: number;
  readonly keys: Uint32Array;
  /** `EMPTY` where the slot is free. */
  readonly indexes: Float64Array;
  readonly seqs: Float64Array;
  readonly leaves: Uint8Array;
}

export function createChainHeads(): ChainHeads {
  let table = emptyTable(FIRST_SLOTS);
  let used = 0;
  const key = new Uint32Array(WORDS);

  const read = (chain: string): void => {
    const start = chain.length - WORDS * 8;
    for (let word = 0; word < WORDS; word += 1) {
      let value = 0;
      for (let at = start + word * 8; at < start + (word + 1) * 8; at += 1) {
        const code = chain.charCodeAt(at);
        value = (value << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
      }
      key[word] = value;
    }
  };

  return {
    get: (chain) => {
      read(chain);
      const slot = slotOf(table, key, 0);
      const index = table.indexes[slot] ?? EMPTY;
      if (index === EMPTY) return null;
      const leaf = toHex(table.leaves.subarray(slot * LEAF_BYTES, (slot + 1) * LEAF_BYTES));
      return { seq: table.seqs[slot] ?? 0, index, leaf };
    },
    set: (chain, seq, index, leaf) => {
      if (used * 4 >= table.slots * 3) table = grown(table);
      read(chain);
      const slot = slotOf(table, key, 0);
      if (table.indexes[slot] === EMPTY) used += 1;
      table.keys.set(key, slot * WORDS);
      table.indexes[slot] = index;
      table.seqs[slot] = seq;
      table.leaves.set(leaf, slot * LEAF_BYTES);
    },
  };
}

/** The slot of the key at `from` in `key`, or the free one where it would go. There always is one. */
function slotOf({ slots, keys, indexes }: Table, key: Uint32Array, from: number): number {
  // Ids are random: any of their words will do.
  let slot = (key[from] as number) % slots;
  while (indexes[slot] !== EMPTY) {
    let word = 0;
    while (word < WORDS && keys[slot * WORDS + word] === key[from + word]) word += 1;
    if (word === WORDS) break;
    slot = slot + 1 === slots ? 0 : slot + 1;
  }
  return slot;
}

function emptyTable(slots: number): Table {
  return {
    slots,
    keys: new Uint32Array(slots * WORDS),
    indexes: new Float64Array(slots).fill(EMPTY),
    seqs: new Float64Array(slots),
    leaves: new Uint8Array(slots * LEAF_BYTES),
  };
}

function grown(old: Table): Table {
  // Half as much again, not twice: while it grows, both are in memory.
  const table = emptyTable(Math.ceil(old.slots * 1.5));
  for (let slot = 0; slot < old.slots; slot += 1) {
    const index = old.indexes[slot] as number;
    if (index === EMPTY) continue;
    const to = slotOf(table, old.keys, slot * WORDS);
    table.keys.set(old.keys.subarray(slot * WORDS, (slot + 1) * WORDS), to * WORDS);
    table.indexes[to] = index;
    table.seqs[to] = old.seqs[slot] as number;
    table.leaves.set(old.leaves.subarray(slot * LEAF_BYTES, (slot + 1) * LEAF_BYTES), to * LEAF_BYTES);
  }
  return table;
}
