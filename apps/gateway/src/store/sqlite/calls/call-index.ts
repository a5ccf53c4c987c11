// Keeps `call_index` what the rows of `calls` say: packs the older calls segment by segment, and writes anew what a packed
// call stands under when it changes. Runs inside the transaction that changes the rows; what another thread packs is stored only
// when nothing it was made of has changed meanwhile.
import { equalBytes } from '@countersign/audit';
import type Database from 'better-sqlite3';
import {
  columnsOf,
  isNamed,
  LISTED,
  type Listed,
  listedOf,
  type Named,
  termsOfCell,
  termsOfRow,
  valuesOf,
} from '../../../search/facets.ts';
import { packNames } from '../../../search/names.ts';
import {
  MOST_SEGMENTS,
  partTerms,
  placeOfNames,
  placesOf,
  segmentOf,
  splitByPart,
} from '../../../search/parts.ts';
import { addPlace, type Lists, pack, type Packed, repack, SEGMENT } from '../../../search/postings.ts';

type Cells = readonly (string | number | null)[];

/** Some facets of a segment. */
export interface PackAsk {
  readonly facets: readonly Listed[];
  readonly segment: number;
}

export interface CallIndex {
  /** After columns of the call at `seq` changed. */
  changed(seq: number, columns: Iterable<string>): void;
  /** After columns of many calls of a segment changed: makes what depends on them anew from the rows. */
  refresh(segment: number, columns: Iterable<string>): void;
  /** Packs a part of what has become old enough, some milliseconds' worth; once in each transaction, before it changes rows. */
  packSome(): void;
  /** What is being packed elsewhere is not to be stored: rows were changed that this was not told of. */
  dismiss(): void;
  /** Packs all of it. */
  packAll(): void;
}

/** What is packed in one step, so that no commit waits for a whole segment. The last facet is in the last step. */
const STEPS: readonly (readonly Listed[])[] = [
  ['trace', 'approval', 'chain'],
  ['subject', 'agent', 'actor', 'owner', 'team'],
  ['text'],
  ['resource', 'upstream', 'policy', 'label'],
  ['reason', 'outcome', 'operation', 'state', 'decision', 'took', 'protocol'],
];
const LAST = 'protocol' satisfies Listed;
/** Calls beyond those that wait anyway: then packing has fallen behind, and is not put off any more. */
const BACKLOG = SEGMENT / 2;
/** Worth remembering within a segment: all but what differs from call to call. */
const REPEATED = (column: string): boolean => !['sentence', 'trace_id', 'duration_us'].includes(column);

/** The first place that is not packed: the newest calls are left until nearly all of them have ended. */
export function packedPlaces(db: Database.Database): () => number {
  const last = db
    .prepare<[number, number], number | null>('SELECT max(place) FROM call_index WHERE place BETWEEN ? AND ?')
    .pluck();
  const [first = 0] = placesOf(LAST, 0);
  const [end = 0] = placesOf(LAST, MOST_SEGMENTS - 1);
  // Calls before were archived: their segments are gone, and are never packed again.
  const firstCall = db.prepare<[], number>('SELECT first_call FROM log_head').pluck();
  return () => {
    const place = last.get(first, end) ?? null;
    return place === null
      ? Math.floor((firstCall.get() ?? 0) / SEGMENT) * SEGMENT
      : (segmentOf(place) + 1) * SEGMENT;
  };
}

export interface Part {
  readonly place: number;
  readonly packed: Packed;
}

/** What the index has to be for some facets of a segment, by the rows as they are. */
export function createPacker(
  db: Database.Database,
): (facets: readonly Listed[], segment: number) => readonly Part[] {
  // Made when they are first needed: most connections never pack.
  const selects = new Map<string, Database.Statement<[number, number], [number, ...Cells]>>();
  function rowsOf(columns: readonly string[], segment: number): readonly (readonly [number, ...Cells])[] {
    const names = columns.join(', ');
    let select = selects.get(names);
    if (select === undefined) {
      select = db
        .prepare<[number, number], [number, ...Cells]>(
          `SELECT seq, ${names} FROM calls WHERE seq >= ? AND seq < ? ORDER BY seq`,
        )
        .raw();
      selects.set(names, select);
    }
    return select.all(segment * SEGMENT, (segment + 1) * SEGMENT);
  }
  return (facets, segment) => {
    const columns = [...new Set(facets.flatMap(columnsOf))];
    const rows = rowsOf(columns, segment);
    return facets.flatMap((facet) => {
      const { lists: all, cells } = listsOf(facet, columns, rows, segment * SEGMENT);
      const lists = splitByPart(facet, all);
      const parts = placesOf(facet, segment).map((place, part) => ({
        place,
        packed: pack(lists[part] ?? new Map()),
      }));
      if (!isNamed(facet)) return parts;
      const names = new Set(cells.flatMap((row) => valuesOf(facet, row)));
      return [...parts, { place: placeOfNames(facet, segment), packed: packNames(names) }];
    });
  };
}

