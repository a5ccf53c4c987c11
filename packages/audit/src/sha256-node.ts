// SHA-256 by Node's own crypto. Short inputs, nearly all of them here, go through one call on a reused buffer.

import { createHash, hash } from 'node:crypto';
import type { Bytes } from './bytes.ts';

const scratch = new Uint8Array(16_384);

/** SHA-256 over the concatenation of `parts`, 32 bytes. */
export function sha256Concat(parts: readonly Uint8Array[]): Bytes {
  // WHY binary (latin1): one character per byte, and the one-shot hash returns a string three times as fast as a buffer.
  const text = digest(parts, 'binary');
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The same as 64 lowercase hex digits. */
export function sha256ConcatHex(parts: readonly Uint8Array[]): string {
  return digest(parts, 'hex');
}

function digest(parts: readonly Uint8Array[], encoding: 'binary' | 'hex'): string {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > scratch.length) {
    const hasher = createHash('sha256');
    for (const part of parts) hasher.update(part);
    return hasher.digest(encoding);
  }
  let at = 0;
  for (const part of parts) {
    scratch.set(part, at);
    at += part.length;
  }
  return hash('sha256', scratch.subarray(0, length), encoding);
}
