// What people ask when they look around: the filters of the one query, and beyond them several values of one filter, and
// values that are not wanted. For looking only: what acts on calls (erasure, holds, exports) takes the plain query.
import { FACETS, type Facet } from './facets.ts';
import { CALL_FILTERS, type CallQuery, type ParsedQuery, parseQuery } from './query.ts';
import { queryText, readParts } from './query-text.ts';

export interface Condition {
  readonly filter: Facet;
  readonly value: string;
}

export interface Exploration extends CallQuery {
  /** Of each filter named here, one of its values. */
  readonly any?: readonly Condition[];
  /** None of these. */
  readonly not?: readonly Condition[];
}

export type ParsedExploration =
  | { readonly ok: true; readonly value: Exploration }
  | Extract<ParsedQuery, { ok: false }>;

const MOST_CONDITIONS = 50;

/**
 * Reads a line, `agent:invoice agent:planner -upstream:dev refunds`: a filter that is named twice asks for any of its values,
 * one with `-` before it for none of them. `texts` are further filters, which the line must not name.
 */
export function parseExploration(
  line: string,
  texts: Readonly<Record<string, string | undefined>> = {},
): ParsedExploration {
  const read = readParts(line);
  if (!read.ok) return read;
  const wanted = new Map<string, string[]>();
  const not: Condition[] = [];
  const words: string[] = [];
  if (read.value.length > MOST_CONDITIONS)
    return fault('q', `has more than ${MOST_CONDITIONS} parts: ask for less at once`);
  for (const { filter, value, isExcluded } of read.value) {
    if (filter === null && isExcluded) not.push({ filter: 'text', value });
    else if (filter === null) words.push(value);
    else if (Object.hasOwn(texts, filter) && texts[filter] !== undefined)
      return fault(filter, 'is given twice: in the line and beside it');
    else if (isExcluded) {
      if (!isFacet(filter)) return cannot(filter, 'be excluded');
      const checked = parseQuery({ [filter]: value });
      if (!checked.ok) return checked;
      not.push({ filter, value });
    } else wanted.set(filter, [...(wanted.get(filter) ?? []), value]);
  }
  const any: Condition[] = [];
  const single: Record<string, string | undefined> = { ...texts };
  for (const [filter, values] of wanted) {
    const [first = '', ...more] = new Set(values);
    if (more.length === 0) {
      single[filter] = first;
      continue;
    }
    if (!isFacet(filter)) return cannot(filter, 'have several values');
    for (const value of [first, ...more]) {
      const checked = parseQuery({ [filter]: value });
      if (!checked.ok) return checked;
      any.push({ filter, value });
    }
  }
  if (words.length > 0)
    single['text'] = [single['text'], ...words].filter((word) => word !== undefined).join(' ');
  const query = parseQuery(single);
  if (!query.ok) return query;
  return {
    ok: true,
    value: { ...query.value, ...(any.length === 0 ? {} : { any }), ...(not.length === 0 ? {} : { not }) },
  };
}

/** The same line for the same question, whatever the order it was asked in. */
export function explorationText({ any = [], not = [], ...query }: Exploration): string {
  const lineOf = ({ filter, value }: Condition): string => queryText({ [filter]: value });
  return [queryText(query), ...any.map(lineOf).sort(), ...not.map((each) => `-${lineOf(each)}`).sort()]
    .filter((part) => part !== '')
    .join(' ');
}

const isFacet = (filter: string): filter is Facet => (FACETS as readonly string[]).includes(filter);

function cannot(filter: string, what: string): ParsedExploration {
  // A name that is no filter at all is told with those that are.
  const known = Object.hasOwn(CALL_FILTERS, filter) ? null : parseQuery({ [filter]: '' });
  return known !== null && !known.ok ? known : fault(filter, `cannot ${what}`);
}

function fault(parameter: string, what: string): ParsedExploration {
  return { ok: false, error: { parameter, message: `\`${parameter}\` ${what}` } };
}
