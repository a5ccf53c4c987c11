// What a search may ask of calls besides one value for each filter: none of these, one of those, names that begin so, calls
// that took long. One line of text, `-upstream:dev state:held|reason:grant_redeemed tool:github/* latency:>2s`; every
// condition has to hold. What cannot be understood is refused with its place, never skipped.
import {
  type CallTest,
  type Cells,
  isTest,
  latencyTest,
  prefixTest,
  standingTest,
  targetTest,
} from './call-tests.ts';
import { type Facet, FACETS, plainColumn } from './facets.ts';
import type { Exploration } from './explore.ts';
import { STANDINGS } from './tally.ts';

/** Holds for a call for which any of the tests holds; turned round by `isNot`. */
export interface Condition {
  readonly isNot: boolean;
  readonly any: readonly CallTest[];
}

export type ParsedConditions =
  | { readonly ok: true; readonly value: readonly Condition[] }
  | { readonly ok: false; readonly message: string };

/** Longer than anybody types; what is asked for is compared with up to all calls. */
export const MAX_CONDITIONS_TEXT = 2048;
const MOST_TESTS = 64;

const TEST = /([a-z]+):(?:("(?:[^"\\]|\\.)*")(\*?)|([^\s"|]+))(?=[\s|]|$)/y;
const NAMES = [...FACETS, 'tool', 'stands', 'latency'];

export function parseConditions(line: string): ParsedConditions {
  const conditions: Condition[] = [];
  let at = 0;
  let count = 0;
  const rest = (): string => line.slice(at).trim().slice(0, 40);
  for (;;) {
    while (/\s/.test(line[at] ?? '')) at += 1;
    if (at >= line.length) return { ok: true, value: conditions };
    const isNot = line[at] === '-';
    if (isNot) at += 1;
    const any: CallTest[] = [];
    do {
      if (any.length > 0) at += 1;
      TEST.lastIndex = at;
      const found = TEST.exec(line);
      if (found === null) return refused(`cannot be read from \`${rest()}\` on`);
      const test = testOf(found);
      if (typeof test === 'string') return refused(test);
      any.push(test);
      count += 1;
      if (count > MOST_TESTS) return refused(`asks for more than ${MOST_TESTS} things: ask for fewer`);
      at = TEST.lastIndex;
    } while (line[at] === '|');
    conditions.push({ isNot, any });
  }
}

/** The test, or what is wrong with it. */
function testOf([, name = '', quoted, star = '', plain = '']: RegExpExecArray): CallTest | string {
  const isPrefix = quoted === undefined ? plain.endsWith('*') : star === '*';
  const value = quoted === undefined ? (isPrefix ? plain.slice(0, -1) : plain) : unquoted(quoted);
  if (value === null) return `has a quoted text that is no JSON string: \`${quoted}\``;
  if (name === 'tool') return targetTest(value, isPrefix);
  if (name === 'latency')
    return latencyTest(value) ?? `has \`latency:${value}\`: give \`>2s\`, \`<=150ms\` and the like`;
  if (name === 'stands')
    return standingTest(value) ?? `has \`stands:${value}\`: give one of ${STANDINGS.join(', ')}`;
  const facet = FACETS.find((each) => each === name);
  if (facet === undefined) return `has \`${name}:\`, which there is not: choose from ${NAMES.join(', ')}`;
  if (facet === 'text' && !/[\p{L}\p{N}]/u.test(value)) return 'has a `text:` without a word in it';
  if (!isPrefix) return isTest(facet, value);
  const column = plainColumn(facet);
  return column === null
    ? `asks how \`${name}\` begins: that can be asked of names that a call has one of`
    : prefixTest(facet, column, value);
}

function unquoted(text: string): string | null {
  try {
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}

function refused(message: string): ParsedConditions {
  return { ok: false, message };
}

/** All that a query asks for but its stretch of time. */
export function conditionsOf({ any = [], not = [], ...query }: Exploration): readonly Condition[] {
  const plain = FACETS.flatMap((facet): readonly Condition[] => {
    const value = query[facet];
    const of = ({ filter, value: each }: { readonly filter: Facet; readonly value: string }) =>
      filter === facet ? [isTest(facet, each)] : [];
    const parts: readonly Condition[] = [
      { isNot: false, any: value === undefined ? [] : [isTest(facet, value)] },
      { isNot: false, any: any.flatMap(of) },
      { isNot: true, any: not.flatMap(of) },
    ];
    return parts.filter((part) => part.any.length > 0);
  });
  const further = parseConditions(query.where ?? '');
  // SECURITY: queries are read before they are asked; one that cannot be read must not find more than it says.
  if (!further.ok) throw new Error(`a search was asked with conditions that ${further.message}`);
  return [...plain, ...further.value];
}

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
