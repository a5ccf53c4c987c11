// Which calls a query asks for, newest first: the newest rows one by one, the packed segments by their bitmaps. Works in
// turns of some milliseconds, between which the thread serves calls.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Cells } from '../../../search/call-tests.ts';
import { columnsOfConditions, type Condition, conditionsOf, meets } from '../../../search/conditions.ts';
import type { CallQuery } from '../../../search/query.ts';
import { type Bits, SEGMENT } from '../../../search/postings.ts';
import { createCandidates } from './candidates.ts';
import { packedPlaces } from './call-index.ts';

/** Where a query is answered: calls by their places, what is not packed yet by rows, the rest by bitmaps. */
export interface Stretch {
  readonly wanted: readonly Condition[];
  /** From the first place up to, not including, `to`; empty where they are equal. */
  readonly from: number;
  readonly to: number;
  /** The first place in it that is not packed; `from` where none is, `to` where all are. */
  readonly packed: number;
}

export interface CallSearch {
  stretch(query: CallQuery, before?: number): Stretch;
  /** The first place, up to `end`, of a call that started at or after a time (milliseconds since the epoch). */
  placeOf(time: number, end: number): number;
  /**
   * The calls of a packed segment that are asked for; rows are compared only where the index does not tell.
   *
   * @param turn is waited for after each piece of rows.
   */
  counted(wanted: readonly Condition[], segment: number, turn: () => Promise<void>): Promise<Bits | 'none'>;
  /** Rows from `from` up to, not including, `to` that are asked for; descending. */
  rows(wanted: readonly Condition[], from: number, to: number, limit: number): readonly number[];
  /** Places (`seq`) of the newest calls asked for, at most `limit`, before the place `before`; descending. */
  newest(
    query: CallQuery,
    options: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<readonly number[]>;
  /** Those of the oldest calls asked for that came after the place `after`, at most `limit`; ascending. */
  following(
    query: CallQuery,
    options: { readonly limit: number; readonly after: number },
  ): Promise<readonly number[]>;
}

type Order = 'ASC' | 'DESC';

/** Places from `from` up to, not including, `to`, and how many of the calls there are wanted. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly order: Order;
}

const TURN_MS = 8;

/** Of a segment, so many calls are better looked for by SQLite than one by one. */
const MANY = 200;
const MOST_STATEMENTS = 256;
/** So many rows are compared in one go: each may be held against many words. */
const PIECE = 256;

export function createCallSearch(db: Database.Database): CallSearch {
  const newestSeq = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  // Calls before were archived.
  const oldestSeq = db.prepare<[], number | null>('SELECT min(seq) FROM calls').pluck();
  const packedTo = packedPlaces(db);
  const index = createCandidates(db);
  const startedFrom = db.prepare<[number], { seq: number; started_at: number }>(
    'SELECT seq, started_at FROM calls WHERE seq >= ? ORDER BY seq LIMIT 1',
  );
  const statements = new Map<string, Database.Statement>();
  const prepared = (text: string): Database.Statement => {
    let statement = statements.get(text);
    if (statement === undefined) {
      // What can be asked has no end.
      if (statements.size >= MOST_STATEMENTS) statements.clear();
      statement = db.prepare(text);
      statements.set(text, statement);
    }
    return statement;
  };

  /** The first place of a call that started at or after a time. Times never go back from one call to the next. */
  function placeOf(time: number, end: number): number {
    let [low, high] = [0, end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = startedFrom.get(middle);
      if (row === undefined || row.started_at >= time) high = middle;
      else low = row.seq + 1;
    }
    return low;
  }

  function rows(
    wanted: readonly Condition[],
    from: number,
    to: number,
    limit: number,
    order: Order = 'DESC',
  ): number[] {
    // What SQLite can compare keeps rows from being read that are surely not asked for.
    const coarse = wanted.flatMap((condition) => sqlOf(condition) ?? []);
    const columns = columnsOfConditions(wanted);
    const found = prepared(
      `SELECT ${['seq', ...columns].join(', ')} FROM calls
       WHERE ${['seq >= ?', 'seq < ?', ...coarse.map(({ text }) => text)].join(' AND ')} ORDER BY seq ${order}`,
    ).raw();
    const seqs: number[] = [];
    for (const row of found.iterate(from, to, ...coarse.flatMap(({ values }) => values))) {
      const [seq, ...cells] = row as [number, ...Cells];
      if (meets(wanted, cells)) seqs.push(seq);
      if (seqs.length === limit) break;
    }
    return seqs;
  }

  /** The same in pieces, between which whoever takes them may wait. */
  function* inPieces(
    wanted: readonly Condition[],
    { from, to, limit, order }: Span,
  ): Generator<readonly number[], void> {
    let left = limit;
    for (let done = from; done < to && left > 0; done += PIECE) {
      const upTo = Math.min(to, done + PIECE);
      const seqs =
        order === 'ASC'
          ? rows(wanted, done, upTo, left, order)
          : rows(wanted, from + to - upTo, from + to - done, left, order);
      left -= seqs.length;
      yield seqs;
    }
  }

  function* segments(
    wanted: readonly Condition[],
    { from, to, limit, order }: Span,
  ): Generator<readonly number[], void> {
    const [first, last] = [Math.floor(from / SEGMENT), Math.floor((to - 1) / SEGMENT)];
    let left = limit;
    for (let step = 0; step <= last - first; step += 1) {
      const start = (order === 'ASC' ? first + step : last - step) * SEGMENT;
      const found = index.candidates(wanted, start / SEGMENT);
      // Also where nothing is found a turn may end.
      if (found === 'none') yield [];
      else {
        const [least, end] = [Math.max(0, from - start), Math.min(SEGMENT, to - start)];
        const places = placesIn(found.possible, least, end, left + MANY, order);
        const parts =
          places.length < left + MANY
            ? [compared(wanted, start, places, left)]
            : inPieces(wanted, { from: start + least, to: start + end, limit: left, order });
        for (const seqs of parts) {
          left -= seqs.length;
          yield seqs;
        }
      }
      if (left === 0) return;
    }
  }

  /** The first of some calls that are asked for, by their rows. */
  function compared(
    wanted: readonly Condition[],
    start: number,
    places: readonly number[],
    limit: number,
  ): readonly number[] {
    if (places.length === 0) return [];
    const columns = ['seq', ...columnsOfConditions(wanted)].join(', ');
    const row = prepared(`SELECT ${columns} FROM calls WHERE seq = ?`).raw();
    const seqs: number[] = [];
    for (const place of places) {
      const [seq, ...cells] = (row.get(start + place) ?? []) as [number, ...Cells] | [];
      if (seq === undefined || !meets(wanted, cells)) continue;
      seqs.push(seq);
      if (seqs.length === limit) break;
    }
    return seqs;
  }

  async function counted(
    wanted: readonly Condition[],
    segment: number,
    turn: () => Promise<void>,
  ): Promise<Bits | 'none'> {
    const found = index.counted(wanted, segment);
    if (found === 'none') return found;
    const { possible, sure } = found;
    const open = possible.map((word, i) => word & ~(sure[i] ?? 0));
    const places = placesIn(open, 0, SEGMENT, MANY, 'DESC');
    if (places.length === 0) return sure;
    const start = segment * SEGMENT;
    const parts =
      places.length < MANY
        ? [compared(wanted, start, places, MANY)]
        : inPieces(wanted, { from: start, to: start + SEGMENT, limit: SEGMENT, order: 'DESC' });
    for (const seqs of parts) {
      for (const seq of seqs)
        sure[(seq - start) >> 5] = (sure[(seq - start) >> 5] ?? 0) | (1 << ((seq - start) & 31));
      await turn();
    }
    return sure;
  }

  /** What segments give, in turns between which the thread serves calls. */
  async function inTurns(found: number[], parts: Iterable<readonly number[]>): Promise<number[]> {
    let turnEnds = performance.now() + TURN_MS;
    for (const seqs of parts) {
      found.push(...seqs);
      if (performance.now() < turnEnds) continue;
      await nextTurn();
      turnEnds = performance.now() + TURN_MS;
    }
    return found;
  }

  function stretch(query: CallQuery, before?: number): Stretch {
    const end = Math.min((newestSeq.get() ?? -1) + 1, before ?? Number.MAX_SAFE_INTEGER);
    const oldest = oldestSeq.get() ?? 0;
    const from = query.from === undefined ? oldest : Math.max(oldest, placeOf(query.from, end));
    const to = Math.max(from, query.to === undefined ? end : Math.min(end, placeOf(query.to, end)));
    return { wanted: conditionsOf(query), from, to, packed: Math.min(to, Math.max(from, packedTo())) };
  }

  return {
    stretch,
    placeOf,
    counted,
    rows,
    async newest(query, { limit, before }) {
      const { wanted, from, to, packed } = stretch(query, before);
      const found = await inTurns([], inPieces(wanted, { from: packed, to, limit, order: 'DESC' }));
      if (found.length === limit || from >= packed) return found;
      return inTurns(
        found,
        segments(wanted, { from, to: packed, limit: limit - found.length, order: 'DESC' }),
      );
    },
    async following(query, { limit, after }) {
      const { wanted, from: start, to, packed } = stretch(query);
      const from = Math.max(start, after + 1);
      const found =
        from >= packed ? [] : await inTurns([], segments(wanted, { from, to: packed, limit, order: 'ASC' }));
      if (found.length === limit) return found;
      const rest = { from: Math.max(from, packed), to, limit: limit - found.length, order: 'ASC' } as const;
      return inTurns(found, inPieces(wanted, rest));
    },
  };
}

/** Places that have a bit, in order; at most `limit`. */
function placesIn(bits: Bits, from: number, to: number, limit: number, order: Order): readonly number[] {
  const places: number[] = [];
  for (let step = 0; step < to - from && places.length < limit; step += 1) {
    const place = order === 'ASC' ? from + step : to - 1 - step;
    if ((((bits[place >> 5] ?? 0) >>> (place & 31)) & 1) === 1) places.push(place);
  }
  return places;
}

/** What every row meets that is asked for, and some others do; null where SQLite cannot tell. */
function sqlOf({ isNot, any }: Condition): {
  readonly text: string;
  readonly values: readonly (string | number)[];
} | null {
  const parts = any.flatMap(({ sql }) => sql ?? []);
  if (parts.length < any.length || (isNot && !any.every(({ isSqlExact }) => isSqlExact))) return null;
  const text = `(${parts.map((part) => part.text).join(' OR ')})`;
  return { text: isNot ? `NOT coalesce(${text}, 0)` : text, values: parts.flatMap(({ values }) => values) };
}
