// What the address of the calls page says, besides the call that is open: nothing yet is refused, unknown members are
// dropped.
export interface CallsSearch {
  /** The query, as the query bar has it. */
  readonly q?: string;
}

export function readCallsSearch(search: Readonly<Record<string, unknown>>): CallsSearch {
  const { q } = search;
  return typeof q === 'string' && q !== '' ? { q } : {};
}
