// Appends sealed entries: fills what only the writer knows (index, prev links, time), stores header and leaf,
// seals the details beside them, and continues the entry's chain. Runs inside the writer's transaction and keeps no state of its own, so that a
// rolled-back request leaves nothing behind.
import {
  type ChainLink,
  type Digest,
  type EntryDraft,
  FIRST_CHAIN_LINK,
  type Id,
  nextChainLink,
  originDigest,
  type SealedEntry,
  sealEntry,
  toDigest,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import type { PayloadSealer } from '../payload/sealer.ts';

/** The last entry appended; for the first of a log, `index` -1 and `leaf` SHA-256 of the origin. */
export interface Tail {
  readonly index: number;
  readonly leaf: Uint8Array;
  /** Microseconds since the epoch. */
  readonly time: number;
}

export interface Appender {
  /** Throws a TypeError for a draft that does not fit the format. `time` is the wall clock, in microseconds. */
  append(draft: EntryDraft, tail: Tail, time: number): SealedEntry;
}

interface ChainRow {
  readonly seq: number;
  readonly last_index: number;
  readonly last_leaf: Uint8Array;
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
  const chainHead = db.prepare<[string], ChainRow>(
    'SELECT seq, last_index, last_leaf FROM chains WHERE id = ?',
  );
  const openChain = db.prepare(
    'INSERT INTO chains (id, root_call, seq, last_index, last_leaf, opened_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const moveChain = db.prepare('UPDATE chains SET seq = ?, last_index = ?, last_leaf = ? WHERE id = ?');

  return {
    append(draft, tail, time) {
      const head = draft.chain === null ? undefined : chainHead.get(draft.chain);
      const chain: ChainLink | null =
        draft.chain === null
          ? null
          : head === undefined
            ? FIRST_CHAIN_LINK
            : nextChainLink({ seq: head.seq, log, index: head.last_index, leaf: toDigest(head.last_leaf) });
      const index = tail.index + 1;
      const sealed = sealEntry(draft, {
        index,
        prev: toDigest(tail.leaf),
        // The wall clock may step back; the log's order is its index, and its times never contradict it.
        time: Math.max(time, tail.time),
        node,
        chain,
      });

      insertEntry.run(index, sealed.header, sealed.leaf);
      if (sealed.details.length > 0) {
        const payload = payloads.seal(draft, index, sealed.entry.time, sealed.details);
        insertPayload.run(index, payload.key, payload.sealed);
      }
      if (draft.chain !== null && chain !== null) {
        if (head === undefined) {
          if (draft.call === null)
            throw new TypeError('the first entry of a chain names the call that roots it');
          openChain.run(
            draft.chain,
            draft.call,
            chain.seq,
            index,
            sealed.leaf,
            Math.floor(sealed.entry.time / 1000),
          );
        } else moveChain.run(chain.seq, index, sealed.leaf, draft.chain);
      }
      return sealed;
    },
  };
}
