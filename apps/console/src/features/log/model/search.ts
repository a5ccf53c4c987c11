// The search of the list of entries as the router reads it: a word. Which kinds there are is known where the list is drawn.

export interface EntriesSearch {
  readonly kind?: string;
}

export function readEntriesSearch(search: Readonly<Record<string, unknown>>): EntriesSearch {
  const { kind } = search;
  return typeof kind === 'string' && /^[a-z_.]{1,40}$/.test(kind) ? { kind } : {};
}
