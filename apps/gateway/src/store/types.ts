// What the gateway asks of a store. One writer per log: every mutation of the gateway is one `commit`, in which
// entries and state change together, durably, or not at all (DESIGN sections 2 and 9).
import type { EntryDraft } from '@countersign/audit';

export type Cell = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, Cell>>;

/** The tables that a commit may change. The log's own tables (entries, details, log_head, chains) and its
 * projection (calls) are not among them: the writer alone fills those, from the entries. */
export type StateTable =
  | 'admin_tokens'
  | 'approvals'
  | 'catalog'
  | 'chain_labels'
  | 'change_reviews'
  | 'changes'
  | 'config_in_force'
  | 'contexts'
  | 'cosigned'
  | 'erasures'
  | 'exports'
  | 'exposures'
  | 'index_rebuilds'
  | 'key_manifests'
  | 'legal_holds'
  | 'masks'
  | 'meters'
  | 'objects'
  | 'payload_key'
  | 'people'
  | 'pins'
  | 'policy_sets'
  | 'policy_versions'
  | 'publications'
  | 'push_configs'
  | 'retention'
  | 'reviews'
  | 'saved_views'
  | 'sessions'
  | 'shadow_differences'
  | 'shadow_set'
  | 'sinks'
  | 'spent_states'
  | 'tasks';

/** One row-level change. `where` is a conjunction of equalities; a `null` there means IS NULL. */
export type Change =
  | { readonly insert: StateTable; readonly row: Row }
  /** Inserts, or does nothing when the key is already there. */
  | { readonly ensure: StateTable; readonly row: Row }
  /** Inserts, or overwrites the other columns when the key is already there. */
  | { readonly put: StateTable; readonly row: Row }
  | { readonly update: StateTable; readonly set: Row; readonly where: Row }
  | { readonly remove: StateTable; readonly where: Row };

/** Must hold when the commit is applied, else none of it is: the compare of compare-and-swap. */
export interface Precondition {
  readonly table: StateTable | 'calls';
  readonly where: Row;
  readonly expect: 'exists' | 'absent';
}

/** What is done to the values beside the log, in the commit whose entries say so. */
export type PayloadChange =
  /**
   * Destroys details of one entry: all of them, or those named, here and in the state tables that repeat them. What is left
   * is sealed anew, under a key that is not retired: of the person whom it still names, else of the same holder, or, where the
   * holder is to be forgotten, of the agent.
   */
  | { readonly erase: number; readonly names: readonly string[] | null; readonly left: 'holder' | 'agent' }
  /** Seals the values of one entry anew, under a key that is not retired. */
  | { readonly reseal: number }
  /** These keys seal nothing any more. */
  | { readonly retire: readonly number[] }
  /**
   * Once the rest is durable: does this in a log that this one continues, `archive` being its folder within the data folder,
   * in a transaction there. What was carried over of what it erases or forgets is forgotten here, in this commit.
   */
  | { readonly archive: string; readonly changes: readonly ArchivedChange[] }
  /** What state tables hold of a person under this name. `isHeld`: a legal hold keeps some entries, so what repeats entries goes with those alone. */
  | { readonly forgetPerson: string; readonly isHeld?: boolean }
  /** Once the rest is durable: destroys those of these keys that seal nothing any more. */
  | { readonly destroy: readonly number[] }
  /** Once the rest is durable: leaves no trace of what was deleted in the files. Takes as long as copying them. */
  | { readonly scrub: true };

export type ArchivedChange = Extract<
  PayloadChange,
  { erase: unknown } | { reseal: unknown } | { forgetPerson: unknown } | { scrub: unknown }
>;

/** What becomes of entries that were copied to an archive (docs/log-format.md section 12). */
export type Pruning =
  /** Entries below may be deleted from now on: to be committed with the `log.pruned` that says so. */
  | { readonly archivedTo: number }
  /** Deletes the oldest of those, at most so many, and what belongs to them. */
  | { readonly drop: number };

export interface CommitRequest {
  readonly entries: readonly EntryDraft[];
  readonly changes?: readonly Change[];
  readonly payloads?: readonly PayloadChange[];
  readonly pruning?: Pruning;
  readonly preconditions?: readonly Precondition[];
}

/** Where an entry stands in the log. */
export interface EntryReceipt {
  readonly index: number;
  /** RFC 6962 leaf hash, 64 lowercase hex digits. */
  readonly leaf: string;
  /** Microseconds since the epoch, as written in the entry. */
  readonly time: number;
}

export type CommitResult =
  | { readonly ok: true; readonly receipts: readonly EntryReceipt[] }
  /** The precondition at that position did not hold; nothing was written. A typed result, not a fault. */
  | { readonly ok: false; readonly code: 'precondition_failed'; readonly precondition: number }
  /** A row's uniqueness would be violated; nothing was written. */
  | { readonly ok: false; readonly code: 'conflict'; readonly message: string }
  /** The log cannot be written (disk full, I/O error, writer gone): the gateway must refuse to serve. */
  | { readonly ok: false; readonly code: 'log_unavailable'; readonly message: string };

export interface LogWriter {
  commit(request: CommitRequest): Promise<CommitResult>;
}

/** What a store's readers return: the embedded store answers at once, a remote one later. Always awaited. */
export type Awaitable<T> = T | Promise<T>;
