// The one language in which calls are asked for, `outcome:denied agent:clerk tool:github/* -server:dev latency:>2s "free text"`:
// in the console's query bar, on the command line, in the admin API, for exports, erasures and legal holds. What cannot be
// read, or might be taken for something else than it says, is told with its place, never dropped (docs/query-language.md).
import { wordsOf as wordsIn } from '../words.ts';
import { EACH, type Key, keyOf, nearestKey, TIMES } from './keys.ts';
import { type Part, partsOf, type Written } from './parts.ts';
import { isApproval, isComparison, isKeyAlone, isOperator, isStray } from './print.ts';
import type { Clause, Fault, Query, ReadQuery, Test } from './types.ts';
import { checkedValue, isTaken } from './values.ts';

/** Longer than anybody types; what is asked for is compared with up to all calls. */
export const MAX_QUERY_TEXT = 2048;
const MOST_TESTS = 64;

/**
 * Where the text comes from. Everywhere it means the same; but what once meant something else in one place is refused there:
 * `where`: in a parameter of that name, both of what is named twice had to hold. `record`: in what destroys, keeps or takes
 * away calls a star, | and & were letters, a minus before words was nothing, and conditions within where: were others. What
 * is stored of such things keeps no version of its language: it is told by what could not be written before, quotation
 * marks with a sign behind or before them.
 */
export type Place = 'search' | 'where' | 'record';

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

function testOf(written: Written, sign: Part['sign'], place: Place): Test | string {
  const { name, value, isQuoted, isPrefix } = written;
  if (name === null) return wordsOf(written, sign, place);
  const key = keyOf(name);
  if (key === null) return unknownKey(name);
  if (place === 'where' && TIMES.has(key)) return 'times have parameters of their own, from and to';
  const odd = isQuoted ? null : oddValue(key, name, written, place);
  if (odd !== null) return odd;
  const checked = checkedValue(key, value, isPrefix);
  if (place === 'record' && isPrefix && isNoBeginning(key, value)) return EVERY;
  return 'fault' in checked ? checked.fault : { key, value: checked.value, isPrefix };
}

function wordsOf({ value, isQuoted, isPrefix }: Written, sign: Part['sign'], place: Place): Test | string {
  if (isPrefix || (!isQuoted && value.includes('*'))) return 'words are found whole: leave the * out';
  if (!isQuoted && isOperator(value))
    return `${value} is no operator here: whatever stands side by side has to hold, | is between alternatives, - before what is not wanted; quote it to look for the word`;
  if (!isQuoted && isComparison(value))
    return 'a key is followed by a colon: agent:a, -agent:a, latency:>2s; quote it to look for the words';
  if (!isQuoted && /^[(!]/.test(value))
    return 'there are no parentheses and no !: - stands before what is not wanted; quote it to look for the words';
  if (!isQuoted && isStray(value))
    return 'a condition begins behind a space, with one - or & before it or nothing, and has no space in it: agent:a, -agent:a; quote it to look for the words';
  if (sign === '-' && place === 'record')
    return `a - before words meant nothing here: write -text:${JSON.stringify(value)} for what does not have them`;
  const checked = checkedValue('text', value, false);
  return 'fault' in checked ? checked.fault : { key: 'text', value: checked.value, isPrefix: false };
}

/** Unquoted values that might be taken for something else than they say. */
function oddValue(key: Key, name: string, { value, isPrefix }: Written, place: Place): string | null {
  if (isPrefix && place === 'record') return starOnRecord(key, name, value);
  if ((key === 'tool' ? value.replace(/^\*\//, '') : value).includes('*'))
    return 'a * stands at the end, for whatever follows: quote one that belongs to the value';
  if (/&[A-Za-z_]+:/.test(value))
    return 'an & stands behind a space: agent:a &label:b; quote one that belongs to the value';
  if (!isPrefix && isKeyAlone(value)) return `${value} has no value: quote it where it is one`;
  if (key !== 'latency' && /^[<>=!]/.test(value))
    return `${name} is not compared: write ${name}:a or -${name}:a, and quote a sign that belongs to the value`;
  return null;
}

/** SECURITY: whoever destroys by a beginning that is none destroys everything, however much it looks like a condition. */
const isNoBeginning = (key: Key, value: string): boolean =>
  value === '' || (key === 'tool' && value === '*/');
const EVERY =
  'a * alone stands for every name, whatever it is: say how it begins, or leave it out; quote a star that is a name';

/** A star was a star: what to write now for either, as far as there is such a thing. */
function starOnRecord(key: Key, name: string, value: string): string {
  const checked = checkedValue(key, value, true);
  if ('fault' in checked) return checked.fault;
  if (isNoBeginning(key, value)) return EVERY;
  const star = `${value}*`;
  const itself = isTaken(key, star) ? `, ${name}:${JSON.stringify(star)} for the star itself` : '';
  return `write ${name}:${JSON.stringify(value)}* for whatever begins so${itself}`;
}

function unknownKey(name: string): string {
  const near = nearestKey(name);
  const advice = near === null ? '' : `did you mean ${near}? `;
  return `there is no key ${name}: ${advice}quote it to look for the words`;
}

interface Naming {
  readonly key: Key;
  /** Whether several of its values were named at once. */
  readonly isList: boolean;
}

/** What is wrong with naming a key again; null where nothing is. Remembers what is named. */
function repeated(clauses: readonly Clause[], named: Naming[], part: Part, place: Place): string | null {
  const [first] = clauses;
  if (first === undefined || first.how !== 'wanted' || first.tests.length > 1) return null;
  const [{ key, value }] = first.tests;
  const before = named.filter((naming) => naming.key === key);
  const isList = clauses.length > 1;
  const [{ name }] = part.tests;
  if (name === 'where' || part.sign === '&' || (EACH.has(key) && (key !== 'text' || name === null)))
    return null;
  named.push({ key, isList });
  if (before.length === 0) return null;
  if (TIMES.has(key)) return `${key} is said once`;
  const again = `&${key}:${JSON.stringify(value)}`;
  if (key === 'text')
    return `text: is named again: write words without it where all of them are wanted, text:a|text:b for either`;
  if (place === 'where')
    return `${key} is named again: write ${key}:a|${key}:b for either, ${again} for both at once`;
  return isList || before.some((naming) => naming.isList)
    ? `${key} is named again beside a list: put all of its values into one list with |, or write ${again} for what has to hold as well`
    : null;
}
