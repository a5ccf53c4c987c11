// Whether a query finds one call that is at hand: the same comparisons that searching makes, without a search. Pure.
import { columnsOf, FACETS, holds } from '../search/facets.ts';
import type { CallQuery } from '../search/query.ts';
import type { CallRecord } from '../store/readers/calls.ts';

export function isFoundBy(query: CallQuery, call: CallRecord): boolean {
  if (query.from !== undefined && call.startedAt < query.from) return false;
  if (query.to !== undefined && call.startedAt >= query.to) return false;
  return FACETS.every((facet) => {
    const wanted = query[facet];
    return (
      wanted === undefined ||
      holds(
        facet,
        columnsOf(facet).map((column) => cellOf(column, call)),
        wanted,
      )
    );
  });
}

function cellOf(column: string, call: CallRecord): string | null {
  const member = column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const value = Object.hasOwn(call, member) ? call[member as keyof CallRecord] : null;
  if (Array.isArray(value)) return JSON.stringify(value);
  return typeof value === 'string' ? value : null;
}
