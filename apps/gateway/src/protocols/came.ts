// Counts what comes, for the record, where it is not held to be counted at its end.
import { createHash } from 'node:crypto';
import type { BodyDigest } from '../pipeline/types.ts';

export interface CameCount {
  count(bytes: Uint8Array): void;
  readonly came: () => BodyDigest;
}

export function createCameCount(): CameCount {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    count(chunk) {
      hash.update(chunk);
      bytes += chunk.byteLength;
    },
    came: () => ({ sha256: hash.copy().digest('hex'), bytes }),
  };
}
