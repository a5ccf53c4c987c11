// What may come next in a query that is being typed: keys, and of a key the values that occur, the words it takes, beginnings and
// comparisons. Pure; what is taken is put in place of the part that the cursor is in.
import type { FacetValue } from './facets.ts';
import { type Key, keyOf, KEYS, mayBegin, printClause, wordsOf } from './query.ts';

export interface Completion {
  /** The whole query with it. */
  readonly draft: string;
  readonly label: string;
  /** What it means, or how many calls have it. */
  readonly hint: string;
}

const MOST = 12;
const LATENCIES = ['>100ms', '>500ms', '>1s', '>5s', '<100ms'];

/** The part before the cursor, behind a `|` where there is one: a sign, a key with its colon, and what there is of a value. */
const PART = /([-&]?)(?:([A-Za-z_]+):)?("?)((?:[^\s"\\|]|\\.)*)$/;

/**
 * `valuesFor`: those that are known to occur, most frequent first. `count`: says how many calls.
 */
export function completions(
  draft: string,
  cursor: number,
  valuesFor: (key: Key) => readonly FacetValue[],
  count: (calls: number) => string,
): readonly Completion[] {
  const before = draft.slice(0, cursor);
  const found = PART.exec(before);
  if (found === null || isInQuotation(before.slice(0, found.index))) return [];
  const [part, sign = '', name, , typed = ''] = found;
  const start = cursor - part.length;
  const after = draft.slice(cursor).replace(/^[^\s]+/, '');
  const put = (text: string, end: string): string =>
    `${draft.slice(0, start)}${text}${end}${after.trimStart()}`;
  if (name === undefined) return typed === '' && sign === '' && part !== '' ? [] : keysFor(typed, sign, put);
  const key = keyOf(name.toLowerCase());
  if (key === null) return [];
  const how = sign === '-' ? 'unwanted' : sign === '&' ? 'also' : 'wanted';
  const printed = (value: string, isPrefix: boolean): string =>
    printClause({ how, tests: [{ key, value, isPrefix }] });
  return [
    ...valuesOf(key, typed, valuesFor).map(({ value, label, hint }) => ({
      draft: put(printed(value, false), ' '),
      label,
      hint: typeof hint === 'string' ? hint : count(hint),
    })),
    ...(mayBegin(key) && typed !== '' && !typed.endsWith('*')
      ? [
          {
            draft: put(printed(typed, true), ' '),
            label: `${typed}*`,
            hint: 'whatever begins so',
          },
        ]
      : []),
  ];
}

function keysFor(typed: string, sign: string, put: (text: string, end: string) => string) {
  const begun = typed.toLowerCase();
  return (Object.entries(KEYS) as [Key, string][])
    .filter(
      ([key]) => key.startsWith(begun) && key !== begun && (sign === '' || (key !== 'from' && key !== 'to')),
    )
    .map(([key, sentence]) => ({
      draft: put(`${sign}${key}:`, ''),
      label: `${sign}${key}:`,
      hint: sentence,
    }));
}

interface Value {
  readonly value: string;
  readonly label: string;
  readonly hint: string | number;
}

function valuesOf(key: Key, typed: string, valuesFor: (key: Key) => readonly FacetValue[]): readonly Value[] {
  const begun = typed.toLowerCase();
  const occurring = valuesFor(key).flatMap(({ value, label, count, isPrefix }): readonly Value[] =>
    isPrefix || count === null ? [] : [{ value, label, hint: count }],
  );
  const known = new Set(occurring.map(({ value }) => value));
  const words = key === 'latency' ? LATENCIES : wordsOf(key);
  const fits = ({ value, label }: Value): boolean =>
    value !== typed && (value.toLowerCase().includes(begun) || label.toLowerCase().includes(begun));
  return [
    ...occurring,
    ...words.flatMap((word) => (known.has(word) ? [] : [{ value: word, label: word, hint: '' }])),
  ]
    .filter(fits)
    .slice(0, MOST);
}

/** Whether a quotation is open at its end. */
const isInQuotation = (text: string): boolean => (text.match(/(?:^|[^\\])"/g)?.length ?? 0) % 2 === 1;
