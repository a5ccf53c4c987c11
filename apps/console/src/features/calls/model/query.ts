// A query, as the query bar and the lists of values beside the calls edit it, and as calls that come live are held against it. The
// language itself is the gateway's own: what is typed here means the same on the command line and in the API.
import {
  type Clause,
  type Key,
  printQuery,
  type Query,
  readQuery,
  type Test,
} from '@countersign/gateway/search/language';
import { conditionsAsked, isMetBy } from '@countersign/gateway/search/met';
import type { Call } from '../../../api/types.ts';
import type { Range } from './range.ts';

export {
  APPROVALS,
  type Clause,
  EXAMPLES,
  type Fault,
  type Key,
  keyOf,
  KEYS,
  mayBegin,
  printClause,
  printQuery,
  type Query,
  readQuery,
  wordsOf,
} from '@countersign/gateway/search/language';

export type Choice = 'wanted' | 'unwanted' | 'open';

/** A value of a key, or how it begins. */
export type Chosen = Test;

/** What a list of values can say: one value that is wanted or not; null for anything else. */
export const onlyTest = ({ how, tests }: Clause): Test | null =>
  how === 'also' || tests.length > 1 ? null : tests[0];

function isFor(clause: Clause, { key, value, isPrefix }: Chosen): boolean {
  const test = onlyTest(clause);
  return test?.key === key && test.value === value && test.isPrefix === isPrefix;
}

/** What a query says of one value of a key. */
export function choiceOf(query: Query, chosen: Chosen): Choice {
  const clause = query.find((each) => isFor(each, chosen));
  return clause === undefined ? 'open' : clause.how === 'unwanted' ? 'unwanted' : 'wanted';
}

/** The query with one value wanted, not wanted, or no longer spoken of. */
export function choose(query: Query, chosen: Chosen, choice: Choice): Query {
  const rest = query.filter((clause) => !isFor(clause, chosen));
  return choice === 'open' ? rest : [...rest, { how: choice, tests: [chosen] }];
}

/** Whether a clause speaks of nothing but a key. */
export const isOnlyOf = ({ tests }: Clause, key: Key): boolean => tests.every((test) => test.key === key);

/** Without what it says of a key alone: to count the values that it might have instead. */
export const without = (query: Query, key: Key): Query => query.filter((clause) => !isOnlyOf(clause, key));

/** Whether a call is one that a query without times asks for: the gateway's own comparisons. */
export function matcherOf(query: Query): (call: Call) => boolean {
  const conditions = conditionsAsked(query);
  return (call) => isMetBy(conditions, call);
}

const isTime = (clause: Clause): boolean => isOnlyOf(clause, 'from') || isOnlyOf(clause, 'to');

export const untimed = (query: Query): Query => query.filter((clause) => !isTime(clause));

/** As the API takes it, beside its times; null: nothing is asked. */
export function untimedText(query: Query): string | null {
  const text = printQuery(untimed(query));
  return text === '' ? null : text;
}

/** The times that a query says itself; RFC 3339. */
export function timesOf(query: Query): { readonly from: string | null; readonly to: string | null } {
  const of = (key: Key): string | null =>
    query.find((clause) => isOnlyOf(clause, key))?.tests[0].value ?? null;
  return { from: of('from'), to: of('to') };
}

/** Times that are typed are the chosen time from then on; what is typed beside them stays as it is. */
export function withoutTimes(text: string): { readonly whole: string; readonly times: Range | null } {
  const { query, faults } = readQuery(text);
  const { from, to } = timesOf(query);
  if (faults.length > 0 || (from === null && to === null)) return { whole: text, times: null };
  return {
    whole: printQuery(untimed(query)),
    times: { ...(from !== null && { from }), ...(to !== null && { to }) },
  };
}
