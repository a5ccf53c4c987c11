// How a verifier has recorded decisions made again: an interface, since the engine that decides is no part of this
// package (DESIGN section 2). The caller brings an implementation; what it is given was recorded, and is checked before.

import type { EntryHeader } from '../entry/types.ts';

/** A policy set as the log has it. */
export interface RecordedPolicySet {
  readonly digest: string;
  /** JSON array of `{"file", "text"}`, exactly as recorded. */
  readonly sources: string;
  /** JSON pairs of tools that it no longer fitted when it was activated, with why; null where that is not known. */
  readonly broken: string | null;
}

/** What a policy set and arguments were typed by. */
export interface RecordedSchema {
  readonly digest: string;
  /** JSON text of what it is built from. */
  readonly input: string;
}

/** One decision with what was recorded of it; a detail that is not there is in `missing`. */
export interface RecordedDecision {
  readonly header: EntryHeader<'call.decided'>;
  readonly context: string | null;
  readonly entities: string | null;
  readonly explanation: string | null;
  /** JSON array of the guards that the approval covers by which it was allowed; null where there is none. */
  readonly guards: string | null;
  /** Details that are committed to and not given, by why. */
  readonly missing: readonly { readonly name: string; readonly why: 'withheld' | 'erased' }[];
  /** The set that the header names; null where the decision names none. */
  readonly policySet: RecordedPolicySet | null;
}

/**
 * Why a decision could not be made again:
 * - `no_replayer`: nothing that could was at hand
 * - `no_policy_asked`: the gateway refused on its own account, or people or limits ended a held call
 * - `no_request`: what the caller sent could be shown to no policy
 * - `withheld`, `erased`: a detail that it was decided on is not here
 * - `redacted`: a policy reads a value that an obligation kept from being stored
 * - `not_measured`: a policy reads a meter, or the content of a message, that was not measured then
 * - `other_algebra`: another version of the rules by which results of policies combine
 * - `set_not_held`: its policy set was in force long before, and is not held any more
 * - `unreadable`: what is recorded is not what a gateway writes
 */
export type NotReplayed =
  | 'no_replayer'
  | 'no_policy_asked'
  | 'no_request'
  | 'withheld'
  | 'erased'
  | 'redacted'
  | 'not_measured'
  | 'other_algebra'
  | 'set_not_held'
  | 'unreadable';

export type ReplayMismatch =
  | 'policy_set_mismatch'
  | 'replay_outcome'
  | 'replay_reason'
  | 'replay_policies'
  | 'replay_obligations';

export type ReplayAnswer =
  | { readonly kind: 'replayed' }
  /** `field` names the detail, or the attribute, where there is one. */
  | { readonly kind: 'not_replayed'; readonly why: NotReplayed; readonly field?: string }
  | { readonly kind: 'mismatch'; readonly code: ReplayMismatch; readonly message: string };

export interface Replayer {
  /** What evaluates policies, and what combines their results, with versions. */
  readonly engine: string;
  readonly algebra: string;
  /** Why `input` is not what has this digest as a schema, or null where it is. Never throws for what is recorded. */
  schemaProblem(schema: RecordedSchema): string | null;
  /** Never throws for what is recorded. */
  replay(decision: RecordedDecision): ReplayAnswer;
}
