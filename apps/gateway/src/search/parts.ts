// Where the terms of a facet lie on disk. A facet with many different terms is cut into parts by the lowest bits of the
// term, so that a search reads little more than what it looks for.
import { LISTED, type Listed, NAMED, type Named } from './facets.ts';
import type { Lists } from './postings.ts';

/** Powers of two; one where a facet is not named here. */
const PARTS: Partial<Readonly<Record<Listed, number>>> = {
  trace: 16,
  chain: 8,
  subject: 8,
  resource: 4,
  agent: 2,
  actor: 2,
  text: 32,
};

const partsOf = (facet: Listed): number => PARTS[facet] ?? 1;

const before = (at: number): number => LISTED.slice(0, at).reduce((sum, facet) => sum + partsOf(facet), 0);

const FIRST_PART: ReadonlyMap<Listed, number> = new Map(LISTED.map((facet, at) => [facet, before(at)]));
/** Behind all lists. */
const FIRST_NAMES = before(LISTED.length);

export const MOST_SEGMENTS = 2 ** 32;

const firstOf = (facet: Listed): number => FIRST_PART.get(facet) ?? 0;

/** The place of the part that has a term, as the key of `call_index`. */
export function placeOfTerm(facet: Listed, term: number, segment: number): number {
  return (firstOf(facet) + (term & (partsOf(facet) - 1))) * MOST_SEGMENTS + segment;
}

/** The places of all parts of a facet. */
export function placesOf(facet: Listed, segment: number): readonly number[] {
  return Array.from(
    { length: partsOf(facet) },
    (_, part) => (firstOf(facet) + part) * MOST_SEGMENTS + segment,
  );
}

/** Where the names of a facet are. */
export const placeOfNames = (facet: Named, segment: number): number =>
  (FIRST_NAMES + NAMED.indexOf(facet)) * MOST_SEGMENTS + segment;

/** All places of a segment. */
export const placesIn = (segment: number): readonly number[] => [
  ...LISTED.flatMap((facet) => placesOf(facet, segment)),
  ...NAMED.map((facet) => placeOfNames(facet, segment)),
];

/** Whether an index from before may lack it: without it calls are looked at one by one. */
export const isLater = (place: number): boolean => place >= firstOf('took') * MOST_SEGMENTS;

/** Lists by the part that each belongs in. */
export function splitByPart(facet: Listed, lists: Lists): readonly Lists[] {
  const parts = Array.from({ length: partsOf(facet) }, (): Lists => new Map());
  for (const [term, list] of lists) parts[term & (partsOf(facet) - 1)]?.set(term, list);
  return parts;
}

/** Those of some terms that belong in one part. */
export function partTerms(facet: Listed, terms: ReadonlySet<number>, part: number): ReadonlySet<number> {
  return new Set([...terms].filter((term) => (term & (partsOf(facet) - 1)) === part));
}

export const segmentOf = (place: number): number => place % MOST_SEGMENTS;
