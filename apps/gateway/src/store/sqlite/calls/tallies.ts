// The counters of one count: over time, by term, by pairs of terms. Terms become values at the end, and only those that are
// shown: the value is read from the newest call that has the term.
import { columnsOf, type Facet, valuesOf } from '../../../search/facets.ts';
import { CLASSES, tallyOf } from '../../../search/tally.ts';
import { termOf } from '../../../search/words.ts';
import type { CallTallies, TallyAsk } from '../../readers/tallies.ts';

export interface Tallies {
  /** One number for each standing. */
  readonly totals: Uint32Array;
  readonly facets: readonly { readonly facet: Facet; readonly counters: Counters }[];
  readonly pairs: readonly {
    readonly facets: readonly [Facet, Facet];
    /** Numbers of terms, small and never 0, one for each side. */
    readonly numbers: readonly [NumberOf, NumberOf];
    /** Two such numbers; 0 for no value. */
    readonly add: (left: number, right: number, seq: number, standing: number) => void;
  }[];
  /** A call that is asked for. Calls come in ascending order. */
  call(seq: number, standing: number, isUnregistered: boolean, isReviewed: boolean): void;
  result(rows: Rows): Pick<CallTallies, 'flagged' | 'times' | 'facets' | 'pairs'>;
}

interface Rows {
  cellsAt(seq: number, columns: readonly string[]): readonly (string | null)[];
  timeAt(seq: number): number;
}

export type NumberOf = (term: number) => number;

/** Counts by key: a term, or what stands for a pair. */
export interface Counters {
  readonly distinct: () => number;
  /** Where the counts of a key are, one for each standing. */
  slotOf(key: number): number;
  /** A slot without a key. */
  newSlot(): number;
  /** Counts calls of one slot that are asked for: `standings` by place, `none` where it is not. */
  addAll(
    slot: number,
    first: number,
    places: Uint16Array,
    count: number,
    standings: Uint8Array,
    none: number,
  ): void;
  add(slot: number, seq: number, standing: number): void;
  top(most: number): readonly { readonly key: number | null; readonly at: number; readonly newest: number }[];
  counts(): Uint32Array;
}

const FLAGS = 2;
const PER_TIME = CLASSES + FLAGS;

/** `starts`: the first place of each time asked for, ascending. */
export function createTallies(ask: TallyAsk, starts: readonly number[]): Tallies {
  const totals = new Uint32Array(CLASSES);
  const flags = new Uint32Array(FLAGS);
  const times = new Uint32Array(PER_TIME * starts.length);
  let time = -1;

  const facets = ask.facets.map((facet) => ({ facet, counters: createCounters() }));
  const pairs = ask.pairs.map((pair) => {
    const counters = createCounters();
    // Two numbers of 32 bits do not fit into one: each different term gets a small number of its own.
    const slotOf = createPairSlots(() => counters.newSlot());
    return {
      facets: pair,
      counters,
      numbers: [createNumbers(), createNumbers()] as const,
      add: (left: number, right: number, seq: number, standing: number): void =>
        counters.add(slotOf(left, right), seq, standing),
    };
  });

  return {
    totals,
    facets,
    pairs,
    call(seq, standing, isUnregistered, isReviewed) {
      totals[standing] = (totals[standing] ?? 0) + 1;
      if (isUnregistered) flags[0] = (flags[0] ?? 0) + 1;
      if (isReviewed) flags[1] = (flags[1] ?? 0) + 1;
      while (time + 1 < starts.length && (starts[time + 1] ?? 0) <= seq) time += 1;
      if (time < 0) return;
      const at = time * PER_TIME;
      times[at + standing] = (times[at + standing] ?? 0) + 1;
      if (isUnregistered) times[at + CLASSES] = (times[at + CLASSES] ?? 0) + 1;
      if (isReviewed) times[at + CLASSES + 1] = (times[at + CLASSES + 1] ?? 0) + 1;
    },
    result: (rows) => ({
      flagged: { unregistered: flags[0] ?? 0, reviewed: flags[1] ?? 0 },
      times: starts.map((_, i) => ({
        ...tallyOf(times, i * PER_TIME),
        unregistered: times[i * PER_TIME + CLASSES] ?? 0,
        reviewed: times[i * PER_TIME + CLASSES + 1] ?? 0,
      })),
      facets: facets.map(({ facet, counters }) => ({
        facet,
        distinct: counters.distinct(),
        values: counters.top(ask.most).flatMap(({ key, at, newest }) => {
          const values = valuesOf(facet, rows.cellsAt(newest, columnsOf(facet)));
          const value = values.find((each) => termOf(each) === key);
          // Changed between the count and the look: it is counted next time.
          if (value === undefined) return [];
          return [{ value, ...tallyOf(counters.counts(), at), newestAt: rows.timeAt(newest) }];
        }),
      })),
      pairs: pairs.map(({ facets: [left, right], counters }) => ({
        distinct: counters.distinct(),
        values: counters.top(ask.most).map(({ at, newest }) => {
          const [one = null] = valuesOf(left, rows.cellsAt(newest, columnsOf(left)));
          const [other = null] = valuesOf(right, rows.cellsAt(newest, columnsOf(right)));
          return {
            values: [one, other] as const,
            ...tallyOf(counters.counts(), at),
            newestAt: rows.timeAt(newest),
          };
        }),
      })),
    }),
  };
}

