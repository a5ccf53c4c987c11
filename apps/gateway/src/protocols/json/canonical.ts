// One text for all texts that mean the same JSON, with numbers as they were written: for digests that must change when
// what is sent changes. Not RFC 8785, which would print 1.0 and 9007199254740993 as other numbers. Pure.

/** A number by its text. */
class NumberLexeme {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type LexicalObject = { readonly [name: string]: LexicalValue };
export type LexicalValue = null | boolean | string | NumberLexeme | readonly LexicalValue[] | LexicalObject;

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** @param text JSON that `scan` accepted, or a part of it. Throws SyntaxError for anything that is not JSON. */
export function parseLexical(text: string): LexicalValue {
  return parseWithSource(text, (_name, value, { source }) =>
    typeof value === 'number' ? new NumberLexeme(source as string) : value,
  ) as LexicalValue;
}

/** No whitespace, members sorted by name in UTF-16 code units, strings as JSON.stringify gives them. */
export function canonicalText(value: LexicalValue): string {
  if (value instanceof NumberLexeme) return value.text;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name] as LexicalValue)}`).join(',')}}`;
}

/** The object without some members; the same value where it is no object. */
export function withoutMembers(value: LexicalValue, names: readonly string[]): LexicalValue {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

export function isObject(value: LexicalValue | undefined): value is LexicalObject {
  return typeof value === 'object' && value !== null && !isArray(value) && !(value instanceof NumberLexeme);
}

// Array.isArray does not narrow a readonly array.
function isArray(value: LexicalValue): value is readonly LexicalValue[] {
  return Array.isArray(value);
}
