// The one source of randomness of this package: the platform's cryptographic generator, asked for a block at
// a time because a call to it costs more than everything else an identifier needs.

import type { Bytes } from './bytes.ts';

export type RandomBytes = (length: number) => Uint8Array;

const block = new Uint8Array(16_384);
let used = block.length;

export function randomBytes(length: number): Bytes {
  if (length > block.length / 16) return crypto.getRandomValues(new Uint8Array(length));
  if (used + length > block.length) {
    crypto.getRandomValues(block);
    used = 0;
  }
  const bytes = block.slice(used, used + length);
  // SECURITY: what was handed out leaves the block at once, so that no byte serves twice.
  block.fill(0, used, used + length);
  used += length;
  return bytes;
}
