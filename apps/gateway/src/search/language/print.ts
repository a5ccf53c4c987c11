// A question as text: what `readQuery` reads back, letter for letter the same for the same question.
import { keyOf } from './keys.ts';
import type { Clause, Query, Test } from './types.ts';
import { APPROVALS } from './values.ts';

/** What needs no quotation: nothing in it could be taken for a sign of the language. */
const PLAIN = /^[^\s"*\\|&<>=!()-][^\s"*\\|&]*$/;
const isPlainText = (value: string): boolean =>
  PLAIN.test(value) && !isKeyAlone(value) && value.isWellFormed();
const PLAIN_LATENCY = /^[<>]=?[\d.]+[a-z]+$/;
const OPERATORS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT']);

/** Behind a key, a word and its colon once made words of both. */
export const isKeyAlone = (value: string): boolean => /^[A-Za-z_]+:$/.test(value);

/** What became of a request; otherwise it is an id. */
export const isApproval = ({ key, value }: Pick<Test, 'key' | 'value'>): boolean =>
  key === 'approval' && Object.hasOwn(APPROVALS, value);

/** `forRecord`: as what destroys, keeps or takes away reads it, too; it is the same in all other places. */
export interface PrintOptions {
  readonly forRecord?: boolean;
}

export const printQuery = (query: Query, options?: PrintOptions): string =>
  query.map((clause) => printClause(clause, options)).join(' ');

const SIGNS = { wanted: '', unwanted: '-', also: '&' } as const;

export function printClause({ how, tests }: Clause, { forRecord = false }: PrintOptions = {}): string {
  const [{ key, value }, ...more] = tests;
  const isBare = key === 'text' && more.length === 0 && !(forRecord && how !== 'wanted');
  const isQuoted = forRecord && (how === 'also' || more.length > 0 || isApproval(tests[0]));
  if (isBare) return `${SIGNS[how]}${isPlainWords(value) ? value : JSON.stringify(value)}`;
  return `${SIGNS[how]}${tests.map((test) => printTest(test, { forRecord, isQuoted })).join('|')}`;
}

function printTest(
  { key, value, isPrefix }: Test,
  { forRecord, isQuoted }: { readonly forRecord: boolean; readonly isQuoted: boolean },
): string {
  if (!isPrefix) return `${key}:${!isQuoted && isPlain(key, value) ? value : JSON.stringify(value)}`;
  const isBare = !forRecord && (value === '' || isPlainText(value));
  return `${key}:${isBare ? value : JSON.stringify(value)}*`;
}

const isPlain = (key: Test['key'], value: string): boolean =>
  key === 'latency' ? PLAIN_LATENCY.test(value) : isPlainText(value);

/** Words that would be read as anything but words are quoted. */
const isPlainWords = (value: string): boolean =>
  isPlainText(value) &&
  !value.includes(':') &&
  !OPERATORS.has(value) &&
  !isComparison(value) &&
  !isStray(value);

/** The operators of other languages, which must not be taken for words in silence. */
export const isOperator = (word: string): boolean => OPERATORS.has(word);

/** `agent=x`, `latency>2s`: nobody who writes that looks for words. */
export function isComparison(word: string): boolean {
  const [, name = ''] = /^([A-Za-z_]+)(?:[<>]=?|!?=)/.exec(word) ?? [];
  return keyOf(name.toLowerCase()) !== null;
}

/** `+agent:x`, `[agent:x]`, `agent :x`: a condition behind a sign of another language, or of none. */
export const isStray = (word: string): boolean =>
  /^[:+&-]/.test(word) ||
  [...word.matchAll(/([A-Za-z_]+):/g)].some(([, name = '']) => isName(name.toLowerCase()));

const isName = (name: string): boolean => name === 'where' || keyOf(name) !== null;
