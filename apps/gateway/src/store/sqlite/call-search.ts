// Which calls a query asks for, newest first: the newest rows one by one, the packed segments by their bitmaps. Works in
// turns of some milliseconds, between which the thread serves calls.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { columnsOf, FACETS, type Facet, holds, plainColumn, termsWanted } from '../../search/facets.ts';
import { placeOfTerm } from '../../search/parts.ts';
import { type Bits, bitsOf, findList, noBits, SEGMENT } from '../../search/postings.ts';
import type { CallQuery } from '../../search/query.ts';
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
  stretch(query: CallQuery, before?: number): Stretch;
  /** The first place, up to `end`, of a call that started at or after a time (milliseconds since the epoch). */
  placeOf(time: number, end: number): number;
  /** The calls of a packed segment that have every term wanted; null where none has. Rows are not compared. */
  candidates(wanted: readonly Wanted[], segment: number): Bits | null;
  /** Rows from `from` up to, not including, `to` that are asked for; descending. */
  rows(wanted: readonly Wanted[], from: number, to: number, limit: number): readonly number[];
  /** Places (`seq`) of the newest calls asked for, at most `limit`, before the place `before`; descending. */
  newest(
    query: CallQuery,
    options: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<readonly number[]>;
}

const TURN_MS = 8;

export interface Wanted {
  readonly facet: Facet;
  readonly value: string;
  readonly terms: readonly number[];
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
    return wanted.every(({ facet, value }) => {
      const count = columnsOf(facet).length;
      const isHeld = holds(facet, cells.slice(at, at + count), value);
      at += count;
      return isHeld;
    });
  }

  /** Rows from `from` up to, not including, `to` that are asked for; descending. */
  function rows(wanted: readonly Wanted[], from: number, to: number, limit: number): number[] {
    // What SQLite can compare keeps rows from being read that are surely not asked for.
    const coarse = wanted.flatMap(coarseConditions);
    const columns = wanted.flatMap(({ facet }) => columnsOf(facet));
    const found = prepared(
      `SELECT ${['seq', ...columns].join(', ')} FROM calls
       WHERE ${['seq >= ?', 'seq < ?', ...coarse.map(({ sql }) => sql)].join(' AND ')} ORDER BY seq DESC`,
    ).raw();
    const seqs: number[] = [];
    for (const row of found.iterate(from, to, ...coarse.map(({ value }) => value))) {
      const [seq, ...cells] = row as [number, ...Cells];
      if (isWanted(wanted, cells)) seqs.push(seq);
      if (seqs.length === limit) break;
    }
    return seqs;
  }

  /** The calls of a packed segment that have every term wanted; null where none has. */
  function candidates(wanted: readonly Wanted[], segment: number): Bits | null {
    let all: Bits | null = null;
    for (const { facet, terms } of wanted) {
      for (const term of terms) {
        const place = placeOfTerm(facet, term, segment);
        const directory = termsAt.get(place);
        // Gone behind our back: then every call is looked at, and `log fsck` says so.
        if (directory === undefined) continue;
        const found = findList(directory, term);
        const list = found === null ? undefined : listAt.get(found.from, found.length, place);
        if (list === undefined) return null;
        all = all === null ? bitsOf(list) : both(all, bitsOf(list));
        if (all === null) return null;
      }
    }
    return all ?? noBits().fill(0xffffffff);
  }

  function* segments(
    wanted: readonly Wanted[],
    from: number,
    to: number,
    limit: number,
  ): Generator<readonly number[], void> {
    const columns = wanted.flatMap(({ facet }) => columnsOf(facet));
    const row = prepared(`SELECT ${['seq', ...columns].join(', ')} FROM calls WHERE seq = ?`).raw();
    let left = limit;
    for (let segment = Math.floor((to - 1) / SEGMENT); segment >= Math.floor(from / SEGMENT); segment -= 1) {
      const bits = candidates(wanted, segment);
      const seqs: number[] = [];
      if (bits !== null) {
        const first = segment * SEGMENT;
        for (let place = Math.min(SEGMENT, to - first) - 1; place >= Math.max(0, from - first); place -= 1) {
          if ((((bits[place >> 5] ?? 0) >>> (place & 31)) & 1) === 0) continue;
          const cells = row.get(first + place) as [number, ...Cells] | undefined;
          if (cells === undefined || !isWanted(wanted, cells.slice(1) as unknown as Cells)) continue;
          seqs.push(first + place);
          left -= 1;
          if (left === 0) break;
        }
      }
      yield seqs;
      if (left === 0) return;
    }
  }

  function stretch(query: CallQuery, before?: number): Stretch {
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

      let turnEnds = performance.now() + TURN_MS;
      for (const seqs of segments(wanted, from, packed, limit - found.length)) {
        found.push(...seqs);
        if (performance.now() < turnEnds) continue;
        await nextTurn();
        turnEnds = performance.now() + TURN_MS;
      }
      return found;
    },
  };
}

function wantedOf(query: CallQuery): readonly Wanted[] {
  return FACETS.flatMap((facet) => {
    const value = query[facet];
    return value === undefined ? [] : [{ facet, value, terms: termsWanted(facet, value) }];
  });
}

/** Conditions that every row asked for meets, and some others do. */
function coarseConditions({
  facet,
  value,
}: Wanted): readonly { readonly sql: string; readonly value: string }[] {
  const column = plainColumn(facet);
  if (column !== null) return [{ sql: `${column} = ?`, value }];
  if (facet !== 'text') return [];
  const all = columnsOf(facet)
    .map((name) => `coalesce(${name}, '')`)
    .join(` || ' ' || `);
  // Letters outside ASCII have other cases and forms than SQLite knows.
  return wordsOf(value).flatMap((word) =>
    /^[a-z0-9]+$/.test(word)
      ? [{ sql: `(${all} LIKE ? OR ${all} GLOB '*[^ -~]*')`, value: `%${word}%` }]
      : [],
  );
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
