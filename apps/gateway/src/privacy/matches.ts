// Whether a query finds one call that is at hand: the same comparisons that searching makes, without a search. Pure.
import { type Condition, conditionsOf } from '../search/conditions.ts';
import { isMetBy, isMetByRow } from '../search/met.ts';
import type { CallQuery } from '../search/query.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import type { Row } from '../store/types.ts';

type Stretch = Pick<CallQuery, 'from' | 'to'>;

export const isFoundBy = (query: CallQuery, call: CallRecord): boolean =>
  isWithin(query, call.startedAt) && isMetBy(conditionsOf(query), call);

/** The same for a row as the index has it. */
export const isRowFoundBy = (query: CallQuery, row: Row): boolean =>
  isWithin(query, Number(row['started_at'])) && isMetByRow(conditionsOf(query), row);

/** The same for a row of which these columns say nothing any more, whatever is in them. */
export function isRowFoundWithout(query: CallQuery, row: Row, lost: ReadonlySet<string>): boolean | 'untold' {
  if (!isWithin(query, Number(row['started_at']))) return false;
  const met = conditionsOf(query).map((condition) => isMetWithout(condition, row, lost));
  if (met.includes(false)) return false;
  return met.includes('untold') ? 'untold' : true;
}

/** One alternative that holds decides, whatever the others would say; of what is lost nobody knows that it does not hold. */
function isMetWithout({ isNot, any }: Condition, row: Row, lost: ReadonlySet<string>): boolean | 'untold' {
  const left = any.filter(({ columns }) => !columns.some((column) => lost.has(column)));
  if (isMetByRow([{ isNot: false, any: left }], row)) return !isNot;
  return left.length < any.length ? 'untold' : isNot;
}

const isWithin = ({ from, to }: Stretch, startedAt: number): boolean =>
  (from === undefined || startedAt >= from) && (to === undefined || startedAt < to);
