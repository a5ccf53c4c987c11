// Which calls of a packed segment can be what is asked for, and which surely are, by the lists of the index.
import type Database from 'better-sqlite3';
import type { CallTest } from '../../search/call-tests.ts';
import type { Condition } from '../../search/conditions.ts';
import { placeOfTerm } from '../../search/parts.ts';
import { type Bits, bitsOf, findList, noBits } from '../../search/postings.ts';

export interface Candidates {
  /** No call that is asked for is missing; the rows have to be compared. */
  readonly candidates: (wanted: readonly Condition[], segment: number) => Bits | 'none';
  /** Those asked for, told by their terms alone; `unknown` where those do not tell. */
  readonly counted: (wanted: readonly Condition[], segment: number) => Bits | 'none' | 'unknown';
}

export function createCandidates(db: Database.Database): Candidates {
  const termsAt = db.prepare<[number], Uint8Array>('SELECT terms FROM call_index WHERE place = ?').pluck();
  // SQLite counts bytes from 1.
  const listAt = db
    .prepare<[number, number, number], Uint8Array>(
      'SELECT substr(lists, ? + 1, ?) FROM call_index WHERE place = ?',
    )
    .pluck();

  /** Null where the index cannot tell. */
  function ofTest({ terms }: CallTest, segment: number): Bits | null {
    if (terms === null) return null;
    const any = noBits();
    for (const alternative of terms) {
      let all: Bits | null = null;
      let isEmpty = false;
      for (const { facet, term } of alternative) {
        const place = placeOfTerm(facet, term, segment);
        const directory = termsAt.get(place);
        // Gone behind our back: then every call is looked at, and `log fsck` says so.
        if (directory === undefined) return null;
        const found = findList(directory, term);
        const list = found === null ? undefined : listAt.get(found.from, found.length, place);
        isEmpty = list === undefined;
        if (list === undefined) break;
        const bits = bitsOf(list);
        if (all !== null) intersect(bits, all);
        all = bits;
      }
      if (isEmpty) continue;
      if (all === null) return any.fill(0xffffffff);
      for (let i = 0; i < any.length; i += 1) any[i] = (any[i] ?? 0) | (all[i] ?? 0);
    }
    return any;
  }

  /** Null where the index cannot tell. `isSure`: what its terms find is taken for what is asked for. */
  function ofCondition({ isNot, any }: Condition, segment: number, isSure: boolean): Bits | null {
    // SECURITY: a call must not be hidden by somebody who gives another name the same term: what is asked not to be is left
    // out by the index only where that cannot be.
    const isUsable = ({ isTold, isClosed }: CallTest): boolean =>
      isSure ? isTold : !isNot || (isTold && isClosed);
    if (!any.every(isUsable)) return null;
    const bits = noBits();
    for (const test of any) {
      const found = ofTest(test, segment);
      if (found === null) return null;
      for (let i = 0; i < bits.length; i += 1) bits[i] = (bits[i] ?? 0) | (found[i] ?? 0);
    }
    if (isNot) for (let i = 0; i < bits.length; i += 1) bits[i] = ~(bits[i] ?? 0);
    return bits;
  }

  function all(wanted: readonly Condition[], segment: number, isSure: boolean): Bits | 'none' | 'unknown' {
    const bits = noBits().fill(0xffffffff);
    let isUnknown = false;
    for (const condition of wanted) {
      const found = ofCondition(condition, segment, isSure);
      if (found === null) isUnknown = true;
      else if (!intersect(bits, found)) return 'none';
    }
    return isUnknown && isSure ? 'unknown' : bits;
  }

  return {
    candidates(wanted, segment) {
      const found = all(wanted, segment, false);
      return found === 'unknown' ? noBits().fill(0xffffffff) : found;
    },
    counted: (wanted, segment) => all(wanted, segment, true),
  };
}

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
