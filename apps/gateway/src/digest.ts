// Digests as entries take them.
import { type Digest, isDigest } from '@countersign/audit';

/** A SHA-256 in hex, checked for its form; throws a TypeError for anything else. */
export function asDigest(text: string): Digest {
  if (!isDigest(text)) throw new TypeError(`\`${text}\` is not a SHA-256 digest`);
  return text;
}
