// SHA-256 by Node's own crypto. Short inputs, nearly all of them here, go through one call on a reused buffer.

import { createHash, hash } from 'node:crypto';
import type { Bytes } from './bytes.ts';

const scratch = new Uint8Array(16_384);

/** SHA-256 over the concatenation of `parts`, 32 bytes. */
export function sha256Concat(parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > scratch.length) {
    const hasher = createHash('sha256');
    for (const part of parts) hasher.update(part);
    return plain(hasher.digest());
  }
  let at = 0;
  for (const part of parts) {
    scratch.set(part, at);
    at += part.length;
  }
  return plain(hash('sha256', scratch.subarray(0, length), 'buffer'));
}

function plain(buffer: Uint8Array): Bytes {
  return new Uint8Array(buffer);
}
