// A query as people type it, `outcome:denied agent:clerk tool:github/* -server:dev latency:>2s "free text"`: read into terms,
// printed back, and edited by the lists of values beside it. What cannot be read is told with its place, never dropped.
import { checkedValue, isKey, type Key, mayBegin, nearestKey } from './query-keys.ts';

export interface Term {
  /** Null: words, all of them anywhere in the sentence or the names. */
  readonly key: Key | null;
  readonly isNot: boolean;
  readonly value: string;
  /** Whatever begins with the value. */
  readonly isPrefix: boolean;
}

/** All terms hold; of a key that is named repeatedly without `-`, any of its values. */
export type Query = readonly Term[];

export interface Fault {
  /** Where in the text, in UTF-16 units; `to` is not included. */
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface ReadQuery {
  readonly query: Query;
  readonly faults: readonly Fault[];
}

const PART = /(-)?(?:([A-Za-z_]+):)?(?:("(?:[^"\\]|\\.)*")(\*)?|([^\s"]+))(?=\s|$)/y;

export function readQuery(text: string): ReadQuery {
  const query: Term[] = [];
  const faults: Fault[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at += 1;
    if (at >= text.length) return { query, faults };
    PART.lastIndex = at;
    const found = PART.exec(text);
    const to = found === null ? endOfPart(text, at) : PART.lastIndex;
    const read = found === null ? unread(text.slice(at, to)) : termOf(found);
    if (typeof read === 'string') faults.push({ from: at, to, message: read });
    else query.push(read);
    at = to;
  }
}

/** The term, or what is wrong with it. */
function termOf([, minus, name, quoted, star, plain = '']: RegExpExecArray): Term | string {
  if (name === undefined && quoted === undefined && (plain === '-' || plain.endsWith(':')))
    return unread(plain);
  const isNot = minus !== undefined;
  const isPlainPrefix = quoted === undefined && name !== undefined && plain.endsWith('*');
  const isPrefix = isPlainPrefix || star !== undefined;
  const value = quoted === undefined ? (isPlainPrefix ? plain.slice(0, -1) : plain) : unquoted(quoted);
  if (value === null)
    return 'the quotation cannot be read: write \\" for a quote in it, and \\\\ for a backslash';
  if (name === undefined) {
    if (isPrefix) return 'words are found whole: leave the * out';
    return /[\p{L}\p{N}]/u.test(value)
      ? { key: null, isNot, value, isPrefix: false }
      : 'there is no word in it: give letters or digits';
  }
  const key = name.toLowerCase();
  if (!isKey(key)) return unknownKey(name, key);
  if (value === '' && !isPrefix) return `${key} needs a value`;
  if (isPrefix) {
    return mayBegin(key)
      ? { key, isNot, value, isPrefix }
      : `${key} takes no *: give all of it, or quote a star that belongs to it`;
  }
  const checked = checkedValue(key, value);
  return 'fault' in checked ? checked.fault : { key, isNot, value: checked.value, isPrefix };
}

function unknownKey(name: string, key: string): string {
  if (key === 'from' || key === 'to' || key === 'time') return 'times are chosen beside the query';
  const near = nearestKey(key);
  const advice = near === null ? '' : `did you mean ${near}? `;
  return `there is no key ${name}: ${advice}quote it to look for the words`;
}

function unread(part: string): string {
  if (part === '-') return 'a - stands before what is not wanted, without a space';
  if (/^-?[A-Za-z_]+:$/.test(part)) return `${part.replace('-', '').slice(0, -1)} needs a value`;
  return 'the quotation is not closed, or something is stuck to it';
}

/** Where what cannot be read ends: after its quotation, where it has one. */
function endOfPart(text: string, from: number): number {
  const rest = text.slice(from);
  return from + (/^[^\s"]*(?:"(?:[^"\\]|\\.)*(?:"[^\s]*|$))?/.exec(rest)?.[0].length || 1);
}

function unquoted(text: string): string | null {
  try {
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}

const PLAIN = /^[^\s"*\\-][^\s"*\\]*$/;

export function printTerm({ key, isNot, value, isPrefix }: Term): string {
  // A word with a colon would be taken for a key.
  const isPlain = value === '' ? isPrefix : PLAIN.test(value) && (key !== null || !value.includes(':'));
  const text = isPlain ? value : JSON.stringify(value);
  return `${isNot ? '-' : ''}${key === null ? '' : `${key}:`}${text}${isPrefix ? '*' : ''}`;
}

export const printQuery = (query: Query): string => query.map(printTerm).join(' ');

export type Choice = 'wanted' | 'unwanted' | 'open';

/** A value of a key, or how it begins. */
export interface Chosen {
  readonly key: Key;
  readonly value: string;
  readonly isPrefix: boolean;
}

const isFor = (term: Term, { key, value, isPrefix }: Chosen): boolean =>
  term.key === key && term.value === value && term.isPrefix === isPrefix;

/** What a query says of one value of a key. */
export function choiceOf(query: Query, chosen: Chosen): Choice {
  const term = query.find((each) => isFor(each, chosen));
  return term === undefined ? 'open' : term.isNot ? 'unwanted' : 'wanted';
}

/** The query with one value wanted, not wanted, or no longer spoken of. */
export function choose(query: Query, chosen: Chosen, choice: Choice): Query {
  const rest = query.filter((term) => !isFor(term, chosen));
  return choice === 'open' ? rest : [...rest, { ...chosen, isNot: choice === 'unwanted' }];
}

/** Without what it says of a key: to count the values that it might have instead. */
export const without = (query: Query, key: Key): Query => query.filter((term) => term.key !== key);
