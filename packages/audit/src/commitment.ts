// Commitments to detail fields: a salted digest in the header stands for a value stored beside it, so that
// the value can be erased while the log still verifies. The salt keeps a guessable value from being found.

import { type Bytes, utf8 } from './bytes.ts';
import { type Digest, sha256, sha256Digest } from './sha256.ts';

export const SALT_BYTES = 32;

const DOMAIN = 0x02;
const prefixes = new Map<string, Bytes>();

/**
 * SHA-256(0x02 ‖ u16be(length of name) ‖ name ‖ salt ‖ value), 32 bytes.
 * Throws a TypeError when the salt is not 32 bytes.
 */
export function commitment(name: string, salt: Uint8Array, value: Uint8Array): Bytes {
  return sha256(framedName(name), checkedSalt(salt), value);
}

/** The same in hex form, as it stands in a header. */
export function commitmentDigest(name: string, salt: Uint8Array, value: Uint8Array): Digest {
  return sha256Digest(framedName(name), checkedSalt(salt), value);
}

function checkedSalt(salt: Uint8Array): Uint8Array {
  if (salt.length !== SALT_BYTES) throw new TypeError(`a salt has ${SALT_BYTES} bytes, not ${salt.length}`);
  return salt;
}

// WHY a cache: names come from the closed schema only, and the frame is needed for every field of every entry.
function framedName(name: string): Bytes {
  const known = prefixes.get(name);
  if (known !== undefined) return known;
  const encoded = utf8(name);
  if (encoded.length > 0xffff) throw new TypeError('a detail name has at most 65535 bytes');
  const framed = new Uint8Array(3 + encoded.length);
  framed[0] = DOMAIN;
  new DataView(framed.buffer).setUint16(1, encoded.length);
  framed.set(encoded, 3);
  if (prefixes.size < 256) prefixes.set(name, framed);
  return framed;
}
