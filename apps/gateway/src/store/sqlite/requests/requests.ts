// What passes between the gateway's threads and the writer. Plain data: it is copied from thread to thread.
import type { EntryDraft, Id } from '@countersign/audit';
import type { CheckpointRecord } from '../../readers/log.ts';
import type { PayloadPlace } from '../../payload/place.ts';
import type { StoreErrorCode } from '../../store-error.ts';
import type { CommitRequest, CommitResult } from '../../types.ts';
import type { PackedOutcomes } from './pack-outcomes.ts';
import type { PackedRequests } from './pack-requests.ts';
import type { PreparedEntry } from './prepare-entry.ts';

/** A request to commit, with the wall clock at the time it was made (microseconds since the epoch). */
export interface PendingCommit {
  readonly id: number;
  readonly time: number;
  /** About how much it writes; bounds a batch. */
  readonly bytes: number;
  readonly request: CommitRequest;
  /** Stands for the entries of the request where it is there. */
  readonly prepared?: readonly PreparedEntry[];
}

export type CommitOutcome =
  | {
      readonly id: number;
      readonly result: CommitResult;
      /** The header bytes of the entries, in the order of the request; empty unless committed. */
      readonly headers: readonly Uint8Array[];
    }
  /** A request that no correct caller makes; nothing of it was written. */
  | { readonly id: number; readonly bug: string };

export interface BatchOutcome {
  readonly outcomes: readonly CommitOutcome[];
  /** Null, or why nothing of the batch was written. */
  readonly failure: null | { readonly kind: 'unavailable' | 'fatal'; readonly message: string };
}

/** How a log begins that continues another (docs/log-format.md). */
export interface LogOpening {
  /** The detail `continues` of its first entry. */
  readonly continues: string;
  /** What follows in the same transaction. */
  readonly entries: readonly EntryDraft[];
  /** The note that is kept of the log before, which this log's first head takes the place of; null for none. */
  readonly replaces: string | null;
}

export interface WriterData {
  readonly dataDir: string;
  readonly origin: string;
  readonly node: Id<'node'>;
  /** Secret: the `skey` text of the checkpoint key; of a rotated one, the first still needed. */
  readonly checkpointKey: string;
  /** Secret: the `skey` texts of those that came after it. */
  readonly laterCheckpointKeys: readonly string[];
  readonly checkpointIntervalMs: number;
  readonly payload: PayloadPlace;
  /** Absolute path of the file that keeps the last signed head. */
  readonly headFile: string;
  /** Wall clock at the start, in microseconds since the epoch. */
  readonly time: number;
  readonly opening: LogOpening | null;
  /** Bounds the database, so that a test can fill it. */
  readonly testingOnlyMaxPages: number | null;
}

export type ToWriter =
  | ({ readonly type: 'commit' } & PackedRequests)
  | { readonly type: 'sign'; readonly id: number }
  | { readonly type: 'close' };

export type FromWriter =
  | { readonly type: 'ready'; readonly size: number }
  | { readonly type: 'refused'; readonly code: StoreErrorCode; readonly message: string }
  | ({
      readonly type: 'batch';
      readonly size: number;
      readonly failure: BatchOutcome['failure'];
    } & PackedOutcomes)
  /** The log can be written again. */
  | { readonly type: 'recovered' }
  /** A head was signed, or could not be signed for now. */
  | { readonly type: 'signed'; readonly failure: string | null }
  | { readonly type: 'answer'; readonly id: number; readonly checkpoint: CheckpointRecord }
  | { readonly type: 'unanswered'; readonly id: number; readonly message: string }
  /** Nothing will be written any more; what is still pending failed. */
  | { readonly type: 'fatal'; readonly message: string }
  | { readonly type: 'closed' };

export const MAX_BATCH_REQUESTS = 256;
export const MAX_BATCH_BYTES = 1 << 20;
