// A query as one line of text, `agent:invoice decision:deny "no permit"`, as people type it and as entries record it.
// Words without a filter's name are searched for; what cannot be understood is refused, never skipped.
import { type CallQuery, CALL_FILTERS, type ParsedQuery, parseQuery } from './query.ts';

const PART = /\s*(-)?(?:([a-z]+):)?(?:("(?:[^"\\]|\\.)*")|((?![a-z]+:(?=\s|$))[^\s"]+))(?=\s|$)/y;

/** One part of a line: a filter with its value, or, where the filter is null, words; wanted or not. */
export interface LinePart {
  readonly filter: string | null;
  readonly value: string;
  readonly isExcluded: boolean;
}

export type ReadParts =
  | { readonly ok: true; readonly value: readonly LinePart[] }
  | Extract<ParsedQuery, { ok: false }>;

/** The parts of a line, in order. What a filter or its value may be is not looked at. */
export function readParts(line: string): ReadParts {
  const parts: LinePart[] = [];
  PART.lastIndex = 0;
  const text = line.trimEnd();
  while (PART.lastIndex < text.length) {
    const at = PART.lastIndex;
    const found = PART.exec(text);
    if (found === null) return fault('query', `cannot be read from \`${text.slice(at).trim()}\` on`);
    const [, minus, filter, quoted, plain = ''] = found;
    const value = quoted === undefined ? plain : unquoted(quoted);
    if (value === null) return fault('query', `has a quoted text that is no JSON string: \`${quoted}\``);
    parts.push({ filter: filter ?? null, value, isExcluded: minus !== undefined });
  }
  return { ok: true, value: parts };
}

/** The filters in a line, as `parseQuery` takes them. */
export function parseQueryText(line: string): ParsedQuery {
  const texts: Record<string, string> = {};
  const words: string[] = [];
  const parts = readParts(line);
  if (!parts.ok) return parts;
  for (const { filter, value, isExcluded } of parts.value) {
    if (isExcluded && filter !== null) return fault(filter, 'cannot be excluded here');
    if (filter === null) words.push(isExcluded ? `-${value}` : value);
    // `Object.hasOwn`: a filter called `constructor` is as unknown as any.
    else if (Object.hasOwn(texts, filter)) return fault(filter, 'is given twice: give it once');
    else texts[filter] = value;
  }
  if (words.length > 0)
    texts['text'] = [texts['text'], ...words].filter((word) => word !== undefined).join(' ');
  return parseQuery(texts);
}

/** The same line for the same query, whatever the order it was asked in; `parseQueryText` reads it back. */
export function queryText(query: CallQuery): string {
  return Object.keys(CALL_FILTERS)
    .flatMap((filter) => {
      const value = query[filter as keyof CallQuery];
      if (value === undefined) return [];
      const text = typeof value === 'number' ? new Date(value).toISOString() : value;
      return [`${filter}:${/^[^\s"\\]+$/.test(text) ? text : JSON.stringify(text)}`];
    })
    .join(' ');
}

function unquoted(text: string): string | null {
  try {
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}

function fault(parameter: string, what: string): Extract<ParsedQuery, { ok: false }> {
  return { ok: false, error: { parameter, message: `\`${parameter}\` ${what}` } };
}
