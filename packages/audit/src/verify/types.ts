// What the verifier is given and what it answers. The report states each level by itself and lists what is
// not proven; it has no field that could be printed as a bare OK.

import type { Detail } from '../entry/types.ts';
import type { Digest } from '../sha256.ts';

/** An entry as a store holds it. A detail that was erased is simply not in `details`. */
export interface StoredEntry {
  readonly index: number;
  readonly header: Uint8Array;
  readonly leaf: Uint8Array;
  readonly details: readonly Detail[];
}

/** The levels of verification, in the order in which the report lists them. */
export const LEVELS = [
  'structure',
  'leaves',
  'hashChain',
  'details',
  'chains',
  'calls',
  'approvals',
  'checkpoints',
  'external',
] as const;

export type Level = (typeof LEVELS)[number];

export type FailureCode =
  | 'log_empty'
  | 'entry_missing'
  | 'entry_out_of_order'
  | 'entry_malformed'
  | 'entry_misplaced'
  | 'time_backwards'
  | 'log_not_opened'
  | 'log_opened_twice'
  | 'leaf_mismatch'
  | 'prev_mismatch'
  | 'origin_mismatch'
  | 'detail_tampered'
  | 'detail_uncommitted'
  | 'chain_broken'
  | 'call_decided_twice'
  | 'call_not_open'
  | 'call_not_allowed'
  | 'call_reference_wrong'
  | 'task_not_open'
  | 'approval_repeated'
  | 'approval_unknown'
  | 'approval_not_pending'
  | 'approval_quorum'
  | 'approval_not_granted'
  | 'checkpoint_malformed'
  | 'checkpoint_signature'
  | 'checkpoint_origin'
  | 'checkpoint_order'
  | 'checkpoint_root'
  | 'tail_missing';

export interface Failure {
  readonly level: Level;
  readonly code: FailureCode;
  /** The entry it concerns; null where a root shows only that one of several entries was changed. */
  readonly index: number | null;
  readonly message: string;
}

export interface LevelReport {
  readonly state: 'passed' | 'failed' | 'not_checked';
  /** How many things were checked: entries, details, links, calls or checkpoints. */
  readonly checked: number;
  readonly failures: number;
  readonly first: Failure | null;
}

export interface LogReport {
  readonly verdict: 'consistent' | 'broken';
  /** One sentence that says what the verdict rests on. */
  readonly summary: string;
  /** The first thing found wrong, in log order. */
  readonly firstFailure: Failure | null;
  readonly origin: string;
  /** Number of entries read, and the root over them. */
  readonly size: number;
  readonly root: Digest;
  readonly levels: Readonly<Record<Level, LevelReport>>;
  readonly details: { readonly disclosed: number; readonly erased: number; readonly tampered: number };
  readonly calls: {
    readonly decided: number;
    readonly completed: number;
    readonly unknown: number;
    /** Allowed, with no outcome recorded. */
    readonly open: number;
    /** Held, and never decided again under the same id. */
    readonly held: number;
  };
  /** Chain links whose previous entry is in another log, which this verification has not read. */
  readonly linksToOtherLogs: number;
  /** How many entries the newest matching checkpoint covers. */
  readonly covered: { readonly byStore: number; readonly elsewhere: number };
  /** What nobody may conclude from this report. Never empty. */
  readonly notProven: readonly string[];
}

export interface VerifyOptions {
  readonly origin: string;
  /** The log's checkpoint keys. Without any, signatures are not checked. */
  readonly vkeys?: readonly string[];
  /** Where `vkeys` came from: a key that lies beside the log is no protection from whoever holds both. */
  readonly keysFrom?: 'outside' | 'store';
  /** The store's own checkpoints (signed notes), ascending by size. */
  readonly checkpoints?: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
  /** Checkpoints that somebody held outside the reach of the log's operator. */
  readonly external?: readonly (string | Uint8Array)[];
  /** Called at each failure, as it is found: a live log has no end at which a report could tell. */
  readonly onFailure?: ((failure: Failure) => void) | undefined;
  /** Called every few thousand entries, and once at the end. */
  readonly onProgress?: (progress: { readonly entries: number }) => void;
}
