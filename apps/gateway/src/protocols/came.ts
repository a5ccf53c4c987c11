// Counts what comes, for the record, where it is not held to be counted at its end.
import { createHash } from 'node:crypto';
import type { BodyDigest } from '../pipeline/types.ts';

export interface CameCount {
  count(bytes: Uint8Array): void;
  readonly came: () => BodyDigest;
}

const GATHERED = 4_096;

/** @param onFirst called with the first bytes. */
export function createCameCount(onFirst: () => void = () => undefined): CameCount {
  const hash = createHash('sha256');
  let bytes = 0;
  // Hashing a few bytes costs as much as hashing many.
  let gathered: Buffer | null = null;
  let length = 0;

  function hashGathered(): void {
    if (gathered !== null && length > 0) hash.update(gathered.subarray(0, length));
    length = 0;
  }

  return {
    count(chunk) {
      if (bytes === 0) onFirst();
      bytes += chunk.byteLength;
      if (length + chunk.byteLength > GATHERED) hashGathered();
      if (chunk.byteLength > GATHERED) {
        hash.update(chunk);
        return;
      }
      gathered ??= Buffer.allocUnsafeSlow(GATHERED);
      gathered.set(chunk, length);
      length += chunk.byteLength;
    },
    came() {
      hashGathered();
      return { sha256: hash.copy().digest('hex'), bytes };
    },
  };
}
