// The single things that can be asked of a call. Each says how to compare a row, what the packed index has of the calls for
// which it holds, and what SQLite can compare; the three agree but for what is said here.
import { columnsOf, type Facet, holds, isNamed, type Named, plainColumn, termsWanted } from './facets.ts';
import { FAILED_OUTCOMES, standingOf, STANDINGS } from './tally.ts';
import { classOf, CLASSES } from './took.ts';
import { termOf, wordsOf } from './words.ts';

export type Cells = readonly (string | number | null)[];

/** What the index can be asked for. */
export type Listing =
  | { readonly facet: Facet; readonly term: number }
  /** Any name that begins so. */
  | { readonly facet: Named; readonly begins: string }
  /** Classes from the first up to, not including, `to`; of those in the class `unsure`, some may not be asked for. */
  | { readonly facet: 'took'; readonly from: number; readonly to: number; readonly unsure: number };

export interface CallTest {
  /** The columns of a row that it compares, in the order in which `holds` takes their cells. */
  readonly columns: readonly string[];
  readonly holds: (cells: Cells) => boolean;
  /** A call for which it holds is in all of one of these; null where the index cannot tell. */
  readonly listed: readonly (readonly Listing[])[] | null;
  /** Whether a call in such lists is one for which it holds, unless another value has the same term. */
  readonly isTold: boolean;
  /** A condition that every row meets for which it holds; null where SQLite cannot tell. */
  readonly sql: { readonly text: string; readonly values: readonly (string | number)[] } | null;
  /** Whether no other row meets it. */
  readonly isSqlExact: boolean;
}

/** Facets whose values are words of ours, a fixed list of them; a test of theirs shows that no two share a term. */
export const CLOSED: ReadonlySet<Facet> = new Set([
  'reason',
  'outcome',
  'operation',
  'state',
  'decision',
  'protocol',
]);

/** A value of a facet, as the filter of its name asks for it. */
export function isTest(facet: Facet, value: string): CallTest {
  const column = plainColumn(facet);
  const sql = column === null ? wordsInSql(facet, value) : { text: `${column} = ?`, values: [value] };
  return {
    columns: columnsOf(facet),
    holds: (cells) => holds(facet, cells, value),
    listed: [termsWanted(facet, value).map((term) => ({ facet, term }))],
    isTold: true,
    sql,
    isSqlExact: column !== null,
  };
}

/** What begins so in a facet that is one column. */
export function prefixTest(facet: Facet, column: string, prefix: string): CallTest {
  return {
    columns: [column],
    holds: ([cell = null]) => typeof cell === 'string' && cell.startsWith(prefix),
    listed: isNamed(facet) ? [[{ facet, begins: prefix }]] : null,
    isTold: true,
    // WHY not LIKE: it knows no case, and `_` and `%` mean something to it.
    sql: { text: `substr(${column}, 1, length(?)) = ?`, values: [prefix, prefix] },
    isSqlExact: true,
  };
}

const SERVER = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*|\*)$/;

/**
 * A tool, prompt, resource or called agent, with its server before a slash: `github/get_issue`. A server alone with its
 * slash stands for whatever is asked of it, a name alone for any server's; one that has a slash itself needs a `*` as server.
 */
export function targetTest(value: string, isPrefix: boolean): CallTest {
  const slash = value.indexOf('/');
  const before = slash < 0 ? '*' : value.slice(0, slash);
  const isWithServer = slash >= 0 && SERVER.test(before);
  const server = isWithServer && before !== '*' ? before : null;
  const name = isWithServer ? value.slice(slash + 1) : value;
  const ofServer = server === null ? [] : [isTest('upstream', server)];
  if (name === '' && isPrefix) return allOf(ofServer);
  return allOf([...ofServer, isPrefix ? prefixTest('resource', 'resource', name) : isTest('resource', name)]);
}

const UNITS: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1_000_000, m: 60_000_000 };

