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
  let escape: string | null = null;
  let value: Json;
  try {
    value = parse(text, (key, value, { source }) => {
      if (isEscape(key)) escape = key;
      return typeof value === 'number' ? new JsonNumber(source ?? String(value)) : value;
    });
  } catch (error) {
    return { ok: false, why: error instanceof RangeError ? 'it is nested too deeply' : 'it is not JSON' };
  }
  if (escape !== null)
    return { ok: false, why: `it has a member \`${String(escape)}\`, a name that Cedar reserves` };
  return isJsonObject(value) ? { ok: true, value } : { ok: false, why: 'it is not an object' };
}

export function isJsonObject(value: Json): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  );
}
