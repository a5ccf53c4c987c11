// Details of a bundle that are called erased, until an entry says that they were. In a bundle that a stranger wrote there
// may be as many of them as redactions, each naming all: every detail is looked at once when it is accounted for, and
// never again, so that the time stays that of reading the file.

import type { RedactedRange } from '../verify/redactions.ts';

export interface Unexplained {
  /** @param index not below that of any call before: entries ascend. */
  readonly add: (index: number, name: string) => void;
  /** Accounts for what has been added so far; a redaction comes after what it redacts. */
  readonly redact: (range: RedactedRange) => void;
  /** What is left: names by entry, both ascending. */
  readonly left: () => readonly (readonly [index: number, names: readonly string[]])[];
}

/** The entries of one name. `next[i]` is `i` where nothing accounts for it, else a place behind it to go on from. */
interface Places {
  readonly indexes: number[];
  readonly next: number[];
}

export function createUnexplained(): Unexplained {
  const byName = new Map<string, Places>();
  return {
    add: (index, name) => {
      const places = byName.get(name) ?? { indexes: [], next: [] };
      byName.set(name, places);
      places.next.push(places.indexes.length);
      places.indexes.push(index);
    },
    redact: ({ first, last, names }) => {
      for (const name of names ?? byName.keys()) {
        const places = byName.get(name);
        if (places !== undefined) cover(places, first, last);
      }
    },
    left: () => {
      const found: [number, string][] = [];
      for (const [name, places] of byName) {
        for (let at = alive(places, 0); at < places.indexes.length; at = alive(places, at + 1))
          found.push([places.indexes[at] ?? 0, name]);
      }
      const byIndex = new Map<number, string[]>();
      for (const [index, name] of found.sort(([a, one], [b, other]) => a - b || (one < other ? -1 : 1)))
        byIndex.set(index, [...(byIndex.get(index) ?? []), name]);
      return [...byIndex];
    },
  };
}

function cover(places: Places, first: number, last: number): void {
  const { indexes, next } = places;
  for (let at = alive(places, lowest(indexes, first)); (indexes[at] ?? Infinity) <= last; ) {
    next[at] = at + 1;
    at = alive(places, at);
  }
}

/** The first place from `from` on that nothing accounts for; the length where there is none. */
function alive({ next }: Places, from: number): number {
  let at = from;
  while ((next[at] ?? at) !== at) at = next[at] ?? at;
  // What was walked over now leads there directly.
  for (let passed = from; passed !== at; ) {
    const following = next[passed] ?? at;
    next[passed] = at;
    passed = following;
  }
  return at;
}

/** Where the first of the ascending numbers stands that is not below `number`. */
function lowest(numbers: readonly number[], number: number): number {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if ((numbers[middle] ?? Infinity) < number) from = middle + 1;
    else to = middle;
  }
  return from;
}
