// Keeps `call_index` what the rows of `calls` say: packs the older calls segment by segment, and writes anew what a packed
// call stands under when it changes. Runs inside the transaction that changes the rows, and keeps no state of its own
// that a rollback would leave behind.
import type Database from 'better-sqlite3';
import { columnsOf, eachTerm, FACETS, type Facet, facetsOf } from '../../search/facets.ts';
import { addPlace, type Lists, pack, type Packed, repack, SEGMENT } from '../../search/postings.ts';

type Cells = (string | null)[];

export interface CallIndex {
  /** After columns of the call at `seq` changed. */
  changed(seq: number, columns: Iterable<string>): void;
  /** Packs what has become old enough; to be called once in each transaction that added calls. */
  packDue(): void;
  /** After columns of many calls of a segment changed: makes what depends on them anew from the rows. */
  refresh(segment: number, columns: Iterable<string>): void;
}

/**
 * How many segments are packed when there are so many calls: the newest are left until nearly all of them have ended, so
 * that they need not be packed twice.
 */
export function packedSegments(calls: number): number {
  return Math.max(0, Math.floor(calls / SEGMENT) - 1);
}

export function createCallIndex(db: Database.Database): CallIndex {
  const isPacked = db
    .prepare<[number], number>('SELECT 1 FROM call_index WHERE facet = 0 AND segment = ?')
    .pluck();
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  const packedTo = db
    .prepare<[], number | null>('SELECT max(segment) FROM call_index WHERE facet = 0')
    .pluck();
  const read = db.prepare<[number, number], Packed>(
    'SELECT terms, lists FROM call_index WHERE facet = ? AND segment = ?',
  );
  const write = db.prepare(
    `INSERT INTO call_index (facet, segment, terms, lists) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET terms = excluded.terms, lists = excluded.lists`,
  );
  const rowsOf = FACETS.map((facet) =>
    db
      .prepare<[number, number], [number, ...Cells]>(
        `SELECT seq, ${columnsOf(facet).join(', ')} FROM calls WHERE seq >= ? AND seq < ? ORDER BY seq`,
      )
      .raw(),
  );
  const rowOf = FACETS.map((facet) =>
    db.prepare<[number], Cells>(`SELECT ${columnsOf(facet).join(', ')} FROM calls WHERE seq = ?`).raw(),
  );

  function packFacet(facet: Facet, number: number, segment: number): void {
    const first = segment * SEGMENT;
    const packed = pack(listsOf(facet, rowsOf[number]?.iterate(first, first + SEGMENT) ?? [], first));
    write.run(number, segment, packed.terms, packed.lists);
  }

  function packSegment(segment: number): void {
    for (const [number, facet] of FACETS.entries()) packFacet(facet, number, segment);
  }

  return {
    changed(seq, columns) {
      const segment = Math.floor(seq / SEGMENT);
      if (isPacked.get(segment) === undefined) return;
      for (const facet of facetsOf(columns)) {
        const number = FACETS.indexOf(facet);
        const packed = read.get(number, segment);
        const cells = rowOf[number]?.get(seq);
        if (packed === undefined || cells === undefined) continue;
        const terms = new Set<number>();
        eachTerm(facet, cells, (term) => terms.add(term));
        const anew = repack(packed, seq % SEGMENT, terms);
        write.run(number, segment, anew.terms, anew.lists);
      }
    },
    packDue() {
      const due = packedSegments((newest.get() ?? -1) + 1);
      for (let segment = (packedTo.get() ?? -1) + 1; segment < due; segment += 1) packSegment(segment);
    },
    refresh(segment, columns) {
      if (isPacked.get(segment) === undefined) return;
      for (const facet of facetsOf(columns)) packFacet(facet, FACETS.indexOf(facet), segment);
    },
  };
}

function listsOf(facet: Facet, rows: Iterable<readonly [number, ...Cells]>, first: number): Lists {
  const lists: Lists = new Map();
  // Consecutive calls repeat most of what they say.
  const known = new Map<string, readonly number[]>();
  for (const [seq, ...cells] of rows) {
    const place = seq - first;
    const [only] = cells;
    const key = cells.length === 1 ? (only ?? null) : null;
    let terms = key === null ? undefined : known.get(key);
    if (terms === undefined) {
      const found: number[] = [];
      eachTerm(facet, cells, (term) => found.push(term));
      terms = found;
      if (key !== null) known.set(key, terms);
    }
    for (const term of terms) addPlace(lists, term, place);
  }
  return lists;
}
