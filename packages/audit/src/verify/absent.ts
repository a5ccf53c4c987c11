// Which committed values of a log are not stored and not yet accounted for, packed: after years of retention it may be most of
// them.

import { ENTRY_KINDS } from '../entry/kinds.ts';
import type { EntryKind } from '../entry/types.ts';
import { createColumn, createKeyTable, numberKey } from './key-table.ts';

export interface AbsentValues {
  /** The values of one entry, by their names; those said before of the same entry are forgotten. */
  readonly set: (index: number, kind: EntryKind, names: readonly string[]) => void;
  /** Takes out what was redacted: `names` of the entries from `first` to `last`, null for all. Answers how many values. */
  readonly redact: (first: number, last: number, names: readonly string[] | null) => number;
  /** What is left, in the order in which it came, with names in the order of the schema. */
  readonly left: () => Iterable<{ readonly index: number; readonly names: readonly string[] }>;
}

const KINDS = Object.keys(ENTRY_KINDS) as readonly EntryKind[];

export function createAbsentValues(): AbsentValues {
  const entries = createKeyTable(2);
  const key = new Uint32Array(2);
  const indexes = createColumn();
  const kinds = createColumn();
  /** A bit for each detail of the kind, in the order of the schema. */
  const bits = createColumn();

  const kindOf = (number: number): EntryKind => KINDS[kinds.get(number)] as EntryKind;

  const take = (number: number, names: readonly string[] | null): number => {
    const known = bits.get(number);
    const gone = names === null ? known : known & bitsOf(kindOf(number), names);
    bits.set(number, known & ~gone);
    return bitCount(gone);
  };

  return {
    set: (index, kind, names) => {
      const number = entries.add(numberKey(index, key));
      indexes.set(number, index);
      kinds.set(number, KINDS.indexOf(kind));
      bits.set(number, bitsOf(kind, names));
    },
    redact: (first, last, names) => {
      let taken = 0;
      // By whichever is fewer: the indexes of the range, or those that are known.
      if (last - first < entries.size()) {
        for (let index = first; index <= last; index += 1) {
          const number = entries.find(numberKey(index, key));
          if (number >= 0) taken += take(number, names);
        }
        return taken;
      }
      for (let number = 0; number < entries.size(); number += 1) {
        const index = indexes.get(number);
        if (index >= first && index <= last) taken += take(number, names);
      }
      return taken;
    },
    *left() {
      for (let number = 0; number < entries.size(); number += 1) {
        const known = bits.get(number);
        if (known === 0) continue;
        const names = ENTRY_KINDS[kindOf(number)].commits.filter((_, at) => (known & (1 << at)) !== 0);
        yield { index: indexes.get(number), names };
      }
    },
  };
}

function bitsOf(kind: EntryKind, names: readonly string[]): number {
  const all: readonly string[] = ENTRY_KINDS[kind].commits;
  return names.reduce((bits, name) => (all.includes(name) ? bits | (1 << all.indexOf(name)) : bits), 0);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}
