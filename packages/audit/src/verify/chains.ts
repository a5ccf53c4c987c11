// Level "chains": the entries of one chain count up from 0 and each names the entry before it. Links into
// another log are counted, since that log has not been read here.

import { originDigest } from '../entry/chain.ts';
import type { EntryHeader } from '../entry/types.ts';
import type { Digest } from '../sha256.ts';
import type { Tally } from './tally.ts';

export interface ChainStep {
  readonly check: (entry: EntryHeader, leaf: Digest) => void;
  readonly linksToOtherLogs: () => number;
}

interface ChainHead {
  readonly seq: number;
  readonly index: number;
  readonly leaf: Digest;
}

export function createChainStep(origin: string, tally: Tally): ChainStep {
  const log = originDigest(origin);
  const heads = new Map<string, ChainHead>();
  let linksToOtherLogs = 0;
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
        : head === undefined
          ? isFirst(chain)
          : chain.prevLog === log &&
            chain.seq === head.seq + 1 &&
            chain.prevIndex === head.index &&
            chain.prevLeaf === head.leaf;
      if (isElsewhere) linksToOtherLogs += 1;
      if (!isContinued) {
        const expected = head === undefined ? 'begin it' : `continue entry ${head.index}`;
        tally.failed(
          'chains',
          'chain_broken',
          index,
          `entry ${index} is number ${chain.seq} of \`${chain.id}\` but does not ${expected}`,
        );
      }
      heads.set(chain.id, { seq: chain.seq, index, leaf });
    },
  };
}

function isFirst(chain: NonNullable<EntryHeader['chain']>): boolean {
  return chain.seq === 0 && chain.prevLog === null && chain.prevIndex === null && chain.prevLeaf === null;
}
