// What the verifier is given and what it answers. The report states each level by itself and lists what is
// not proven; it has no field that could be printed as a bare OK.

import type { Detail } from '../entry/types.ts';
import type { KeyManifest } from '../keys/manifest.ts';
import type { Digest } from '../sha256.ts';
import type { Trust } from '../trust/types.ts';
import type { NotReplayed, Replayer } from './replayer.ts';
import type { ValuesReport } from './values.ts';

/** An entry as a store holds it. A detail that was erased is simply not in `details`. */
export interface StoredEntry {
  readonly index: number;
  readonly header: Uint8Array;
  readonly leaf: Uint8Array;
  readonly details: readonly Detail[];
  /** Values are there, and no key to read them with: `details` is empty. Not the same as erased. */
  readonly withheld?: true;
  /** What is stored is not what was sealed: `details` is empty. */
  readonly damaged?: true;
}

/** The levels of verification, in the order in which reports list them. */
export const LEVELS = [
  'structure',
  'leaves',
  'hashChain',
  'details',
  'inclusion',
  'chains',
  'calls',
  'approvals',
  'decisions',
  'checkpoints',
  'external',
  'witnesses',
  'timestamps',
  'receipts',
] as const;

export type Level = (typeof LEVELS)[number];

/** The levels of a whole log: its tree is recomputed from all entries, and receipts are in the hands of callers. */
export const LOG_LEVELS = LEVELS.filter(
  (level): level is LogLevel => level !== 'inclusion' && level !== 'timestamps' && level !== 'receipts',
);

export type LogLevel = Exclude<Level, 'inclusion' | 'timestamps' | 'receipts'>;

export type FailureCode =
  | 'log_empty'
  | 'entry_missing'
  | 'entry_out_of_order'
  | 'archive_mismatch'
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
  | 'call_times'
  | 'task_not_open'
  | 'approval_repeated'
  | 'approval_unknown'
  | 'approval_not_pending'
  | 'approval_state'
  | 'approval_actor'
  | 'approval_quorum'
  | 'approval_not_granted'
  | 'decision_without_policy'
  | 'policy_set_missing'
  | 'policy_set_mismatch'
  | 'schema_mismatch'
  | 'replay_outcome'
  | 'replay_reason'
  | 'replay_policies'
  | 'replay_obligations'
  | 'checkpoint_malformed'
  | 'checkpoint_signature'
  | 'checkpoint_origin'
  | 'checkpoint_order'
  | 'checkpoint_root'
  | 'keys_outdated'
  | 'tail_missing'
  | 'quorum_unmet'
  | 'witness_required'
  // Of bundles only.
  | 'bundle_malformed'
  | 'bundle_too_large'
  | 'bundle_truncated'
  | 'bundle_altered'
  | 'detail_missing'
  | 'entry_not_selected'
  | 'inclusion_missing'
  | 'inclusion_invalid'
  | 'range_incomplete'
  | 'range_root'
  | 'chain_incomplete'
  | 'keys_untrusted'
  | 'checkpoint_conflict'
  | 'consistency_invalid'
  | 'held_not_comparable'
  | 'timestamp_invalid'
  | 'receipt_malformed'
  | 'receipt_signature'
  | 'receipt_conflict'
  | 'receipt_without_entry';

export interface Failure {
  readonly level: Level;
  readonly code: FailureCode;
  /** The entry it concerns; null where a root shows only that one of several entries was changed. */
  readonly index: number | null;
  readonly message: string;
}

export interface LevelReport {
  readonly state: 'passed' | 'failed' | 'not_checked';
  /** How many things were checked: entries, details, links, calls, decisions or checkpoints. */
  readonly checked: number;
  readonly failures: number;
  readonly first: Failure | null;
}

export interface CallCounts {
  readonly decided: number;
  readonly completed: number;
  readonly unknown: number;
  /** Allowed, with no outcome recorded. */
  readonly open: number;
  /** Held, and never decided again under the same id. */
  readonly held: number;
}

/** Decisions: `replayed` + `mismatched` + all of `notReplayed`. */
export interface DecisionCounts {
  readonly decisions: number;
  readonly replayed: number;
  readonly mismatched: number;
  /** By reason, and by the detail that it is for (`withheld: context`); what did not occur is absent. */
  readonly notReplayed: Readonly<Partial<Record<NotReplayed | `${NotReplayed}: ${string}`, number>>>;
}

/** What witnesses of the auditor's own policy say. */
export interface WitnessReport {
  /** `not_asked`: the policy has no quorum, or there is no policy. */
  readonly quorum: 'met' | 'unmet' | 'not_asked';
  /** How many entries the newest checkpoint covers that meets the quorum; 0 without one. */
  readonly covered: number;
  readonly seenBy: readonly { readonly witness: string; readonly size: number; readonly time: number }[];
}

