// Appends entries: seals what was prepared at their place in the log and in their chain, then stores header and leaf, and the sealed
// details beside them. Runs inside the writer's transaction. What is sealed is not yet stored, so that a request is known to
// fit before anything of it is written.
import {
  type ChainLink,
  type Digest,
  FIRST_CHAIN_LINK,
  type Id,
  nextChainLink,
  originDigest,
  placeEntry,
  toDigest,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import type { PayloadSealer } from '../../payload/sealer.ts';
import { type ChainHeads, createChainHeads } from './chain-heads.ts';
import type { PreparedEntry } from '../requests/prepare-entry.ts';

/** The last entry appended; for the first of a log, `index` -1 and `leaf` SHA-256 of the origin. */
export interface Tail {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly digest: Digest;
  /** Microseconds since the epoch. */
  readonly time: number;
}

export interface Appended {
  readonly prepared: PreparedEntry;
  readonly header: Uint8Array;
  readonly leaf: Uint8Array;
  /** Where the log ends with it. */
  readonly tail: Tail;
}

export interface Appender {
  /** Throws a TypeError for a draft that does not fit the format. `time` is the wall clock, in microseconds. */
  seal(prepared: PreparedEntry, tail: Tail, time: number): Appended;
  store(appended: Appended): void;
  /** How chains go on: has to be told what becomes of each request and each batch. */
  readonly chains: ChainHeads;
}

export function createAppender(
  db: Database.Database,
  origin: string,
  node: Id<'node'>,
  payloads: PayloadSealer,
): Appender {
  const log: Digest = originDigest(origin);
  const insertEntry = db.prepare('INSERT INTO entries (idx, header, leaf) VALUES (?, ?, ?)');
  const insertPayload = db.prepare('INSERT INTO payloads (idx, key, sealed) VALUES (?, ?, ?)');
  const chains = createChainHeads(db);

  function linkOf({ chain, call }: PreparedEntry): ChainLink | null {
    if (chain === null) return null;
    const head = chains.get(chain);
    if (head !== undefined)
      return nextChainLink({ seq: head.seq, log, index: head.index, leaf: head.digest });
    if (call === null) throw new TypeError('the first entry of a chain names the call that roots it');
    return FIRST_CHAIN_LINK;
  }

  return {
    chains,
    seal(prepared, tail, time) {
      const chain = linkOf(prepared);
      const index = tail.index + 1;
      // The wall clock may step back; the log's order is its index, and its times never contradict it.
      const at = Math.max(time, tail.time);
      const { header, leaf } = placeEntry(prepared, { index, prev: tail.digest, time: at, node, chain });
      const digest = toDigest(leaf);
      if (prepared.chain !== null && chain !== null)
        chains.move(prepared.chain, { seq: chain.seq, index, leaf, digest });
      return { prepared, header, leaf, tail: { index, leaf, digest, time: at } };
    },
    store({ prepared, header, leaf, tail: { index, time } }) {
      insertEntry.run(index, header, leaf);
      if (prepared.frame === null) return;
      const { key, sealed } = payloads.seal({ ...prepared, frame: prepared.frame }, index, time);
      insertPayload.run(index, key, sealed);
    },
  };
}
