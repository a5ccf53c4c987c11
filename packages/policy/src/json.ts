// Reads the caller's JSON so that no digit of a number is lost: numbers stay the text they were (DESIGN section 6,
// "whose value Cedar cannot represent"). Refuses Cedar's escapes at any depth, declared or not.

import { isEscape } from './reserved.ts';

/** A number as it was written. */
export class JsonNumber {
  readonly lexeme: string;
  constructor(lexeme: string) {
    this.lexeme = lexeme;
  }
  /** Writes the number back as it was. */
  toJSON(): unknown {
    return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(this.lexeme);
  }
}

export type Json = null | boolean | string | JsonNumber | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

export type ParsedObject =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly why: string };

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => Json;

/** Parses JSON text that must be an object. */
export function parseObject(text: string): ParsedObject {
  const escapes: string[] = [];
  let value: Json;
  try {
    value = MAY_LOSE_DIGITS.test(text)
      ? parse(text, (key, value, { source }) => {
          if (isEscape(key)) escapes.push(key);
          return typeof value === 'number' ? new JsonNumber(source ?? String(value)) : value;
        })
      : wrapNumbers(JSON.parse(text) as Parsed, escapes);
  } catch (error) {
    return { ok: false, why: error instanceof RangeError ? 'it is nested too deeply' : 'it is not JSON' };
  }
  const [escape] = escapes;
  if (escape !== undefined)
    return { ok: false, why: `it has a member \`${escape}\`, a name that Cedar reserves` };
  return isJsonObject(value) ? { ok: true, value } : { ok: false, why: 'it is not an object' };
}

/** Numbers that are not written as they are once read: all but integers of up to fifteen digits. */
const MAY_LOSE_DIGITS = /\d{16}|\d[.eE]|-0/;

type Parsed = null | boolean | string | number | Parsed[] | { [name: string]: Parsed };

/** The same value as with the reviver, which takes ten times as long, for a text whose numbers all keep their digits. */
function wrapNumbers(value: Parsed, escapes: string[]): Json {
  if (typeof value === 'number') return new JsonNumber(String(value));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => wrapNumbers(part, escapes));
  const object = Object.create(null) as Record<string, Json>;
  for (const name of Object.keys(value)) {
    if (isEscape(name)) escapes.push(name);
    object[name] = wrapNumbers(value[name] as Parsed, escapes);
  }
  return object;
}

export function isJsonObject(value: Json): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  );
}
