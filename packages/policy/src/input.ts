// Turns a call's arguments into Cedar values by the tool's schema, never by the value (DESIGN section 6). What does not
// fit is left out and named, so that a decision can refuse to rest on its absence.

import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Unrepresentable } from './decision.ts';
import { isJsonObject, type Json, JsonNumber, type JsonObject } from './json.ts';
import { toDecimal, toLong } from './numbers.ts';
import { isCedarText } from './reserved.ts';
import type { InputRecord, InputType } from './schema/types.ts';

/** Members named one by one before their whole record counts as unrepresentable. */
const MAX_NAMED = 200;

/** The Cedar record for the arguments, and all that it does not show. */
export interface MappedValue {
  readonly value: CedarValueJson;
  readonly unrepresentable: readonly Unrepresentable[];
}

/** Maps arguments to the value of `context.input`. */
export function mapInput(input: JsonObject, type: InputRecord): MappedValue {
  const unrepresentable: Unrepresentable[] = [];
  const value = mapRecord(input, type, ['input'], unrepresentable);
  return { value, unrepresentable };
}

function mapRecord(
  object: JsonObject,
  type: InputRecord,
  path: readonly string[],
  lost: Unrepresentable[],
): CedarValueJson {
  // SECURITY: names are the tool author's; `__proto__` must be an attribute like any other.
  const record = Object.create(null) as Record<string, CedarValueJson>;
  const losses: Unrepresentable[] = [];
  for (const [name, { type: of, required }] of type.attributes) {
    const below = [...path, name];
    if (!Object.hasOwn(object, name)) {
      if (required) losses.push({ path: below, why: 'it is required and missing' });
      continue;
    }
    const value = mapValue(object[name] as Json, of, below, losses);
    if (value !== undefined) record[name] = value;
  }
  for (const name of Object.keys(object)) {
    if (!type.attributes.has(name)) losses.push({ path: [...path, name], why: 'it has no Cedar type' });
  }
  if (losses.length <= MAX_NAMED) lost.push(...losses);
  else lost.push({ path, why: `more than ${MAX_NAMED} of its members cannot be represented` });
  return record;
}

function mapValue(
  value: Json,
  type: InputType,
  path: readonly string[],
  lost: Unrepresentable[],
): CedarValueJson | undefined {
  const lose = (why: string): undefined => {
    lost.push({ path, why });
    return undefined;
  };
  switch (type.kind) {
    case 'string':
      if (typeof value !== 'string') return lose('it is not a string');
      return isCedarText(value) ? value : lose('it is not well-formed Unicode');
    case 'boolean':
      return typeof value === 'boolean' ? value : lose('it is not a boolean');
    case 'long': {
      if (!(value instanceof JsonNumber)) return lose('it is not a number');
      return toLong(value.lexeme) ?? lose('it is not an integer within 2^53');
    }
    case 'decimal': {
      if (!(value instanceof JsonNumber)) return lose('it is not a number');
      const decimal = toDecimal(value.lexeme);
      return decimal === null
        ? lose('it has more than four decimal places or is too large')
        : { __extn: { fn: 'decimal', arg: decimal } };
    }
    case 'set':
      return Array.isArray(value) ? mapSet(value, type.element, path, lose) : lose('it is not an array');
    case 'record':
      return isJsonObject(value) ? mapRecord(value, type, path, lost) : lose('it is not an object');
    default:
      return type satisfies never;
  }
}

/** One element that cannot be shown takes the whole set with it: a set with a gap would answer `contains` wrongly. */
function mapSet(
  elements: readonly Json[],
  type: InputType,
  path: readonly string[],
  lose: (why: string) => undefined,
): CedarValueJson | undefined {
  const set: CedarValueJson[] = [];
  for (const element of elements) {
    const lost: Unrepresentable[] = [];
    const mapped = mapValue(element, type, path, lost);
    if (mapped === undefined || lost.length > 0)
      return lose(`an element cannot be represented: ${lost[0]?.why ?? ''}`);
    set.push(mapped);
  }
  return set;
}
