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
  isRowMeeting(query, conditionsOf(query), row);

/** The same for some of the conditions of a query. */
export const isRowMeeting = (query: Stretch, conditions: readonly Condition[], row: Row): boolean =>
  isWithin(query, Number(row['started_at'])) && isMetByRow(conditions, row);

const isWithin = ({ from, to }: Stretch, startedAt: number): boolean =>
  (from === undefined || startedAt >= from) && (to === undefined || startedAt < to);
