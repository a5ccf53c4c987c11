// The one source of randomness of this package: the platform's cryptographic generator.

import type { Bytes } from './bytes.ts';

export type RandomBytes = (length: number) => Uint8Array;

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
