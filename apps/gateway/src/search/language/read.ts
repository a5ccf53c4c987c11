// The one language in which calls are asked for, `outcome:denied agent:clerk tool:github/* -server:dev latency:>2s "free text"`:
// in the console's query bar, on the command line, in the admin API, for exports, erasures and legal holds. What cannot be
// read, or might be taken for something else than it says, is told with its place, never dropped (docs/query-language.md).
import { wordsOf as wordsIn } from '../words.ts';
import { EACH, type Key, TIMES } from './keys.ts';
import { type Naming, repeated } from './named-again.ts';
import { type Part, partsOf } from './parts.ts';
import { isApproval } from './print.ts';
import { testOf } from './test-of.ts';
import type { Clause, Fault, Place, Query, ReadQuery, Test } from './types.ts';

/** Longer than anybody types; what is asked for is compared with up to all calls. */
export const MAX_QUERY_TEXT = 2048;
const MOST_TESTS = 64;

export function readQuery(text: string, place: Place = 'search'): ReadQuery {
  if (text.length > MAX_QUERY_TEXT)
    return {
      query: [],
      faults: [{ from: 0, to: text.length, message: `it is longer than ${MAX_QUERY_TEXT} characters` }],
    };
  const query: Clause[] = [];
  const faults: Fault[] = [];
  const named: Naming[] = [];
  let count = 0;
  for (const part of partsOf(text)) {
    const { from, to } = part;
    const read = 'message' in part ? part.message : said(part, named, place);
    if (typeof read === 'string') faults.push({ from, to, message: read });
    else if (isUpsideDown([...query, ...read]))
      faults.push({ from, to, message: 'to is not after from: nothing can be between them' });
    else {
      query.push(...read);
      count += read.reduce((sum, { tests }) => sum + thingsIn(tests), 0);
    }
    if (count > MOST_TESTS) {
      const message = `it asks for more than ${MOST_TESTS} things: ask for fewer`;
      return { query, faults: [...faults, { from, to, message }] };
    }
  }
  return { query, faults };
}

/** Each word is looked for by itself; once, however often it is said at once. */
const thingsIn = (tests: readonly Test[]): number =>
  tests.reduce((sum, { key, value }) => sum + (key === 'text' ? new Set(wordsIn(value)).size : 1), 0);

/** What a part says beside those before it; what is wrong with it otherwise. */
function said(part: Part, named: Naming[], place: Place): readonly Clause[] | string {
  const clauses = clausesOf(part, place);
  return typeof clauses === 'string' ? clauses : (repeated(clauses, named, part, place) ?? clauses);
}

const timeOf = (query: Query, key: Key): number | null => {
  const found = query.find(({ tests }) => tests[0].key === key);
  return found === undefined ? null : Date.parse(found.tests[0].value);
};

/** Whether a stretch of time has no time in it. */
function isUpsideDown(query: Query): boolean {
  const [from, to] = [timeOf(query, 'from'), timeOf(query, 'to')];
  return from !== null && to !== null && from >= to;
}

function clausesOf(part: Part, place: Place): readonly Clause[] | string {
  const [{ name, value }] = part.tests;
  if (name === 'where' && place === 'record')
    return 'where: meant something else here: write what is in it without it, and an & before what has to hold beside another value of its key';
  if (name === 'where') return part.tests.length > 1 || part.sign !== '' ? NOT_WHERE : within(value, place);
  const tests: Test[] = [];
  for (const written of part.tests) {
    if (written.name === null && part.tests.length > 1)
      return 'each side of a | names its key, as in agent:a|agent:b: quote a | that belongs to a value';
    const test = testOf(written, part.sign, place);
    if (typeof test === 'string') return test;
    if (TIMES.has(test.key) && (part.tests.length > 1 || part.sign !== ''))
      return `${test.key} is said once, for all of the question: leave ${part.sign === '' ? '|' : part.sign} out`;
    tests.push(test);
  }
  const [first] = tests;
  if (first === undefined) return 'it says nothing';
  if (place === 'record' && isUnsure(part, first))
    return `unquoted, that meant something else here: write ${quotedOf(part)}`;
  const [isOne, isSame] = [tests.length === 1, tests.every(({ key }) => key === first.key)];
  const each = (how: Clause['how']): readonly Clause[] => tests.map((test) => ({ how, tests: [test] }));
  if (part.sign === '-') return each('unwanted');
  if (part.sign === '&') return isOne && EACH.has(first.key) ? each('wanted') : [clause('also', tests)];
  return isOne || (isSame && !EACH.has(first.key)) ? each('wanted') : [clause('wanted', tests)];
}

/** What was read before, as letters of a value or of words. */
const isUnsure = ({ sign, tests }: Part, first: Test): boolean =>
  (sign === '&' || tests.length > 1 || isApproval(first)) && tests.some(({ isQuoted }) => !isQuoted);

const quotedOf = ({ sign, tests }: Part): string =>
  sign +
  tests
    .map(
      ({ name, value, isPrefix }) =>
        `${name === null ? '' : `${name}:`}${JSON.stringify(value)}${isPrefix ? '*' : ''}`,
    )
    .join('|');

const clause = (how: Clause['how'], tests: readonly Test[]): Clause => ({
  how,
  tests: tests as Clause['tests'],
});

const NOT_WHERE = 'where: stands alone, without a sign before it';

/** Conditions of before, in a line of before. */
function within(text: string, place: Place): readonly Clause[] | string {
  if (place === 'where') return 'there is no key where';
  const { query, faults } = readQuery(text, 'where');
  const [fault] = faults;
  return fault === undefined ? standalone(query) : `within where: ${fault.message}`;
}

/** The same, so that it may stand beside another question whose keys it names as well: both then have to hold. */
export function standalone(query: Query): Query {
  const byKey = Map.groupBy(query, ({ how, tests }) =>
    how === 'wanted' && tests.length === 1 && !EACH.has(tests[0].key) ? tests[0].key : null,
  );
  return [...byKey].flatMap(([key, clauses]) =>
    key === null
      ? clauses
      : [
          clause(
            'also',
            clauses.flatMap(({ tests }) => tests),
          ),
        ],
  );
}
