// Whether a query finds one call that is at hand: the same comparisons that searching makes, without a search. Pure.
import { columnsOfConditions, conditionsOf, meets } from '../search/conditions.ts';
import type { CallQuery } from '../search/query.ts';
import type { CallRecord } from '../store/readers/calls.ts';

export function isFoundBy(query: CallQuery, call: CallRecord): boolean {
  if (query.from !== undefined && call.startedAt < query.from) return false;
  if (query.to !== undefined && call.startedAt >= query.to) return false;
  const conditions = conditionsOf(query);
  return meets(
    conditions,
    columnsOfConditions(conditions).map((column) => cellOf(column, call)),
  );
}

function cellOf(column: string, call: CallRecord): string | number | null {
  const member = column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const value = Object.hasOwn(call, member) ? call[member as keyof CallRecord] : null;
  if (Array.isArray(value)) return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
