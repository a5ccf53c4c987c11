// Level "chains": the entries of one chain count up from 0 and each names the entry before it. Links into
// another log are counted, since that log has not been read here.

import { originDigest } from '../entry/chain.ts';
import type { EntryHeader } from '../entry/types.ts';
import { createChainHeads } from './chain-heads.ts';
import { isHexOf } from './hex.ts';
import type { Tally } from './tally.ts';

export interface ChainsBefore {
  readonly size: number;
  readonly leafAt?: ((index: number) => Uint8Array | null) | undefined;
  readonly refers: () => void;
}

export interface ChainStep {
  /** @param leaf of the entry, 32 bytes. */
  readonly check: (entry: EntryHeader, leaf: Uint8Array) => void;
  readonly linksToOtherLogs: () => number;
}

/** @param before where the first entries are not read: how many, and their leaf hashes as far as they are known. */
export function createChainStep(origin: string, tally: Tally, before: ChainsBefore | null = null): ChainStep {
  const log = originDigest(origin);
  const heads = createChainHeads();
  let linksToOtherLogs = 0;
  /** A chain outlives its archived entries: its link is checked as far as they are known. */
  const isBefore = ({ seq, prevLog, prevIndex, prevLeaf }: NonNullable<EntryHeader['chain']>): boolean => {
    if (before === null || prevLog !== log || seq === 0) return false;
    if (prevIndex === null || prevIndex >= before.size) return false;
    const leaf = before.leafAt?.(prevIndex) ?? null;
    before.refers();
    return leaf === null || isHexOf(prevLeaf, leaf);
  };
  return {
    linksToOtherLogs: () => linksToOtherLogs,
    check: (entry, leaf) => {
      const { chain, index } = entry;
      if (chain === null) return;
      tally.checked('chains');
      const head = heads.get(chain.id);
      const isElsewhere = chain.prevLog !== null && chain.prevLog !== log;
      const isContinued = isElsewhere
        ? chain.prevIndex !== null && chain.prevLeaf !== null && chain.seq > (head?.seq ?? 0)
        : head === null
          ? isFirst(chain) || isBefore(chain)
          : chain.prevLog === log &&
            chain.seq === head.seq + 1 &&
            chain.prevIndex === head.index &&
            isHexOf(chain.prevLeaf, head.leaf);
      if (isElsewhere) linksToOtherLogs += 1;
      if (!isContinued) {
        const expected = head === null ? 'begin it' : `continue entry ${head.index}`;
        tally.failed(
          'chains',
          'chain_broken',
          index,
          `entry ${index} is number ${chain.seq} of \`${chain.id}\` but does not ${expected}`,
        );
      }
      heads.set(chain.id, chain.seq, index, leaf);
    },
  };
}

function isFirst(chain: NonNullable<EntryHeader['chain']>): boolean {
  return chain.seq === 0 && chain.prevLog === null && chain.prevIndex === null && chain.prevLeaf === null;
}
