// The exact amount that a call adds to a meter, and the exact value that a policy is shown: whole smallest units, never
// floating point (DESIGN section 6, "Meters").

import type { MeterValue } from '../facts.ts';
import { isJsonObject, type Json, JsonNumber, parseObject } from '../json.ts';
import { toDecimal, toLong } from '../numbers.ts';
import type { Measure, MeterType } from './types.ts';
import { DECIMAL_UNITS } from './window.ts';

/** An amount in the smallest unit of its meter: 1 for Longs, a ten-thousandth for decimals; or why it is none. */
export type Amount =
  | { readonly ok: true; readonly units: bigint }
  | { readonly ok: false; readonly why: string };

const PLACES = 4;

/** The largest total of each type. A Long crosses to Cedar as a JSON number, which is exact up to here. */
const MOST: Readonly<Record<MeterType, bigint>> = {
  long: BigInt(Number.MAX_SAFE_INTEGER),
  decimal: 2n ** 63n - 1n,
};

/** What one call adds to a measure that counts it. @param input JSON text of its arguments; absent reads as `{}`. */
export function amountOf({ add, type }: Pick<Measure, 'add' | 'type'>, input: string | undefined): Amount {
  if (add === 1) return { ok: true, units: 1n };
  const parsed = parseObject(input ?? '{}');
  if (!parsed.ok) return { ok: false, why: `the arguments cannot be read: ${parsed.why}` };
  const path = add.input.join('.');
  const value = memberAt(parsed.value, add.input);
  // What a server makes of an argument that is not there, nobody here knows.
  if (value === undefined) return { ok: false, why: `\`${path}\`, which it sums, is not there` };
  if (!(value instanceof JsonNumber)) return { ok: false, why: `\`${path}\`, which it sums, is no number` };
  const units = unitsOf(value.lexeme, type);
  if (units === null)
    return { ok: false, why: `\`${path}\`, which it sums, is no ${type} that Cedar can hold` };
  // SECURITY: a negative amount would buy back what was spent.
  return units < 0n ? { ok: false, why: `\`${path}\`, which it sums, is negative` } : { ok: true, units };
}

/** The total after an amount more, if the type can hold it. */
export function sumOf(type: MeterType, total: bigint, units: bigint): Amount {
  const sum = total + units;
  return sum > MOST[type]
    ? { ok: false, why: 'its sum is larger than it can hold' }
    : { ok: true, units: sum };
}

/** A total as policies are shown it. */
export function valueOf(type: MeterType, units: bigint): Exclude<MeterValue, object> {
  if (type === 'long') return Number(units);
  const places = String(units % DECIMAL_UNITS)
    .padStart(PLACES, '0')
    .replace(/0+$/, '');
  return `${units / DECIMAL_UNITS}.${places === '' ? '0' : places}`;
}

function memberAt(object: Json, path: readonly string[]): Json | undefined {
  let at: Json | undefined = object;
  for (const name of path) {
    at = at !== undefined && isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}

function unitsOf(lexeme: string, type: MeterType): bigint | null {
  if (type === 'long') {
    const long = toLong(lexeme);
    return long === null ? null : BigInt(long);
  }
  const decimal = toDecimal(lexeme);
  if (decimal === null) return null;
  const [whole = '', places = ''] = decimal.split('.');
  return BigInt(whole + places.padEnd(PLACES, '0'));
}
