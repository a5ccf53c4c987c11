// Counts calls without reading them: by the bitmaps of the packed segments, and by rows only where calls are not packed yet.
// Works in turns of some milliseconds, between which the thread serves calls.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { columnsOf, type Facet, valuesOf } from '../../../search/facets.ts';
import { placeOfTerm, placesOf } from '../../../search/parts.ts';
import { type Bits, bitsOf, eachList, findList, type Packed, SEGMENT } from '../../../search/postings.ts';
import type { CallQuery } from '../../../search/query.ts';
import { STANDING_TERMS, standingOf, STANDINGS, tallyOf } from '../../../search/tally.ts';
import { termOf } from '../../../search/words.ts';
import type { CallTallies, TallyAsk } from '../../readers/tallies.ts';
import type { CallSearch, Stretch } from './call-search.ts';
import { createTallies, type NumberOf, type Tallies } from './tallies.ts';

const TURN_MS = 8;
/** So many rows are counted in one go. */
const PIECE = 256;
const NONE = 0xff;
const ENDED = STANDINGS.indexOf('ended');
const UNREGISTERED = termOf('unregistered');

/** Columns of a row that is counted one by one. */
const ALWAYS = ['state', 'outcome', 'reason', 'approval'] as const;

/** The calls of one segment: how each stands, `NONE` where it is not asked for. */
interface Segment {
  readonly first: number;
  readonly standings: Uint8Array;
  readonly unregistered: Bits | null;
  readonly reviewed: Bits | null;
}