/** Numbers that tables may hold in all: 16 MB. */
const MOST_CELLS = 1 << 22;

/** Where the counts of a pair are. Small numbers are looked up in tables, which takes a tenth of what a map does. */
function createPairSlots(newSlot: () => number): (left: number, right: number) => number {
  /** One more than the slot; 0 where there is none yet. */
  const tables: Uint32Array[] = [];
  const others = new Map<number, number>();
  let cells = 0;

  function tableFor(left: number, right: number): Uint32Array | undefined {
    const before = tables[left];
    if (before !== undefined && right < before.length) return before;
    const length = 2 ** Math.ceil(Math.log2(right + 2));
    cells += length - (before?.length ?? 0);
    if (cells > MOST_CELLS) {
      cells -= length - (before?.length ?? 0);
      return undefined;
    }
    const table = new Uint32Array(length);
    if (before !== undefined) table.set(before);
    tables[left] = table;
    return table;
  }

  return (left, right) => {
    const table = tableFor(left, right);
    const known = table === undefined ? others.get(left * 2 ** 26 + right) : table[right];
    if (known !== undefined && known !== 0) return known - 1;
    const slot = newSlot();
    if (table === undefined) others.set(left * 2 ** 26 + right, slot + 1);
    else table[right] = slot + 1;
    return slot;
  };
}

function createNumbers(): NumberOf {
  const numbers = new Map<number, number>();
  return (term) => {
    const known = numbers.get(term);
    if (known !== undefined) return known;
    numbers.set(term, numbers.size + 1);
    return numbers.size;
  };
}

function createCounters(): Counters {
  const slots = new Map<number, number>();
  const keys: (number | null)[] = [];
  /** Terms whose calls were looked at and not asked for have a slot, and no counts. */
  const newest: number[] = [];
  let counts = new Uint32Array(64 * CLASSES);
  const callsOf = (slot: number): number => {
    let calls = 0;
    for (let i = 0; i < CLASSES; i += 1) calls += counts[slot * CLASSES + i] ?? 0;
    return calls;
  };
  const newSlot = (key: number | null): number => {
    keys.push(key);
    newest.push(-1);
    if (keys.length * CLASSES > counts.length) {
      const larger = new Uint32Array(counts.length * 2);
      larger.set(counts);
      counts = larger;
    }
    return keys.length - 1;
  };
  return {
    distinct: () => newest.filter((_, slot) => callsOf(slot) > 0).length,
    newSlot: () => newSlot(null),
    slotOf(key) {
      const known = slots.get(key);
      if (known !== undefined) return known;
      const slot = newSlot(key);
      slots.set(key, slot);
      return slot;
    },
    addAll(slot, first, places, count, standings, none) {
      const own = counts;
      const at = slot * CLASSES;
      let last = -1;
      for (let i = 0; i < count; i += 1) {
        const place = places[i] ?? 0;
        const standing = standings[place] ?? none;
        if (standing === none) continue;
        own[at + standing] = (own[at + standing] ?? 0) + 1;
        last = place;
      }
      if (last >= 0) newest[slot] = first + last;
    },
    add(slot, seq, standing) {
      newest[slot] = seq;
      const at = slot * CLASSES + standing;
      counts[at] = (counts[at] ?? 0) + 1;
    },
    top(most) {
      return keys
        .map((key, slot) => ({ key, at: slot * CLASSES, calls: callsOf(slot), newest: newest[slot] ?? 0 }))
        .filter(({ calls }) => calls > 0)
        .sort((a, b) => b.calls - a.calls || b.newest - a.newest)
        .slice(0, most);
    },
    counts: () => counts,
  };
}
