// Levels "leaves" and "hashChain": the stored leaf hash is that of the stored header, and every header names
// the leaf hash of the entry before it. Both are recomputed in full; neither excuses the other.

import { equalBytes } from '../bytes.ts';
import { originDigest } from '../entry/chain.ts';
import type { EntryHeader } from '../entry/types.ts';
import { leafHash } from '../merkle.ts';
import { isHexOf } from './hex.ts';
import type { Tally } from './tally.ts';
import type { StoredEntry } from './types.ts';

export interface LinkStep {
  /** The leaf hash recomputed from the header bytes, whatever is stored. */
  readonly check: (stored: StoredEntry, entry: EntryHeader | null) => Uint8Array;
}

/** @param before the entry before the first one, where that is not read; null for a log from its beginning. */
export function createLinkStep(
  origin: string,
  tally: Tally,
  before: { readonly size: number; readonly lastLeaf: Uint8Array } | null = null,
): LinkStep {
  let previous: { readonly index: number; readonly leaf: Uint8Array } | null =
    before === null ? null : { index: before.size - 1, leaf: before.lastLeaf };
  const first = originDigest(origin);
  return {
    check: (stored, entry) => {
      const { index } = stored;
      const bytes = leafHash(stored.header);
      tally.checked('leaves');
      if (!equalBytes(bytes, stored.leaf)) {
        tally.failed(
          'leaves',
          'leaf_mismatch',
          index,
          `entry ${index} was changed: its bytes do not have the stored leaf hash`,
        );
      }
      if (entry !== null) {
        tally.checked('hashChain');
        if (previous === null && entry.prev !== first) {
          tally.failed(
            'hashChain',
            'origin_mismatch',
            index,
            `entry ${index} does not begin the log \`${origin}\``,
          );
        } else if (previous !== null && !isHexOf(entry.prev, previous.leaf)) {
          tally.failed(
            'hashChain',
            'prev_mismatch',
            index,
            `entry ${index} does not continue entry ${previous.index}: one of the two was changed, or an entry between them is gone`,
          );
        }
      }
      previous = { index, leaf: bytes };
      return bytes;
    },
  };
}
