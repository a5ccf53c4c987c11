// How an entry continues the log and its chain: the two kinds of link that a header carries.

import { type Digest, digestOf } from '../sha256.ts';
import type { ChainLink } from './types.ts';

/** SHA-256 of the origin's UTF-8 bytes: `prev` of a log's first entry, and `prevLog` in chain links. */
export function originDigest(origin: string): Digest {
  return digestOf(origin);
}

/** The link of a chain's first entry. */
export const FIRST_CHAIN_LINK: ChainLink = { seq: 0, prevLog: null, prevIndex: null, prevLeaf: null };

/** The link of the entry that follows entry `index` (with `seq` and `leaf`) of the log with `log` = originDigest. */
export function nextChainLink(previous: {
  readonly seq: number;
  readonly log: Digest;
  readonly index: number;
  readonly leaf: Digest;
}): ChainLink {
  return {
    seq: previous.seq + 1,
    prevLog: previous.log,
    prevIndex: previous.index,
    prevLeaf: previous.leaf,
  };
}
