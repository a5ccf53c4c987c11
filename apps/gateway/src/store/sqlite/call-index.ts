// Keeps `call_index` what the rows of `calls` say: packs the older calls segment by segment, and writes anew what a packed
// call stands under when it changes. Runs inside the transaction that changes the rows, and keeps no state of its own
// that a rollback would leave behind.
import type Database from 'better-sqlite3';
import { columnsOf, FACETS, type Facet, facetsOf, termsOfCell, termsOfRow } from '../../search/facets.ts';
import { partTerms, placesOf, segmentOf, splitByPart } from '../../search/parts.ts';
import { addPlace, type Lists, pack, type Packed, repack, SEGMENT } from '../../search/postings.ts';

type Cells = readonly (string | null)[];

export interface CallIndex {
  /** After columns of the call at `seq` changed. */
  changed(seq: number, columns: Iterable<string>): void;
  /** After columns of many calls of a segment changed: makes what depends on them anew from the rows. */
  refresh(segment: number, columns: Iterable<string>): void;
  /** Packs a part of what has become old enough, some milliseconds' worth; to be called once in each transaction. */
  packSome(): void;
  /** Packs all of it. */
  packAll(): void;
}

/** What is packed in one step, so that no commit waits for a whole segment. The last facet is in the last step. */
const STEPS: readonly (readonly Facet[])[] = [
  ['trace', 'approval', 'chain'],
  ['subject', 'agent', 'actor', 'owner', 'team'],
  ['text'],
  ['resource', 'upstream', 'policy', 'label'],
  ['reason', 'outcome', 'operation', 'state', 'decision', 'protocol'],
];
const LAST = 'protocol' satisfies Facet;
/** Calls beyond those that wait anyway: then packing has fallen behind, and is not put off any more. */
const BACKLOG = SEGMENT / 2;
/** Worth remembering within a segment: all but what differs from call to call. */
const REPEATED = (column: string): boolean => column !== 'sentence' && column !== 'trace_id';

/** The first place that is not packed: the newest calls are left until nearly all of them have ended. */
export function packedPlaces(db: Database.Database): () => number {
  const last = db
    .prepare<[number], number | null>('SELECT max(place) FROM call_index WHERE place >= ?')
    .pluck();
  const [first = 0] = placesOf(LAST, 0);
  // Calls before were archived: their segments are gone, and are never packed again.
  const firstCall = db.prepare<[], number>('SELECT first_call FROM log_head').pluck();
  return () => {
    const place = last.get(first) ?? null;
    return place === null
      ? Math.floor((firstCall.get() ?? 0) / SEGMENT) * SEGMENT
      : (segmentOf(place) + 1) * SEGMENT;
  };
}

interface Part {
  readonly place: number;
  readonly packed: Packed;
}

/** What the index has to be for some facets of a segment, by the rows as they are. */
export function createPacker(
  db: Database.Database,
): (facets: readonly Facet[], segment: number) => readonly Part[] {
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
      const lists = splitByPart(facet, listsOf(facet, columns, rows, segment * SEGMENT));
      return placesOf(facet, segment).map((place, part) => ({
        place,
        packed: pack(lists[part] ?? new Map()),
      }));
    });
  };
}

export function createCallIndex(db: Database.Database): CallIndex {
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  const packedTo = packedPlaces(db);
  const packer = createPacker(db);
  const read = db.prepare<[number], Packed>('SELECT terms, lists FROM call_index WHERE place = ?');
  const isThere = db.prepare<[number], number>('SELECT 1 FROM call_index WHERE place = ?').pluck();
  const write = db.prepare(
    `INSERT INTO call_index (place, terms, lists) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET terms = excluded.terms, lists = excluded.lists`,
  );
  const isPacked = (facet: Facet, segment: number): boolean =>
    isThere.get(placesOf(facet, segment)[0] ?? 0) !== undefined;
  const rowOf = FACETS.map((facet) =>
    db.prepare<[number], Cells>(`SELECT ${columnsOf(facet).join(', ')} FROM calls WHERE seq = ?`).raw(),
  );
  function packFacets(facets: readonly Facet[], segment: number): void {
    for (const { place, packed } of packer(facets, segment)) write.run(place, packed.terms, packed.lists);
  }

  /** The first step of a segment that was not done yet. */
  const nextStep = (segment: number): readonly Facet[] | undefined =>
    STEPS.find(([first]) => first !== undefined && !isPacked(first, segment));

  function packNext(count: number): void {
    const step = nextStep(packedTo() / SEGMENT);
    if (step !== undefined && count >= packedTo() + 2 * SEGMENT) packFacets(step, packedTo() / SEGMENT);
  }

  const countCalls = (): number => (newest.get() ?? -1) + 1;

  return {
    changed(seq, columns) {
      const segment = Math.floor(seq / SEGMENT);
      // The facet of the first step: without it nothing of the segment is packed.
      if (!isPacked('trace', segment)) return;
      for (const facet of facetsOf(columns)) {
        const cells = rowOf[FACETS.indexOf(facet)]?.get(seq);
        if (cells === undefined || !isPacked(facet, segment)) continue;
        const terms = termsOfRow(facet, cells);
        for (const [part, place] of placesOf(facet, segment).entries()) {
          const packed = read.get(place);
          if (packed === undefined) continue;
          const anew = repack(packed, seq % SEGMENT, partTerms(facet, terms, part));
          if (anew !== null) write.run(place, anew.terms, anew.lists);
        }
      }
    },
    refresh(segment, columns) {
      const due = facetsOf(columns).filter((facet) => isPacked(facet, segment));
      if (due.length > 0) packFacets(due, segment);
    },
    packSome() {
      const count = countCalls();
      packNext(count);
      while (count >= packedTo() + 2 * SEGMENT + BACKLOG) packNext(count);
    },
    packAll() {
      const count = countCalls();
      while (count >= packedTo() + 2 * SEGMENT) packNext(count);
    },
  };
}

function listsOf(
  facet: Facet,
  columns: readonly string[],
  rows: readonly (readonly [number, ...Cells])[],
  first: number,
): Lists {
  const lists: Lists = new Map();
  const parts = columnsOf(facet).map((column, place) => ({
    place,
    at: columns.indexOf(column) + 1,
    known: REPEATED(column) ? new Map<string, readonly number[]>() : null,
  }));
  for (const row of rows) {
    for (const { place, at, known } of parts) {
      const cell = row[at];
      if (typeof cell !== 'string') continue;
      let terms = known?.get(cell);
      if (terms === undefined) {
        terms = termsOfCell(facet, place, cell);
        known?.set(cell, terms);
      }
      for (const term of terms) addPlace(lists, term, row[0] - first);
    }
  }
  return lists;
}
