// A store as the composition root holds it: the writer, the readers, and what is to be known about their health. SQLite
// and Postgres implement the same; `contract.ts` is what both must pass.
import type { EntryDraft, EntryHeader } from '@countersign/audit';
import type { Readers } from './readers.ts';
import type { CheckpointRecord } from './readers/log.ts';
import type { LogWriter } from './types.ts';

/** An entry that is durably in the log, as it is told to live streams. */
export interface CommittedEntry {
  readonly header: EntryHeader;
  /** RFC 6962 leaf hash, 64 lowercase hex digits. */
  readonly leaf: string;
  readonly details: EntryDraft['details'];
}

export type CommittedListener = (entries: readonly CommittedEntry[]) => void;

export interface StoreHealth {
  /**
   * `ok`: commits work. `unavailable`: the last one failed; the store keeps trying. `dead`: what is on disk cannot be
   * trusted, nothing will be written by this process any more. `closed`: closed in order.
   */
  readonly state: 'ok' | 'unavailable' | 'dead' | 'closed';
  /** Why it is not `ok`, for the operator. */
  readonly message: string | null;
  /** Commit requests that wait for their acknowledgement. */
  readonly queued: number;
  /** Number of entries in the log. */
  readonly size: number;
  /** Why the newest entries are not signed although their time has come; null while all is well. */
  readonly unsigned: string | null;
}

export interface Store extends LogWriter {
  readonly readers: Readers;
  /** Resolves with the reason when the store dies; the process should end then and start anew from what is on disk. */
  readonly died: Promise<string>;
  /** Calls `listener` with the entries of each commit, in log order, after they are durable. Returns how to stop it. */
  onCommitted(listener: CommittedListener): () => void;
  health(): StoreHealth;
  /**
   * Signs now, not at the next turn: a checkpoint that covers every commit acknowledged before the call. For what is
   * taken away or handed out with its proof. Rejects with an Error when nothing can be signed.
   */
  signNow(): Promise<CheckpointRecord>;
  /** Commits what is queued, signs the last head and lets go of the data folder. */
  close(): Promise<void>;
}
