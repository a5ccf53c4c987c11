// AES-256-GCM as values beside the log are sealed with it. What a sealed value belongs to is bound to it, so that one
// cannot be put in the place of another.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/** WHY an object: with a key in bytes each operation costs four times as much. */
export function secretKey(bytes: Uint8Array): KeyObject {
  if (bytes.length !== KEY_BYTES) throw new TypeError(`a key has ${KEY_BYTES} bytes`);
  return createSecretKey(bytes);
}

const NONCES_AT_ONCE = 256;
let nonces = Buffer.alloc(0);

/** Drawn many at a time: a call to the generator costs as much as a small encryption. */
function nextNonce(): Uint8Array {
  if (nonces.length === 0) nonces = randomBytes(NONCE_BYTES * NONCES_AT_ONCE);
  const nonce = nonces.subarray(0, NONCE_BYTES);
  nonces = nonces.subarray(NONCE_BYTES);
  return nonce;
}

/** Nonce (12 random bytes) ‖ ciphertext ‖ tag (16 bytes). */
export function seal(key: KeyObject, belongsTo: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const nonce = nextNonce();
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(belongsTo);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  // WHY not memory of its own: that costs as much as the encryption, and what is sealed is stored at once.
  const sealed = Buffer.allocUnsafe(NONCE_BYTES + ciphertext.length + TAG_BYTES);
  sealed.set(nonce);
  sealed.set(ciphertext, NONCE_BYTES);
  sealed.set(cipher.getAuthTag(), NONCE_BYTES + ciphertext.length);
  return sealed;
}

/** Null where it was changed, belongs to something else, or was sealed with another key. */
export function unseal(key: KeyObject, belongsTo: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const tagAt = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(belongsTo);
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, tagAt));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plaintext;
}
