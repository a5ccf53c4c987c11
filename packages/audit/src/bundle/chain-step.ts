// Levels "chains" and, of a bundle, what can be said of completeness: where a chain was asked for, its entries count up
// from 0 without gaps, each naming the one before. That it ended with the last of them, nothing shows.

import { originDigest } from '../entry/chain.ts';
import type { EntryHeader } from '../entry/types.ts';
import type { Digest } from '../sha256.ts';
import type { Tally } from '../verify/tally.ts';

export interface BundleChainStep {
  readonly check: (entry: EntryHeader, leaf: Digest) => void;
  /** How many entries of the chain that was asked for are here, and where the last of them stands. */
  readonly finish: () => {
    readonly entries: number;
    readonly last: number | null;
    readonly elsewhere: number;
  };
}

interface ChainHead {
  readonly seq: number;
  readonly index: number;
  readonly leaf: Digest;
}

/** @param whole the chain of which the bundle must have every entry; null where none was asked for by itself. */
export function createBundleChainStep(origin: string, whole: string | null, tally: Tally): BundleChainStep {
  const log = originDigest(origin);
  const heads = new Map<string, ChainHead>();
  let [entries, elsewhere] = [0, 0];
  let last: number | null = null;
  return {
    finish: () => {
      if (whole !== null && entries === 0) {
        tally.checked('chains');
        tally.failed(
          'chains',
          'chain_incomplete',
          null,
          `the bundle has no entry of \`${whole}\`, which was asked for`,
        );
      }
      return { entries, last, elsewhere };
    },
    check: ({ chain, index }, leaf) => {
      if (chain === null) return;
      tally.checked('chains');
      const head = heads.get(chain.id) ?? null;
      heads.set(chain.id, { seq: chain.seq, index, leaf });
      if (chain.id === whole) {
        entries += 1;
        last = index;
      }
      const isFirst = chain.prevLog === null;
      const isElsewhere = !isFirst && chain.prevLog !== log;
      if (isElsewhere) elsewhere += 1;
      const broken = brokenLink(chain, index, isElsewhere, head);
      if (broken !== null) {
        tally.failed('chains', 'chain_broken', index, `entry ${index} ${broken}`);
        return;
      }
      const isGap = head === null ? !isFirst && !isElsewhere : !isElsewhere && chain.seq > head.seq + 1;
      if (chain.id !== whole || !isGap) return;
      const missing = head === null ? 0 : head.seq + 1;
      tally.failed(
        'chains',
        'chain_incomplete',
        index,
        `number ${missing} of \`${chain.id}\` is missing: the next one here is entry ${index}, number ${chain.seq}`,
      );
    },
  };
}

function brokenLink(
  chain: NonNullable<EntryHeader['chain']>,
  index: number,
  isElsewhere: boolean,
  head: ChainHead | null,
): string | null {
  const { seq, prevLog, prevIndex, prevLeaf } = chain;
  const isNull = prevLog === null && prevIndex === null && prevLeaf === null;
  const isFull = prevLog !== null && prevIndex !== null && prevLeaf !== null;
  if (!(seq === 0 ? isNull : isFull))
    return `is number ${seq} of \`${chain.id}\` but its link is not such a one's`;
  if (!isElsewhere && prevIndex !== null && prevIndex >= index)
    return `of \`${chain.id}\` names entry ${prevIndex} as the one before it`;
  if (head === null) return null;
  if (seq <= head.seq) return `is number ${seq} of \`${chain.id}\` but follows number ${head.seq}`;
  if (seq > head.seq + 1 || isElsewhere) return null;
  return prevIndex === head.index && prevLeaf === head.leaf
    ? null
    : `is number ${seq} of \`${chain.id}\` but does not continue entry ${head.index}`;
}
