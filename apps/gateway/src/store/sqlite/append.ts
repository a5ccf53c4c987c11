// Appends sealed entries: fills what only the writer knows (index, prev links, time), stores header, leaf and details,
// and continues the entry's chain. Runs inside the writer's transaction and keeps no state of its own, so that a
// rolled-back request leaves nothing behind.
import {
  type ChainLink,
  type Detail,
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

export function createAppender(db: Database.Database, origin: string, node: Id<'node'>): Appender {
  const log: Digest = originDigest(origin);
  const insertEntry = db.prepare('INSERT INTO entries (idx, header, leaf) VALUES (?, ?, ?)');
  const insertDetails = createDetailInsert(db);
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
      insertDetails(index, sealed.details);
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

/** One statement per entry: an entry has up to fifteen details, and each statement has a price of its own. */
function createDetailInsert(db: Database.Database): (index: number, details: readonly Detail[]) => void {
  const byCount = new Map<number, Database.Statement>();
  return (index, details) => {
    if (details.length === 0) return;
    let insert = byCount.get(details.length);
    if (insert === undefined) {
      const rows = details.map(() => '(?, ?, ?, ?)').join(', ');
      insert = db.prepare(`INSERT INTO details (idx, name, salt, value) VALUES ${rows}`);
      byCount.set(details.length, insert);
    }
    insert.run(details.flatMap(({ name, salt, value }) => [index, name, salt, value]));
  };
}