/** How long a call took, once it is over: `>2s`, `<=150ms`. Null for what says no such thing. */
export function latencyTest(value: string): CallTest | null {
  const [, compare, amount, unit = ''] = /^(>=?|<=?)(\d{1,9}(?:\.\d{1,6})?)(us|ms|s|m)$/.exec(value) ?? [];
  if (compare === undefined) return null;
  const limit = Number(amount) * (UNITS[unit] ?? 1);
  const at = classOf(limit);
  const classes = compare.startsWith('>') ? { from: at, to: CLASSES } : { from: 0, to: at + 1 };
  return {
    columns: ['duration_us'],
    holds: ([us = null]) => {
      if (us === null) return false;
      const took = Number(us);
      if (compare === '>') return took > limit;
      if (compare === '>=') return took >= limit;
      return compare === '<' ? took < limit : took <= limit;
    },
    listed: [[{ facet: 'took', ...classes, unsure: at }]],
    isTold: true,
    sql: { text: `duration_us ${compare} ?`, values: [limit] },
    isSqlExact: true,
  };
}

/** How a call stands, in the words by which calls are counted. Null for another word. */
export function standingTest(value: string): CallTest | null {
  const standing = STANDINGS.findIndex((each) => each === value);
  if (standing < 0) return null;
  const outcomes: readonly string[] = value === 'ok' ? ['ok'] : value === 'failed' ? FAILED_OUTCOMES : [];
  const completed = { facet: 'state', term: termOf('completed') } as const;
  const isOver = ['ok', 'failed', 'ended'].includes(value);
  const known = ['ok', ...FAILED_OUTCOMES];
  return {
    columns: ['state', 'outcome'],
    holds: ([state = null, outcome = null]) =>
      standingOf(String(state), outcome === null ? null : String(outcome)) === standing,
    listed: !isOver
      ? [[{ facet: 'state', term: termOf(value) }]]
      : value === 'ended'
        ? [[completed]]
        : outcomes.map((outcome) => [completed, { facet: 'outcome', term: termOf(outcome) }]),
    isTold: value !== 'ended',
    sql: !isOver
      ? { text: 'state = ?', values: [value] }
      : value === 'ended'
        ? {
            text: `(state = 'completed' AND coalesce(outcome, '') NOT IN (${known.map(() => '?').join(', ')}))`,
            values: known,
          }
        : {
            text: `(state = 'completed' AND outcome IN (${outcomes.map(() => '?').join(', ')}))`,
            values: outcomes,
          },
    isSqlExact: true,
  };
}

/** All of them at once. Without any it holds for every call. */
function allOf(tests: readonly CallTest[]): CallTest {
  const [only, second] = tests;
  if (only !== undefined && second === undefined) return only;
  return {
    columns: tests.flatMap(({ columns }) => columns),
    holds: (cells) => {
      let at = 0;
      return tests.every((test) => {
        const own = cells.slice(at, at + test.columns.length);
        at += test.columns.length;
        return test.holds(own);
      });
    },
    // Each has one set of lists: values and beginnings do.
    listed: [tests.flatMap(({ listed }) => listed?.[0] ?? [])],
    isTold: tests.every(({ isTold, listed }) => isTold && listed !== null),
    sql: {
      text: tests.length === 0 ? '1' : `(${tests.map(({ sql }) => sql?.text ?? '1').join(' AND ')})`,
      values: tests.flatMap(({ sql }) => sql?.values ?? []),
    },
    isSqlExact: tests.every(({ isSqlExact }) => isSqlExact),
  };
}

/** That every word is somewhere in the columns, as far as SQLite can tell: it knows no case outside ASCII. */
function wordsInSql(facet: Facet, value: string): CallTest['sql'] {
  if (facet !== 'text') return null;
  const all = columnsOf(facet)
    .map((name) => `coalesce(${name}, '')`)
    .join(` || ' ' || `);
  const words = [...new Set(wordsOf(value))].filter((word) => /^[a-z0-9]+$/.test(word));
  if (words.length === 0) return null;
  return {
    text: `(${words.map(() => `(${all} LIKE ? OR ${all} GLOB '*[^ -~]*')`).join(' AND ')})`,
    values: words.map((word) => `%${word}%`),
  };
}
