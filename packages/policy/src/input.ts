// Turns a call's arguments into Cedar values by the tool's schema, never by the value (DESIGN section 6). What does not
// fit is left out and named, so that a decision can refuse to rest on its absence. On the path of every call.

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

/** Where a value stands; written out as a path only when something is lost there. */
interface Place {
  readonly above: Place | null;
  readonly name: string;
}

const INPUT: Place = { above: null, name: 'input' };

/** Maps arguments to the value of `context.input`. */
export function mapInput(input: JsonObject, type: InputRecord): MappedValue {
  const unrepresentable: Unrepresentable[] = [];
  const value = mapRecord(input, type, INPUT, unrepresentable);
  return { value, unrepresentable };
}

function mapRecord(
  object: JsonObject,
  type: InputRecord,
  place: Place,
  lost: Unrepresentable[],
): CedarValueJson {
  // SECURITY: names are the tool author's; `__proto__` must be an attribute like any other.
  const record = Object.create(null) as Record<string, CedarValueJson>;
  const before = lost.length;
  let present = 0;
  for (const [name, { type: of, required }] of type.attributes) {
    if (!Object.hasOwn(object, name)) {
      if (required) lose(lost, { above: place, name }, 'it is required and missing');
      continue;
    }
    present += 1;
    const value = mapValue(object[name] as Json, of, { above: place, name }, lost);
    if (value !== undefined) record[name] = value;
  }
  const names = Object.keys(object);
  if (names.length > present) {
    for (const name of names) {
      if (!type.attributes.has(name)) lose(lost, { above: place, name }, 'it has no Cedar type');
    }
  }
  if (lost.length - before > MAX_NAMED) {
    lost.length = before;
    lose(lost, place, `more than ${MAX_NAMED} of its members cannot be represented`);
  }
  return record;
}

function mapValue(
  value: Json,
  type: InputType,
  place: Place,
  lost: Unrepresentable[],
): CedarValueJson | undefined {
  switch (type.kind) {
    case 'string':
      if (typeof value !== 'string') return lose(lost, place, 'it is not a string');
      return isCedarText(value) ? value : lose(lost, place, 'it is not well-formed Unicode');
    case 'boolean':
      return typeof value === 'boolean' ? value : lose(lost, place, 'it is not a boolean');
    case 'long':
      if (!(value instanceof JsonNumber)) return lose(lost, place, 'it is not a number');
      return toLong(value.lexeme) ?? lose(lost, place, 'it is not an integer within 2^53');
    case 'decimal': {
      if (!(value instanceof JsonNumber)) return lose(lost, place, 'it is not a number');
      const decimal = toDecimal(value.lexeme);
      return decimal === null
        ? lose(lost, place, 'it has more than four decimal places or is too large')
        : { __extn: { fn: 'decimal', arg: decimal } };
    }
    case 'set':
      return Array.isArray(value)
        ? mapSet(value, type.element, place, lost)
        : lose(lost, place, 'it is not an array');
    case 'record':
      return isJsonObject(value)
        ? mapRecord(value, type, place, lost)
        : lose(lost, place, 'it is not an object');
    default:
      return type satisfies never;
  }
}

/** One element that cannot be shown takes the whole set with it: a set with a gap would answer `contains` wrongly. */
function mapSet(
  elements: readonly Json[],
  type: InputType,
  place: Place,
  lost: Unrepresentable[],
): CedarValueJson | undefined {
  const set: CedarValueJson[] = [];
  const before = lost.length;
  for (const element of elements) {
    const mapped = mapValue(element, type, place, lost);
    if (mapped === undefined || lost.length > before) {
      const why = lost[before]?.why ?? '';
      lost.length = before;
      return lose(lost, place, `an element cannot be represented: ${why}`);
    }
    set.push(mapped);
  }
  return set;
}

function lose(lost: Unrepresentable[], place: Place, why: string): undefined {
  lost.push({ path: pathOf(place), why });
  return undefined;
}

function pathOf(place: Place): readonly string[] {
  const path: string[] = [];
  for (let at: Place | null = place; at !== null; at = at.above) path.push(at.name);
  return path.reverse();
}
