// What the address of the calls page says, besides the call that is open: nothing is refused, unknown members are dropped.
import { wordIn } from '../../../ui/word-in.ts';
import { readColumns } from './columns.ts';
import { type Range, readRange } from './range.ts';

export interface CallsSearch extends Range {
  /** The query, as the query bar has it. */
  readonly q?: string;
  /** The columns of the list, with commas between; absent: the usual ones. */
  readonly columns?: string;
}

export function readCallsSearch(search: Readonly<Record<string, unknown>>): CallsSearch {
  const q = wordIn(search['q']);
  const columns = readColumns(search['columns']);
  return {
    ...(q === undefined ? {} : { q }),
    ...readRange(search),
    ...(columns === undefined ? {} : { columns }),
  };
}
