// The language in which calls are asked for, for all who read or write it: free of Node, since the console reads it, too.
export { EXAMPLES } from './help.ts';
export { type Key, keyOf, KEYS, mayBegin } from './keys.ts';
export { printClause, printQuery } from './print.ts';
export { readQuery } from './read.ts';
export type { Clause, Fault, Query, ReadQuery, Test } from './types.ts';
export { APPROVALS, wordsOf } from './values.ts';
