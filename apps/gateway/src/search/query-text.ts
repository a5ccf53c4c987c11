// A query as one line of text, as people type it and as entries record it (docs/query-language.md).
import { faultText } from './fault-text.ts';
import { EACH, type Key, keyOf, TIMES } from './language/keys.ts';
import { printClause } from './language/print.ts';
import { readQuery } from './language/read.ts';
import type { Clause, Place, Query, Test } from './language/types.ts';
import { CALL_FILTERS, type CallQuery, type ParsedQuery, parseQuery } from './query.ts';

interface LineOptions {
  /** What the line is called where it is given. */
  readonly name?: string;
  readonly place?: Exclude<Place, 'where'>;
  /** Filters that are given beside the line, which must not name them again. */
  readonly texts?: Readonly<Record<string, string | undefined>>;
}

/** The query of a line. What cannot be understood is refused, never skipped. */
export function parseQueryText(
  line: string,
  { name = 'query', place = 'search', texts = {} }: LineOptions = {},
): ParsedQuery {
  const { query: clauses, faults } = readQuery(line, place);
  const [wrong] = faults;
  if (wrong !== undefined) return fault(name, `\`${name}\` ${faultText(line, wrong)}`);
  const given = Object.entries(texts).flatMap(([filter, value]) => (value === undefined ? [] : [filter]));
  const twice = given.find((filter) => names(clauses, filter));
  if (twice !== undefined) return fault(twice, `\`${twice}\` is given twice: in \`${name}\` and beside it`);
  const parsed = parseQuery({ ...texts, ...timesIn(clauses) });
  if (!parsed.ok) return parsed;
  const asked = [...clauses.filter(({ tests: [{ key }] }) => !TIMES.has(key)), ...(parsed.value.asked ?? [])];
  return asked.length === 0 ? parsed : { ok: true, value: { ...parsed.value, asked } };
}

/** The same line for the same query, whatever the order it was asked in; `parseQueryText` reads it back, everywhere. */
export function queryText({ asked = [], ...fields }: CallQuery): string {
  const given = Object.keys(CALL_FILTERS).flatMap((filter): readonly Clause[] => {
    const value = fields[filter as keyof typeof fields];
    const key = keyOf(filter);
    if (value === undefined || key === null) return [];
    const text = typeof value === 'number' ? new Date(value).toISOString() : value;
    const test: Test = { key, value: text, isPrefix: false };
    // What is asked as a field holds whatever the line says of its key.
    const isBeside = !EACH.has(key) && asked.some((clause) => isPlainly(clause, key));
    return [{ how: isBeside ? 'also' : 'wanted', tests: [test] }];
  });
  return [...given, ...asked]
    .map((clause) => printClause(clause, { forRecord: true }))
    .sort()
    .join(' ');
}

const isPlainly = ({ how, tests }: Clause, key: Key): boolean =>
  how === 'wanted' && tests.length === 1 && tests[0].key === key;

function names(clauses: Query, filter: string): boolean {
  // Words are of the line, whatever `text` says; several may be looked for.
  if (filter === 'text') return false;
  const key = keyOf(filter);
  return key !== null && clauses.some(({ tests }) => tests.some((test) => test.key === key));
}

function timesIn(clauses: Query): Readonly<Record<string, string>> {
  const times = clauses.flatMap(({ tests: [{ key, value }] }) => (TIMES.has(key) ? [[key, value]] : []));
  return Object.fromEntries(times) as Readonly<Record<string, string>>;
}

function fault(parameter: string, message: string): ParsedQuery {
  return { ok: false, error: { parameter, message } };
}
