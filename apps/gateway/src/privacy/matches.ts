// Whether a query finds one call that is at hand: the same comparisons that searching makes, without a search. Pure.
import { columnsOfConditions, conditionsOf, meets } from '../search/conditions.ts';
import type { CallQuery } from '../search/query.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import type { Row } from '../store/types.ts';

export function isFoundBy(query: CallQuery, call: CallRecord): boolean {
  return isFound(query, call.startedAt, (column) => cellOf(column, call));
}

/** The same for a row as the index has it. */
export function isRowFoundBy(query: CallQuery, row: Row): boolean {
  return isFound(query, Number(row['started_at']), (column) => {
    const cell = row[column];
    return typeof cell === 'string' || typeof cell === 'number' ? cell : null;
  });
}

function isFound(query: CallQuery, startedAt: number, cell: (column: string) => Cell): boolean {
  if (query.from !== undefined && startedAt < query.from) return false;
  if (query.to !== undefined && startedAt >= query.to) return false;
  const conditions = conditionsOf(query);
  return meets(conditions, columnsOfConditions(conditions).map(cell));
}

type Cell = string | number | null;

function cellOf(column: string, call: CallRecord): Cell {
  const member = column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const value = Object.hasOwn(call, member) ? call[member as keyof CallRecord] : null;
  if (Array.isArray(value)) return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
