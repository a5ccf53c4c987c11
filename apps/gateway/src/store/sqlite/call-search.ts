// Which calls a query asks for, newest first: the newest rows one by one, the packed segments by their bitmaps. Works in
// turns of some milliseconds, between which the thread serves calls.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { columnsOf, FACETS, type Facet, holds, plainColumn, termsWanted } from '../../search/facets.ts';
import { placeOfTerm } from '../../search/parts.ts';
import { type Bits, bitsOf, findList, noBits, SEGMENT } from '../../search/postings.ts';
import type { Exploration } from '../../search/explore.ts';
import { wordsOf } from '../../search/words.ts';
import { packedPlaces } from './call-index.ts';

/** Where a query is answered: calls by their places, what is not packed yet by rows, the rest by bitmaps. */
export interface Stretch {
  readonly wanted: readonly Wanted[];
  /** From the first place up to, not including, `to`; empty where they are equal. */
  readonly from: number;
  readonly to: number;
  /** The first place in it that is not packed; `from` where none is, `to` where all are. */
  readonly packed: number;
}

export interface CallSearch {
  stretch(query: Exploration, before?: number): Stretch;
  /** The first place, up to `end`, of a call that started at or after a time (milliseconds since the epoch). */
  placeOf(time: number, end: number): number;
  /**
   * The calls of a packed segment that have every term wanted, and none that is not; null where there are none. Rows are not
   * compared. Not `isWhole` where the index lacks a part: then there may be too many.
   */
  candidates(wanted: readonly Wanted[], segment: number): Candidates;
  /** Rows from `from` up to, not including, `to` that are asked for; descending. */
  rows(wanted: readonly Wanted[], from: number, to: number, limit: number): readonly number[];
  /** Places (`seq`) of the newest calls asked for, at most `limit`, before the place `before`; descending. */
  newest(
    query: Exploration,
    options: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<readonly number[]>;
  /** Those of the oldest calls asked for that came after the place `after`, at most `limit`; ascending. */
  following(
    query: Exploration,
    options: { readonly limit: number; readonly after: number },
  ): Promise<readonly number[]>;
}

export interface Candidates {
  readonly bits: Bits | null;
  readonly isWhole: boolean;
}

type Order = 'ASC' | 'DESC';

const TURN_MS = 8;

/** One of some values, or none of them. */
export interface Wanted {
  readonly facet: Facet;
  readonly values: readonly { readonly value: string; readonly terms: readonly number[] }[];
  readonly isExcluded: boolean;
}

type Cells = readonly (string | null)[];

export function createCallSearch(db: Database.Database): CallSearch {
  const newestSeq = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  // Calls before were archived.
  const oldestSeq = db.prepare<[], number | null>('SELECT min(seq) FROM calls').pluck();
  const packedTo = packedPlaces(db);
  const termsAt = db.prepare<[number], Uint8Array>('SELECT terms FROM call_index WHERE place = ?').pluck();
  // SQLite counts bytes from 1.
  const listAt = db
    .prepare<[number, number, number], Uint8Array>(
      'SELECT substr(lists, ? + 1, ?) FROM call_index WHERE place = ?',
    )
    .pluck();
  const startedFrom = db.prepare<[number], { seq: number; started_at: number }>(
    'SELECT seq, started_at FROM calls WHERE seq >= ? ORDER BY seq LIMIT 1',
  );
  const statements = new Map<string, Database.Statement>();
  const prepared = (text: string): Database.Statement => {
    let statement = statements.get(text);
    if (statement === undefined) {
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

  /** Compares rows themselves. Expects their cells in the order of `columnsWanted`. */
  function isWanted(wanted: readonly Wanted[], cells: Cells): boolean {
    let at = 0;
    return wanted.every(({ facet, values, isExcluded }) => {
      const own = cells.slice(at, at + columnsOf(facet).length);
      at += own.length;
      return values.some(({ value }) => holds(facet, own, value)) !== isExcluded;
    });
  }

  function rows(
    wanted: readonly Wanted[],
    from: number,
    to: number,
    limit: number,
    order: Order = 'DESC',
  ): number[] {
    // What SQLite can compare keeps rows from being read that are surely not asked for.
    const coarse = wanted.flatMap(coarseConditions);
    const columns = wanted.flatMap(({ facet }) => columnsOf(facet));
    const found = prepared(
      `SELECT ${['seq', ...columns].join(', ')} FROM calls
       WHERE ${['seq >= ?', 'seq < ?', ...coarse.map(({ sql }) => sql)].join(' AND ')} ORDER BY seq ${order}`,
    ).raw();
    const seqs: number[] = [];
    for (const row of found.iterate(from, to, ...coarse.flatMap(({ values }) => values))) {
      const [seq, ...cells] = row as [number, ...Cells];
      if (isWanted(wanted, cells)) seqs.push(seq);
      if (seqs.length === limit) break;
    }
    return seqs;
  }

  /** The calls of a packed segment that have every one of some terms; null where none has, undefined where nobody can say. */
  function having(facet: Facet, terms: readonly number[], segment: number): Bits | null | undefined {
    let all: Bits | null = null;
    for (const term of terms) {
      const place = placeOfTerm(facet, term, segment);
      const directory = termsAt.get(place);
      // Gone behind our back: then every call is looked at, and `log fsck` says so.
      if (directory === undefined) return undefined;
      const found = findList(directory, term);
      const list = found === null ? undefined : listAt.get(found.from, found.length, place);
      if (list === undefined) return null;
      all = all === null ? bitsOf(list) : both(all, bitsOf(list));
      if (all === null) return null;
    }
    return all;
  }

  function candidates(wanted: readonly Wanted[], segment: number): Candidates {
    let all: Bits | null = null;
    let isWhole = true;
    for (const { facet, values, isExcluded } of wanted) {
      const found = values.map(({ terms }) => having(facet, terms, segment));
      if (found.includes(undefined)) {
        isWhole = false;
        continue;
      }
      const some = found.reduce<Bits | null>(
        (sum, each) => (sum === null || each == null ? (each ?? sum) : either(sum, each)),
        null,
      );
      if (isExcluded) {
        if (some !== null) all = both(all ?? everyBit(), inverted(some));
      } else if (some === null) return { bits: null, isWhole: true };
      else all = all === null ? some : both(all, some);
      if (all === null && some !== null) return { bits: null, isWhole: true };
    }
    return { bits: all ?? everyBit(), isWhole };
  }

  function* segments(
    wanted: readonly Wanted[],
    {
      from,
      to,
      limit,
      order,
    }: { readonly from: number; readonly to: number; readonly limit: number; readonly order: Order },
  ): Generator<readonly number[], void> {
    const columns = wanted.flatMap(({ facet }) => columnsOf(facet));
    const row = prepared(`SELECT ${['seq', ...columns].join(', ')} FROM calls WHERE seq = ?`).raw();
    const [first, last] = [Math.floor(from / SEGMENT), Math.floor((to - 1) / SEGMENT)];
    let left = limit;
    for (let step = 0; step <= last - first; step += 1) {
      const start = (order === 'ASC' ? first + step : last - step) * SEGMENT;
      const { bits } = candidates(wanted, start / SEGMENT);
      const seqs: number[] = [];
      if (bits !== null) {
        const [least, most] = [Math.max(0, from - start), Math.min(SEGMENT, to - start) - 1];
        for (let at = 0; at <= most - least; at += 1) {
          const place = order === 'ASC' ? least + at : most - at;
          if ((((bits[place >> 5] ?? 0) >>> (place & 31)) & 1) === 0) continue;
          const cells = row.get(start + place) as [number, ...Cells] | undefined;
          if (cells === undefined || !isWanted(wanted, cells.slice(1) as unknown as Cells)) continue;
          seqs.push(start + place);
          left -= 1;
          if (left === 0) break;
        }
      }
      yield seqs;
      if (left === 0) return;
    }
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

  function stretch(query: Exploration, before?: number): Stretch {
    const end = Math.min((newestSeq.get() ?? -1) + 1, before ?? Number.MAX_SAFE_INTEGER);
    const oldest = oldestSeq.get() ?? 0;
    const from = query.from === undefined ? oldest : Math.max(oldest, placeOf(query.from, end));
    const to = Math.max(from, query.to === undefined ? end : Math.min(end, placeOf(query.to, end)));
    return { wanted: wantedOf(query), from, to, packed: Math.min(to, Math.max(from, packedTo())) };
  }

  return {
    stretch,
    placeOf,
    candidates,
    rows,
    async newest(query, { limit, before }) {
      const { wanted, from, to, packed } = stretch(query, before);
      const found = from >= to ? [] : rows(wanted, packed, to, limit);
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
      return [...found, ...rows(wanted, Math.max(from, packed), to, limit - found.length, 'ASC')];
    },
  };
}

function wantedOf({ any = [], not = [], ...query }: Exploration): readonly Wanted[] {
  const valueOf = (facet: Facet, value: string) => ({ value, terms: termsWanted(facet, value) });
  return FACETS.flatMap((facet): readonly Wanted[] => {
    const value = query[facet];
    const some = any.filter(({ filter }) => filter === facet);
    const none = not.filter(({ filter }) => filter === facet);
    const of = (values: readonly string[], isExcluded: boolean): readonly Wanted[] =>
      values.length === 0 ? [] : [{ facet, isExcluded, values: values.map((each) => valueOf(facet, each)) }];
    return [
      ...of(value === undefined ? [] : [value], false),
      ...of(
        some.map((each) => each.value),
        false,
      ),
      ...of(
        none.map((each) => each.value),
        true,
      ),
    ];
  });
}

/** Conditions that every row asked for meets, and some others do. */
function coarseConditions({
  facet,
  values,
  isExcluded,
}: Wanted): readonly { readonly sql: string; readonly values: readonly string[] }[] {
  const column = plainColumn(facet);
  const texts = values.map(({ value }) => value);
  if (column !== null) {
    const list = texts.map(() => '?').join(', ');
    const sql = isExcluded ? `(${column} IS NULL OR ${column} NOT IN (${list}))` : `${column} IN (${list})`;
    return [{ sql, values: texts }];
  }
  if (facet !== 'text' || isExcluded || texts.length !== 1) return [];
  const all = columnsOf(facet)
    .map((name) => `coalesce(${name}, '')`)
    .join(` || ' ' || `);
  // Letters outside ASCII have other cases and forms than SQLite knows.
  return wordsOf(texts[0] ?? '').flatMap((word) =>
    /^[a-z0-9]+$/.test(word)
      ? [{ sql: `(${all} LIKE ? OR ${all} GLOB '*[^ -~]*')`, values: [`%${word}%`] }]
      : [],
  );
}

const everyBit = (): Bits => noBits().fill(0xffffffff);

function inverted(bits: Bits): Bits {
  for (let i = 0; i < bits.length; i += 1) bits[i] = ~(bits[i] ?? 0);
  return bits;
}

function either(a: Bits, b: Bits): Bits {
  for (let i = 0; i < a.length; i += 1) a[i] = (a[i] ?? 0) | (b[i] ?? 0);
  return a;
}

/** Null where no bit is left. */
function both(a: Bits, b: Bits): Bits | null {
  let any = 0;
  for (let i = 0; i < a.length; i += 1) {
    const word = (a[i] ?? 0) & (b[i] ?? 0);
    a[i] = word;
    any |= word;
  }
  return any === 0 ? null : a;
}
