// Compares what finds calls (`call_index`) with what the rows of `calls` make of it, byte for byte: a bit that was cleared
// hides a call from every search for it.
import { equalBytes } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { LISTED, type Listed } from '../../../search/facets.ts';
import { isLater } from '../../../search/parts.ts';
import { SEGMENT } from '../../../search/postings.ts';
import { createPacker, packedPlaces } from './call-index.ts';

export interface PackedFault {
  /** Key of the part in `call_index`. */
  readonly place: number;
  readonly message: string;
}

export interface PackedCheck {
  /** The segments that there are calls of, `to` not included. */
  segments(): { readonly from: number; readonly to: number };
  /** Compares some facets of one segment; `parts` is how many parts of them are stored. One snapshot. */
  compare(
    facets: readonly Listed[],
    segment: number,
  ): { readonly parts: number; readonly faults: readonly PackedFault[] };
}

/** All facets. Each costs a few milliseconds a segment. */
export const PACKED_FACETS: readonly Listed[] = LISTED;

export function createPackedCheck(db: Database.Database): PackedCheck {
  const stored = db.prepare<[number], { terms: Uint8Array; lists: Uint8Array }>(
    'SELECT terms, lists FROM call_index WHERE place = ?',
  );
  const ends = db.prepare<[], { least: number | null; most: number | null }>(
    'SELECT min(seq) AS least, max(seq) AS most FROM calls',
  );
  const pack = createPacker(db);
  const packedTo = packedPlaces(db);

  const compare = db.transaction((facets: readonly Listed[], segment: number) => {
    const faults: PackedFault[] = [];
    let parts = 0;
    for (const { place, packed } of pack(facets, segment)) {
      const part = stored.get(place);
      if (part !== undefined) parts += 1;
      // The newest segments are packed in part or not at all, and calls that are not packed are looked at one by one.
      if (part === undefined && (segment >= packedTo() / SEGMENT || isLater(place))) continue;
      if (part !== undefined && equalBytes(part.terms, packed.terms) && equalBytes(part.lists, packed.lists))
        continue;
      const what = part === undefined ? 'is missing' : 'is not what the rows make of it';
      const calls = `calls ${segment * SEGMENT} to ${(segment + 1) * SEGMENT - 1}`;
      faults.push({ place, message: `part ${place} of the index, about ${calls}, ${what}` });
    }
    return { parts, faults };
  });

  return {
    segments() {
      const { least, most } = ends.get() ?? { least: null, most: null };
      if (least === null || most === null) return { from: 0, to: 0 };
      return { from: Math.floor(least / SEGMENT), to: Math.floor(most / SEGMENT) + 1 };
    },
    compare: (facets, segment) => compare(facets, segment),
  };
}
