// Identifiers: `<prefix>_` and 32 lowercase hex digits, 128 random bits. They are labels and carry no order,
// no time and no personal data, which is what lets them stand in an entry header.

import { isHex, toHex } from './bytes.ts';
import { randomBytes, type RandomBytes } from './random.ts';

export const ID_PREFIXES = [
  'call',
  'chain',
  'node',
  'apr',
  'rev',
  'agt',
  'srv',
  'usr',
  'team',
  'grp',
  'iss',
  'task',
  'ctx',
  'key',
  'chg',
  'exp',
  'hold',
] as const;

export type IdPrefix = (typeof ID_PREFIXES)[number];

declare const brand: unique symbol;

/** An identifier of one kind of thing, for example `Id<'call'>`. */
export type Id<P extends IdPrefix = IdPrefix> = P extends IdPrefix
  ? `${P}_${string}` & { readonly [brand]: P }
  : never;

/** Hex digits after the prefix. */
export const ID_DIGITS = 32;

/** A new identifier of 128 random bits. */
export function newId<P extends IdPrefix>(prefix: P, random: RandomBytes = randomBytes): Id<P> {
  return `${prefix}_${toHex(random(ID_DIGITS / 2))}` as Id<P>;
}

/** Whether `value` is an identifier with one of `prefixes`; with none given, with any prefix that exists. */
export function isId<P extends IdPrefix = IdPrefix>(
  value: unknown,
  ...prefixes: readonly P[]
): value is Id<P> {
  if (typeof value !== 'string') return false;
  const end = value.length - ID_DIGITS;
  if (end < 2 || value[end - 1] !== '_' || !isHex(value, end)) return false;
  const allowed: readonly string[] = prefixes.length > 0 ? prefixes : ID_PREFIXES;
  return allowed.includes(value.slice(0, end - 1));
}
