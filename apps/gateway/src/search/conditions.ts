// What a query asks of each call, as conditions that can be compared with a row, looked up in the index and put to SQLite.
import { type CallTest, type Cells, isTest } from './call-tests.ts';
import { testOf } from './clause-tests.ts';
import { FACETS } from './facets.ts';
import { EACH, type Key } from './language/keys.ts';
import type { Clause, Query, Test } from './language/types.ts';
import type { CallQuery } from './query.ts';

/** Holds for a call for which any of the tests holds; turned round by `isNot`. */
export interface Condition {
  readonly isNot: boolean;
  readonly any: readonly CallTest[];
}

/** All that a query asks for but its stretch of time. */
export function conditionsOf({ asked = [], ...query }: CallQuery): readonly Condition[] {
  const plain = FACETS.flatMap((facet): readonly Condition[] => {
    const value = query[facet];
    return value === undefined ? [] : [{ isNot: false, any: [isTest(facet, value)] }];
  });
  return [...plain, ...conditionsAsked(asked)];
}

/** The same for what was asked in the language of queries. */
export function conditionsAsked(asked: Query): readonly Condition[] {
  const [wanted, others]: [Map<Key, Test[]>, Clause[]] = [new Map(), []];
  const texts = new Set<string>();
  for (const clause of asked) {
    const [test, ...more] = clause.tests;
    if (clause.how === 'wanted' && more.length === 0 && test.key === 'text') texts.add(test.value);
    else if (clause.how !== 'wanted' || more.length > 0 || EACH.has(test.key)) others.push(clause);
    else wanted.set(test.key, [...(wanted.get(test.key) ?? []), test]);
  }
  // All words are looked for together, each once: they are compared with every row that is left.
  if (texts.size > 0) wanted.set('text', [{ key: 'text', value: [...texts].join(' '), isPrefix: false }]);
  // What is likely to be rare first, however it was typed: where nothing is left, nothing more is looked up.
  const rarest = [...wanted].sort(([a], [b]) => rankOf(a) - rankOf(b));
  return [
    ...rarest.map(([, tests]) => ({ isNot: false, any: tests.map(testOf) })),
    ...others.map(({ how, tests }) => ({ isNot: how === 'unwanted', any: tests.map(testOf) })),
  ];
}

const rankOf = (key: Key): number => {
  const at = FACETS.findIndex(
    (facet) => facet === (key === 'server' ? 'upstream' : key === 'tool' ? 'resource' : key),
  );
  return at < 0 ? FACETS.length : at;
};

/** The columns of a row that conditions compare, in the order in which `meets` takes their cells. */
export const columnsOfConditions = (conditions: readonly Condition[]): readonly string[] =>
  conditions.flatMap(({ any }) => any.flatMap(({ columns }) => columns));

/** Whether a row is asked for: the values themselves are compared, not their terms. */
export function meets(conditions: readonly Condition[], cells: Cells): boolean {
  let at = 0;
  return conditions.every(({ isNot, any }) => {
    let isAny = false;
    for (const test of any) {
      const own = cells.slice(at, at + test.columns.length);
      at += test.columns.length;
      isAny ||= test.holds(own);
    }
    return isAny !== isNot;
  });
}