/** `packElsewhere` packs by the rows that are committed, in another thread; left out: what is due is packed here. */
export function createCallIndex(
  db: Database.Database,
  packElsewhere?: (ask: PackAsk) => Promise<readonly Part[]>,
): CallIndex {
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  const packedTo = packedPlaces(db);
  const packer = createPacker(db);
  const read = db.prepare<[number], Packed>('SELECT terms, lists FROM call_index WHERE place = ?');
  const isThere = db.prepare<[number], number>('SELECT 1 FROM call_index WHERE place = ?').pluck();
  const write = db.prepare(
    `INSERT INTO call_index (place, terms, lists) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET terms = excluded.terms, lists = excluded.lists`,
  );
  const isPacked = (facet: Listed, segment: number): boolean =>
    isThere.get(placesOf(facet, segment)[0] ?? 0) !== undefined;
  const rowOf = LISTED.map((facet) =>
    db.prepare<[number], Cells>(`SELECT ${columnsOf(facet).join(', ')} FROM calls WHERE seq = ?`).raw(),
  );
  const store = (parts: readonly Part[]): void => {
    for (const { place, packed } of parts) write.run(place, packed.terms, packed.lists);
  };
  const packFacets = (facets: readonly Listed[], segment: number): void => store(packer(facets, segment));
  let asked: Asked | null = null;

  /** Whether other names may occur now. */
  function mayRename(facet: Named, segment: number, before: Packed, after: Packed): boolean {
    const isAmbiguous = read.get(placeOfNames(facet, segment))?.lists.length !== 0;
    return isAmbiguous || !equalBytes(termsIn(before), termsIn(after));
  }

  /** The first step of a segment that was not done yet. */
  const nextStep = (segment: number): readonly Listed[] | undefined =>
    STEPS.find(([first]) => first !== undefined && !isPacked(first, segment));

  function due(count: number): PackAsk | null {
    const segment = packedTo() / SEGMENT;
    const facets = nextStep(segment);
    return facets === undefined || count < packedTo() + 2 * SEGMENT ? null : { facets, segment };
  }

  function packNext(count: number): void {
    const next = due(count);
    asked = null;
    if (next !== null) packFacets(next.facets, next.segment);
  }

  /** Stores what came back, or asks for what is due. */
  function packAside(count: number, elsewhere: NonNullable<typeof packElsewhere>): void {
    if (asked?.parts != null) {
      store(asked.parts);
      asked = null;
    }
    const next = asked === null ? due(count) : null;
    if (next === null) return;
    const mine: Asked = { segment: next.segment, parts: null };
    asked = mine;
    elsewhere(next).then(
      (parts) => {
        mine.parts = parts;
      },
      () => {
        // It is asked for again; and what has waited too long is packed here, where an error counts.
        if (asked === mine) asked = null;
      },
    );
  }

  const countCalls = (): number => (newest.get() ?? -1) + 1;

  return {
    changed(seq, columns) {
      const segment = Math.floor(seq / SEGMENT);
      if (asked?.segment === segment) asked = null;
      // The facet of the first step: without it nothing of the segment is packed.
      if (!isPacked('trace', segment)) return;
      for (const facet of listedOf(columns)) {
        const cells = rowOf[LISTED.indexOf(facet)]?.get(seq);
        if (cells === undefined || !isPacked(facet, segment)) continue;
        const terms = termsOfRow(facet, cells);
        for (const [part, place] of placesOf(facet, segment).entries()) {
          const packed = read.get(place);
          if (packed === undefined) continue;
          const anew = repack(packed, seq % SEGMENT, partTerms(facet, terms, part));
          if (anew === null) continue;
          write.run(place, anew.terms, anew.lists);
          if (isNamed(facet) && mayRename(facet, segment, packed, anew)) packFacets([facet], segment);
        }
      }
    },
    refresh(segment, columns) {
      const due = listedOf(columns).filter((facet) => isPacked(facet, segment));
      if (due.length > 0) packFacets(due, segment);
    },
    packSome() {
      const count = countCalls();
      if (packElsewhere === undefined) packNext(count);
      else packAside(count, packElsewhere);
      while (count >= packedTo() + 2 * SEGMENT + BACKLOG) packNext(count);
    },
    dismiss() {
      asked = null;
    },
    packAll() {
      const count = countCalls();
      while (count >= packedTo() + 2 * SEGMENT) packNext(count);
    },
  };
}

interface Asked {
  readonly segment: number;
  /** Null as long as there is no answer. */
  parts: readonly Part[] | null;
}

/** Of the two halves of a directory, the first. */
const termsIn = ({ terms }: Packed): Uint8Array => terms.subarray(0, terms.length / 2);

/** The lists of a facet, and each different cell that they are made of, beside nothing else, at its place in a row. */
function listsOf(
  facet: Listed,
  columns: readonly string[],
  rows: readonly (readonly [number, ...Cells])[],
  first: number,
): { readonly lists: Lists; readonly cells: readonly Cells[] } {
  const lists: Lists = new Map();
  const parts = columnsOf(facet).map((column, place) => ({
    place,
    at: columns.indexOf(column) + 1,
    known: REPEATED(column) ? new Map<string | number, readonly number[]>() : null,
  }));
  for (const row of rows) {
    for (const { place, at, known } of parts) {
      const cell = row[at];
      if (cell === null || cell === undefined) continue;
      let terms = known?.get(cell);
      if (terms === undefined) {
        terms = termsOfCell(facet, place, cell);
        known?.set(cell, terms);
      }
      for (const term of terms) addPlace(lists, term, row[0] - first);
    }
  }
  const cells = parts.flatMap(({ place, known }) =>
    [...(known?.keys() ?? [])].map((cell) => [...Array.from({ length: place }, () => null), cell]),
  );
  return { lists, cells };
}
