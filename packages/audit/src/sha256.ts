// The door to SHA-256. Which implementation stands behind it is decided by the package's `imports`: the
// platform's in Node, a pure one elsewhere (WebCrypto's is asynchronous, and a tree is hashed leaf by leaf).

import { sha256Concat, sha256ConcatHex } from '#sha256';
import { type Bytes, isHex, toHex, utf8 } from './bytes.ts';

declare const brand: unique symbol;

/** A SHA-256 digest as 64 lowercase hex digits. */
export type Digest = string & { readonly [brand]: 'digest' };

export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && value.length === 64 && isHex(value);
}

/** SHA-256 over the concatenation of `parts`, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Bytes {
  return sha256Concat(parts);
}

/** SHA-256 over the concatenation of `parts`, in hex form. */
export function sha256Digest(...parts: readonly Uint8Array[]): Digest {
  return sha256ConcatHex(parts) as Digest;
}

/** The hex form of a 32-byte digest. Throws a TypeError for any other length. */
export function toDigest(hash: Uint8Array): Digest {
  if (hash.length !== 32) throw new TypeError(`a digest has 32 bytes, not ${hash.length}`);
  return toHex(hash) as Digest;
}

/** SHA-256 of bytes, or of the UTF-8 of a text, in hex form. */
export function digestOf(data: Uint8Array | string): Digest {
  return sha256Digest(typeof data === 'string' ? utf8(data) : data);
}
