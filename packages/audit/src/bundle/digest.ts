// The running digest over the lines of a bundle. It shows that a file is whole, never who wrote it: whoever changes a
// line can make it anew. One step a line, so that neither writer nor reader holds the file.

import { type Bytes, utf8 } from '../bytes.ts';
import { type Digest, sha256, toDigest } from '../sha256.ts';

const DOMAIN = Uint8Array.of(0x03);

export interface LineDigest {
  /** @param line without its line break. */
  readonly add: (line: string | Uint8Array) => void;
  /** d(0) = 32 zero bytes; d(n) = SHA-256(0x03 ‖ d(n − 1) ‖ line n). */
  readonly value: () => Digest;
}

export function createLineDigest(): LineDigest {
  let state: Bytes = new Uint8Array(32);
  return {
    add: (line) => {
      state = sha256(DOMAIN, state, typeof line === 'string' ? utf8(line) : line);
    },
    value: () => toDigest(state),
  };
}
