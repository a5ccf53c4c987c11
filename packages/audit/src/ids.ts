// Identifiers: `<prefix>_` and the 32 lowercase hex digits of a UUIDv7 (RFC 9562 section 5.7). They are labels: they carry no
// personal data and no time but that of their making, which the entry that brings them tells too; that is what lets them
// stand in an entry header. Nothing is decided by their order.

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

/**
 * A new identifier: 48 bits of `now` (milliseconds since the epoch), 74 random bits. WHY the time: the ids of calls that are made
 * together then stand together in every index, and a commit of many calls changes a page of it, not one for each call.
 */
export function newId<P extends IdPrefix>(
  prefix: P,
  random: RandomBytes = randomBytes,
  now: () => number = Date.now,
): Id<P> {
  return `${prefix}_${toHex(uuid7(random, now()))}` as Id<P>;
}

function uuid7(random: RandomBytes, time: number): Uint8Array {
  const bytes = new Uint8Array(random(ID_DIGITS / 2));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(time / 0x1_0000));
  view.setUint16(4, time % 0x1_0000);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  return bytes;
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
