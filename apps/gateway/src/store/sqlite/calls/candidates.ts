// Which calls of a packed segment can be what is asked for, and which surely are, by the lists of the index.
import type Database from 'better-sqlite3';
import { type CallTest, CLOSED, type Listing } from '../../../search/call-tests.ts';
import type { Condition } from '../../../search/conditions.ts';
import { isNamed, type Listed } from '../../../search/facets.ts';
import { markOf, termsBeginning } from '../../../search/names.ts';
import { placeOfNames, placeOfTerm, placesOf } from '../../../search/parts.ts';
import { addListsOf, type Bits, bitsOf, findList, noBits, type Packed } from '../../../search/postings.ts';

/** `sure` is a part of `possible`; no call that is asked for is missing from that. */
export interface Candidates {
  readonly possible: Bits;
  readonly sure: Bits;
}

interface CandidateReader {
  /** For whoever compares the rows of what is possible. */
  candidates(wanted: readonly Condition[], segment: number): Candidates | 'none';
  /** For counting: two values that have the same term are taken for one. */
  counted(wanted: readonly Condition[], segment: number): Candidates | 'none';
}

/** What asks for names that begin so asks for few of them; for more, all lists of a part are read at once. */
const FEW_NAMES = 8;

export function createCandidates(db: Database.Database): CandidateReader {
  const partAt = db.prepare<[number], Packed>('SELECT terms, lists FROM call_index WHERE place = ?');
  const termsAt = db.prepare<[number], Uint8Array>('SELECT terms FROM call_index WHERE place = ?').pluck();
  // SQLite counts bytes from 1.
  const listAt = db
    .prepare<[number, number, number], Uint8Array>(
      'SELECT substr(lists, ? + 1, ?) FROM call_index WHERE place = ?',
    )
    .pluck();
  const isAmbiguous = db
    .prepare<[number], number>('SELECT length(lists) FROM call_index WHERE place = ?')
    .pluck();
  const namesWith = db.prepare<[Uint8Array, number], { terms: Uint8Array | null }>(
    'SELECT CASE WHEN instr(terms, ?) > 0 THEN terms END AS terms FROM call_index WHERE place = ?',
  );

  /** Of one term; null where the index cannot tell: gone behind our back. Then every call is looked at, and `log fsck` says so. */
  function ofTerm(facet: Listed, term: number, segment: number): Bits | null {
    const place = placeOfTerm(facet, term, segment);
    const directory = termsAt.get(place);
    if (directory === undefined) return null;
    const found = findList(directory, term);
    const list = found === null ? undefined : listAt.get(found.from, found.length, place);
    return list === undefined ? noBits() : bitsOf(list);
  }

  function ofTerms(facet: Listed, terms: ReadonlySet<number>, segment: number): Bits | null {
    const bits = noBits();
    if (terms.size <= FEW_NAMES) {
      for (const term of terms) {
        const found = ofTerm(facet, term, segment);
        if (found === null) return null;
        join(bits, found);
      }
      return bits;
    }
    for (const place of placesOf(facet, segment)) {
      const part = partAt.get(place);
      if (part === undefined) return null;
      addListsOf(part, (term) => terms.has(term), bits);
    }
    return bits;
  }

  function ofListing(listing: Listing, segment: number): Candidates | null {
    if ('term' in listing) return sureOrNull(ofTerm(listing.facet, listing.term, segment));
    if ('begins' in listing) {
      const { facet, begins } = listing;
      const names = namesWith.get(markOf(begins), placeOfNames(facet, segment));
      if (names === undefined) return null;
      const terms = names.terms === null ? new Set<number>() : termsBeginning(names.terms, begins);
      return sureOrNull(ofTerms(facet, terms, segment));
    }
    const { from, to, unsure } = listing;
    const [place = 0] = placesOf('took', segment);
    const part = partAt.get(place);
    if (part === undefined) return null;
    const [possible, sure] = [noBits(), noBits()];
    addListsOf(part, (term) => term >= from && term < to && term !== unsure, sure);
    possible.set(sure);
    addListsOf(part, (term) => term === unsure, possible);
    return { possible, sure };
  }

  /**
   * SECURITY: a call must not be hidden by somebody who gives another name the same term: only where no two names of the segment
   * have the same is a call under it surely one that has the name.
   */
  const isAlone = (facet: Listed, segment: number): boolean =>
    facet === 'took' ||
    CLOSED.has(facet) ||
    (isNamed(facet) && isAmbiguous.get(placeOfNames(facet, segment)) === 0);

  function ofTest({ listed, isTold }: CallTest, segment: number, isTrusting: boolean): Candidates {
    if (listed === null) return unknown();
    const any = { possible: noBits(), sure: noBits() };
    for (const alternative of listed) {
      const all = { possible: allBits(), sure: isTold ? allBits() : noBits() };
      for (const listing of alternative) {
        const found = ofListing(listing, segment);
        if (found === null) return unknown();
        const isSure = isTrusting || isAlone(listing.facet, segment);
        intersect(all.sure, isSure ? found.sure : noBits());
        if (!intersect(all.possible, found.possible)) break;
      }
      join(any.possible, all.possible);
      join(any.sure, all.sure);
    }
    return any;
  }

  function ofCondition({ isNot, any }: Condition, segment: number, isTrusting: boolean): Candidates {
    const found = { possible: noBits(), sure: noBits() };
    for (const test of any) {
      const { possible, sure } = ofTest(test, segment, isTrusting);
      join(found.possible, possible);
      join(found.sure, sure);
    }
    return isNot ? { possible: inverted(found.sure), sure: inverted(found.possible) } : found;
  }

  function all(wanted: readonly Condition[], segment: number, isTrusting: boolean): Candidates | 'none' {
    const found = { possible: allBits(), sure: allBits() };
    for (const condition of wanted) {
      const { possible, sure } = ofCondition(condition, segment, isTrusting);
      intersect(found.sure, sure);
      if (!intersect(found.possible, possible)) return 'none';
    }
    return found;
  }

  return {
    candidates: (wanted, segment) => all(wanted, segment, false),
    counted: (wanted, segment) => all(wanted, segment, true),
  };
}

const allBits = (): Bits => noBits().fill(0xffffffff);
const unknown = (): Candidates => ({ possible: allBits(), sure: noBits() });
const inverted = (bits: Bits): Bits => bits.map((word) => ~word);
const sureOrNull = (bits: Bits | null): Candidates | null =>
  bits === null ? null : { possible: bits, sure: bits };

/** Takes out of `a` what is not in `b`. False where nothing is left. */
function intersect(a: Bits, b: Bits): boolean {
  let any = 0;
  for (let i = 0; i < a.length; i += 1) {
    const word = (a[i] ?? 0) & (b[i] ?? 0);
    a[i] = word;
    any |= word;
  }
  return any !== 0;
}

/** Puts into `a` what is in `b`. */
function join(a: Bits, b: Bits): void {
  for (let i = 0; i < a.length; i += 1) a[i] = (a[i] ?? 0) | (b[i] ?? 0);
}
