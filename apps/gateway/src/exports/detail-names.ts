// Every detail that an entry can have, by name. Where somebody says what may leave, an unknown name is refused: a name that
// is misspelt in "show all but this" would show it.
import { ENTRY_KINDS } from '@countersign/audit';

/** Sorted, each once. */
export const DETAIL_NAMES = [
  ...new Set(Object.values(ENTRY_KINDS).flatMap(({ commits }) => [...commits])),
].sort() as [string, ...string[]];
