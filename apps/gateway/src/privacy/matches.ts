// Whether a query finds one call that is at hand: the same comparisons that searching makes, without a search. Pure.
import { type Condition, conditionsOf } from '../search/conditions.ts';
import { isMetByRow } from '../search/met.ts';
import type { CallQuery } from '../search/query.ts';
import type { Row } from '../store/types.ts';

/** `untold`: what says it is gone. */
export type Found = boolean | 'untold';

/** For a row as the index has it, of which the `lost` columns say nothing any more, whatever is in them. */
export function isRowFoundWithout(query: CallQuery, row: Row, lost: ReadonlySet<string>): Found {
  if (!isWithin(query, Number(row['started_at']))) return false;
  const left = Object.fromEntries(Object.entries(row).filter(([column]) => !lost.has(column)));
  const met = conditionsOf(query).map((condition) => isMetWithout(condition, left, lost));
  if (met.includes(false)) return false;
  return met.includes('untold') ? 'untold' : true;
}

/**
 * One alternative that holds decides, whatever the others would say; of what is lost nobody knows that it does not hold. What
 * holds of what is left holds of all of it: every test looks for a value, none for its absence.
 */
function isMetWithout({ isNot, any }: Condition, left: Row, lost: ReadonlySet<string>): Found {
  if (isMetByRow([{ isNot: false, any }], left)) return !isNot;
  return any.some(({ columns }) => columns.some((column) => lost.has(column))) ? 'untold' : isNot;
}

const isWithin = ({ from, to }: CallQuery, startedAt: number): boolean =>
  (from === undefined || startedAt >= from) && (to === undefined || startedAt < to);
