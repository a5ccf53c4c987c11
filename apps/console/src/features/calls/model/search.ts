// What the address of the calls page says, besides the call that is open: nothing is refused, unknown members are dropped.
import { type Range, readRange } from './range.ts';

export interface CallsSearch extends Range {
  /** The query, as the query bar has it. */
  readonly q?: string;
}

export function readCallsSearch(search: Readonly<Record<string, unknown>>): CallsSearch {
  const { q } = search;
  return { ...(typeof q === 'string' && q.trim() !== '' ? { q } : {}), ...readRange(search) };
}