/** Entries that lie in an archive: where it was read, and where not. */
export interface ArchivedRange extends Pick<ArchiveRef, 'from' | 'to'> {
  /** SHA-256 of what describes the archive. */
  readonly archive: Digest;
  /** The `log.pruned` that says so; null where none does. */
  readonly entry: number | null;
  readonly isRead: boolean;
}

/** An archive that entries come from. */
export interface ArchiveRef {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly digest: Digest;
}

/** The root of a perfect subtree of 2^level leaves. */
export interface Subtree {
  readonly level: number;
  readonly hash: Uint8Array;
}

/** Entries that come before the first one that is read. Only their place in the tree is known. */
export interface EntriesBefore {
  readonly size: number;
  /** Leaf hash of the last of them. */
  readonly lastLeaf: Uint8Array;
  /** In order, of `size` leaves together. */
  readonly subtrees: AsyncIterable<Subtree> | Iterable<Subtree>;
  /** Of one of them; null where it is not known. */
  readonly leafAt?: (index: number) => Uint8Array | null;
}

export interface LogReport {
  readonly verdict: 'consistent' | 'broken';
  /** One sentence that says what the verdict rests on. */
  readonly summary: string;
  /** The first thing found wrong, in log order. */
  readonly firstFailure: Failure | null;
  readonly origin: string;
  /** Number of entries of the tree, and the root over them. */
  readonly size: number;
  readonly root: Digest;
  readonly levels: Readonly<Record<LogLevel, LevelReport>>;
  /** Committed values: shown to be what was committed to; not readable here; redacted, as an entry says; not there, and no
   * entry says why; not what was committed to. */
  readonly details: {
    readonly disclosed: number;
    readonly withheld: number;
    readonly redacted: number;
    readonly erased: number;
    readonly tampered: number;
  };
  readonly calls: CallCounts;
  readonly decisions: DecisionCounts;
  readonly witnesses: WitnessReport;
  /** Chain links whose previous entry is in another log, which this verification has not read. */
  readonly linksToOtherLogs: number;
  /** How many entries the newest matching checkpoint covers. */
  readonly covered: { readonly byStore: number; readonly elsewhere: number };
  /** The entries that were read, from `from` up to, not including, `to`. */
  readonly read: { readonly from: number; readonly to: number };
  /** Entries that lie in archives. */
  readonly archived: readonly ArchivedRange[];
  /** What nobody may conclude from this report. Never empty. */
  readonly notProven: readonly string[];
}

/** What an auditor decides before looking: the same for a whole log and for a bundle. */
export interface AuditOptions {
  /** What the auditor has decided to believe; the keys of its logs take the place of `vkeys`. */
  readonly trust?: Trust | undefined;
  /** Whether a log that no witness saw fails. */
  readonly requireWitness?: boolean | undefined;
  /** The log's checkpoint keys. Without any, signatures are not checked. */
  readonly vkeys?: readonly string[];
  /** Which keys speak at which sizes, opened with the log's root key: the auditor's, from outside. Adds its keys to the others. */
  readonly keyManifest?: KeyManifest | undefined;
  /** Where `vkeys` came from: a key that lies beside the log is no protection from whoever holds both. */
  readonly keysFrom?: 'outside' | 'store';
  /** Checkpoints that somebody held outside the reach of the log's operator. */
  readonly external?: readonly (string | Uint8Array)[];
  /** Decides recorded calls again; without one, decisions are not replayed. */
  readonly replayer?: Replayer | undefined;
  /** Called at each failure, as it is found: a live log has no end at which a report could tell. */
  readonly onFailure?: ((failure: Failure) => void) | undefined;
  /** Called every few thousand entries, and once at the end. */
  readonly onProgress?: (progress: { readonly entries: number }) => void;
}

export interface VerifyOptions extends AuditOptions {
  readonly origin: string;
  /** The values beside the entries, where somebody else checks these: `entries` may come without them then. */
  readonly values?: Promise<ValuesReport> | undefined;
  /** Entries that are not read, since they are in archives that are not at hand. */
  readonly before?: EntriesBefore | undefined;
  /** What follows the last entry of an archive in the tree. Makes it a part: later entries may speak of it. */
  readonly after?: AsyncIterable<Subtree> | Iterable<Subtree> | undefined;
  /** Archives that the first entries come from: each must be the one that the log names. */
  readonly archives?: readonly ArchiveRef[] | undefined;
  /** The store's own checkpoints (signed notes), ascending by size. */
  readonly checkpoints?: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
}
