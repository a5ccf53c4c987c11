// What the key store holds of a data key: itself sealed under the payload key, bound to whom and which day it is for.
import type { KeyObject } from 'node:crypto';
import { secretKey, seal, unseal } from './cipher.ts';

/** The first 16 bytes of a keyed digest of a name: the same person every time, nobody's name to read. */
export type Holder = Uint8Array;

export interface KeyRow {
  /** A random integer from 1 to 2^52 − 1. */
  readonly id: number;
  readonly holder: Holder;
  /** Days since the Unix epoch, UTC. */
  readonly day: number;
  readonly wrapped: Uint8Array;
}

export function wrapKey(
  payloadKey: KeyObject,
  row: Omit<KeyRow, 'wrapped'>,
  dataKey: Uint8Array,
): Uint8Array {
  return seal(payloadKey, boundTo(row), dataKey);
}

/** The raw key; null where it was changed, or wrapped by another payload key. */
export function unwrapKey(payloadKey: KeyObject, row: KeyRow): Uint8Array | null {
  return unseal(payloadKey, boundTo(row), row.wrapped);
}

export function dataKeyOf(payloadKey: KeyObject, row: KeyRow): KeyObject | null {
  const raw = unwrapKey(payloadKey, row);
  return raw === null ? null : secretKey(raw);
}

const DOMAIN = Buffer.from('countersign/data-key/1\0');

function boundTo({ id, holder, day }: Omit<KeyRow, 'wrapped'>): Uint8Array {
  const numbers = Buffer.alloc(12);
  numbers.writeBigUInt64BE(BigInt(id));
  numbers.writeUInt32BE(day, 8);
  return Buffer.concat([DOMAIN, numbers, holder]);
}
