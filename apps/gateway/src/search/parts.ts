// Where the terms of a facet lie on disk. A facet with many different terms is cut into parts by the lowest bits of the
// term, so that a search reads little more than what it looks for.
import { FACETS, type Facet } from './facets.ts';
import type { Lists } from './postings.ts';

/** Powers of two; one where a facet is not named here. */
const PARTS: Partial<Readonly<Record<Facet, number>>> = {
  trace: 16,
  chain: 8,
  subject: 8,
  resource: 4,
  agent: 2,
  actor: 2,
  text: 32,
};

const partsOf = (facet: Facet): number => PARTS[facet] ?? 1;

const FIRST_PART: ReadonlyMap<Facet, number> = new Map(
  FACETS.map((facet, at) => [facet, FACETS.slice(0, at).reduce((sum, earlier) => sum + partsOf(earlier), 0)]),
);

const SEGMENTS = 2 ** 32;

const firstOf = (facet: Facet): number => FIRST_PART.get(facet) ?? 0;

/** The place of the part that has a term, as the key of `call_index`. */
export function placeOfTerm(facet: Facet, term: number, segment: number): number {
  return (firstOf(facet) + (term & (partsOf(facet) - 1))) * SEGMENTS + segment;
}

/** The places of all parts of a facet. */
export function placesOf(facet: Facet, segment: number): readonly number[] {
  return Array.from({ length: partsOf(facet) }, (_, part) => (firstOf(facet) + part) * SEGMENTS + segment);
}

/** Lists by the part that each belongs in. */
export function splitByPart(facet: Facet, lists: Lists): readonly Lists[] {
  const parts = Array.from({ length: partsOf(facet) }, (): Lists => new Map());
  for (const [term, list] of lists) parts[term & (partsOf(facet) - 1)]?.set(term, list);
  return parts;
}

/** Those of some terms that belong in one part. */
export function partTerms(facet: Facet, terms: ReadonlySet<number>, part: number): ReadonlySet<number> {
  return new Set([...terms].filter((term) => (term & (partsOf(facet) - 1)) === part));
}

export const segmentOf = (place: number): number => place % SEGMENTS;