export function createCallTallies(
  db: Database.Database,
  search: CallSearch,
): (query: CallQuery, ask: TallyAsk) => Promise<CallTallies> {
  const partAt = db.prepare<[number], Packed>('SELECT terms, lists FROM call_index WHERE place = ?');
  const startedAt = db
    .prepare<[number], number>('SELECT started_at FROM calls WHERE seq >= ? ORDER BY seq LIMIT 1')
    .pluck();
  const rowSelects = new Map<string, Database.Statement<[number, number]>>();

  function rowsOf(columns: readonly string[]): Database.Statement<[number, number]> {
    const names = columns.join(', ');
    let select = rowSelects.get(names);
    if (select === undefined) {
      select = db
        .prepare<[number, number]>(`SELECT seq, ${names} FROM calls WHERE seq >= ? AND seq < ? ORDER BY seq`)
        .raw();
      rowSelects.set(names, select);
    }
    return select;
  }

  const bitsAt = (facet: Facet, term: number, segment: number): Bits | null => {
    const part = partAt.get(placeOfTerm(facet, term, segment));
    const found = part === undefined ? null : findList(part.terms, term);
    return part === undefined || found === null
      ? null
      : bitsOf(part.lists.subarray(found.from, found.from + found.length));
  };

  /** Null where the index lacks it: then rows are counted. */
  async function segmentAt(
    segment: number,
    { wanted, from, to }: Stretch,
    turn: () => Promise<void>,
  ): Promise<Segment | 'empty' | null> {
    const state = partAt.get(placesOf('state', segment)[0] ?? 0);
    const outcome = partAt.get(placesOf('outcome', segment)[0] ?? 0);
    if (state === undefined || outcome === undefined) return null;
    const bits = await search.counted(wanted, segment, turn);
    if (bits === 'none') return 'empty';
    const first = segment * SEGMENT;
    const standings = new Uint8Array(SEGMENT).fill(NONE);
    const end = Math.min(SEGMENT, to - first);
    for (let place = Math.max(0, from - first); place < end; place += 1)
      if ((((bits[place >> 5] ?? 0) >>> (place & 31)) & 1) === 1) standings[place] = ENDED;
    const mark = (packed: Packed, terms: ReadonlyMap<number, number>): void =>
      eachList(packed, (term, places, count) => {
        const standing = terms.get(term);
        if (standing === undefined) return;
        for (let i = 0; i < count; i += 1) {
          const place = places[i] ?? 0;
          if (standings[place] !== NONE) standings[place] = standing;
        }
      });
    mark(outcome, STANDING_TERMS.outcome);
    mark(state, STANDING_TERMS.state);
    return {
      first,
      standings,
      unregistered: bitsAt('reason', UNREGISTERED, segment),
      reviewed: reviewedIn(segment),
    };
  }

  function reviewedIn(segment: number): Bits | null {
    const part = partAt.get(placesOf('approval', segment)[0] ?? 0);
    if (part === undefined || part.lists.length === 0) return null;
    const bits = new Uint32Array(SEGMENT / 32);
    eachList(part, (_, places, count) => {
      for (let i = 0; i < count; i += 1) {
        const place = places[i] ?? 0;
        bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
      }
    });
    return bits;
  }

  function countPacked({ first, standings, unregistered, reviewed }: Segment, to: Tallies): void {
    const isIn = (bits: Bits | null, place: number): boolean =>
      bits !== null && (((bits[place >> 5] ?? 0) >>> (place & 31)) & 1) === 1;
    for (let place = 0; place < SEGMENT; place += 1) {
      const standing = standings[place] ?? NONE;
      if (standing !== NONE)
        to.call(first + place, standing, isIn(unregistered, place), isIn(reviewed, place));
    }
    for (const { facet, counters } of to.facets) {
      for (const at of placesOf(facet, first / SEGMENT)) {
        const part = partAt.get(at);
        if (part === undefined) continue;
        eachList(part, (term, places, count) =>
          counters.addAll(counters.slotOf(term), first, places, count, standings, NONE),
        );
      }
    }
    for (const { facets, numbers, add } of to.pairs) {
      const left = numbersByPlace(facets[0], first / SEGMENT, numbers[0]);
      const right = numbersByPlace(facets[1], first / SEGMENT, numbers[1]);
      for (let place = 0; place < SEGMENT; place += 1) {
        const standing = standings[place] ?? NONE;
        if (standing !== NONE) add(left[place] ?? 0, right[place] ?? 0, first + place, standing);
      }
    }
  }

  /** Of a facet with at most one value for each call: the number of its term, by place; 0 where there is none. */
  function numbersByPlace(facet: Facet, segment: number, numberOf: NumberOf): Uint32Array {
    const numbers = new Uint32Array(SEGMENT);
    for (const at of placesOf(facet, segment)) {
      const part = partAt.get(at);
      if (part === undefined) continue;
      eachList(part, (term, places, count) => {
        const number = numberOf(term);
        for (let i = 0; i < count; i += 1) numbers[places[i] ?? 0] = number;
      });
    }
    return numbers;
  }

  /** Calls from `from` up to, not including, `to`, as their rows say. */
  function countRows({ wanted }: Stretch, from: number, to: number, tallies: Tallies): void {
    if (from >= to) return;
    const asked =
      wanted.length === 0 ? null : new Set(search.rows(wanted, from, to, Number.MAX_SAFE_INTEGER));
    if (asked?.size === 0) return;
    const facets = [
      ...tallies.facets.map(({ facet }) => facet),
      ...tallies.pairs.flatMap((pair) => pair.facets),
    ];
    const columns = [...new Set<string>([...ALWAYS, ...facets.flatMap(columnsOf)])];
    const placesIn = new Map(
      facets.map((facet) => [facet, columnsOf(facet).map((name) => columns.indexOf(name))]),
    );
    for (const row of rowsOf(columns).iterate(from, to)) {
      const [seq, ...cells] = row as [number, ...(string | null)[]];
      if (asked !== null && !asked.has(seq)) continue;
      const [state, outcome, reason, approval] = cells;
      const standing = standingOf(state ?? '', outcome ?? null);
      tallies.call(seq, standing, reason === 'unregistered', approval !== null);
      const valuesIn = (facet: Facet): readonly string[] =>
        valuesOf(
          facet,
          (placesIn.get(facet) ?? []).map((place) => cells[place] ?? null),
        );
      for (const { facet, counters } of tallies.facets)
        for (const value of new Set(valuesIn(facet)))
          counters.add(counters.slotOf(termOf(value)), seq, standing);
      for (const { facets: pair, numbers, add } of tallies.pairs) {
        const [left = 0, right = 0] = pair.map((facet, side) => {
          const [value] = valuesIn(facet);
          return value === undefined ? 0 : (numbers[side]?.(termOf(value)) ?? 0);
        });
        add(left, right, seq, standing);
      }
    }
  }

  return async (query, ask) => {
    const stretch = search.stretch(query);
    const { from, to, packed } = stretch;
    const starts = ask.times.map((time) => search.placeOf(time, to));
    const tallies = createTallies(ask, starts);
    let turnEnds = performance.now() + TURN_MS;
    const turn = async (): Promise<void> => {
      if (performance.now() < turnEnds) return;
      await nextTurn();
      turnEnds = performance.now() + TURN_MS;
    };
    const byRows = async (first: number, end: number): Promise<void> => {
      for (let at = first; at < end; at += PIECE) {
        countRows(stretch, at, Math.min(end, at + PIECE), tallies);
        await turn();
      }
    };
    for (let segment = Math.floor(from / SEGMENT); segment * SEGMENT < packed; segment += 1) {
      const found = await segmentAt(segment, { ...stretch, to: packed }, turn);
      if (found === null)
        await byRows(Math.max(from, segment * SEGMENT), Math.min(packed, (segment + 1) * SEGMENT));
      else if (found !== 'empty') countPacked(found, tallies);
      await turn();
    }
    await byRows(packed, to);
    const cellsAt = (seq: number, columns: readonly string[]): readonly (string | null)[] => {
      const [row] = rowsOf(columns).all(seq, seq + 1) as [number, ...(string | null)[]][];
      return row === undefined ? [] : (row.slice(1) as (string | null)[]);
    };
    const timeAt = (seq: number): number => startedAt.get(seq) ?? 0;
    return { from, to, ...tallies.result({ cellsAt, timeAt }), total: tallyOf(tallies.totals) };
  };
}
