// What the address of the calls page says, besides the call that is open: nothing is refused, unknown members are dropped.
import { readColumns } from './columns.ts';
import { type Range, readRange } from './range.ts';

export interface CallsSearch extends Range {
  /** The query, as the query bar has it. */
  readonly q?: string;
  /** The columns of the list, with commas between; absent: the usual ones. */
  readonly columns?: string;
}

export function readCallsSearch(search: Readonly<Record<string, unknown>>): CallsSearch {
  const { q } = search;
  const columns = readColumns(search['columns']);
  return {
    ...(typeof q === 'string' && q.trim() !== '' ? { q } : {}),
    ...readRange(search),
    ...(columns === undefined ? {} : { columns }),
  };
}
