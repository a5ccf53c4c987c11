// What a replay is given and what it says: recorded decisions in, the decisions that another set would have made out
// (DESIGN section 6, "before it goes live"). Plain data, texts as the log keeps them.

import type { Decision, Outcome } from '../decision.ts';

/** One decision as the log has it: a call that was held and then approved has two. */
export interface RecordedDecision {
  /** The call's id. */
  readonly call: string;
  /** 1 at first; more when it was decided again after an approval. */
  readonly round: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: Outcome;
  /** A reason of the log: policy's own, or the gateway's. */
  readonly reason: string;
  /** Digest of the set that decided; null where no policy was asked. */
  readonly policySet: string | null;
  /** JSON texts of principal, action, resource and context, and of the entities; null where there was none, or it was erased. */
  readonly context: string | null;
  readonly entities: string | null;
  /** JSON text of what was determining, of the guards and of what could not be shown. */
  readonly explanation: string | null;
  readonly sentence: string | null;
  /** Names of the details that the entry commits to and that are no longer stored, or, with `unread`, cannot be read. */
  readonly erased: readonly string[];
  /** Why what is stored cannot be read: its key is not at hand, or it is not what was stored. */
  readonly unread?: 'withheld' | 'damaged';
  /** Ids of the guards that the approval covers by which it was allowed; empty without one. */
  readonly grants: readonly string[];
}

/**
 * Why a decision cannot be made again:
 * - `refused_before_policy`: the gateway refused the call on its own account; no policy was asked
 * - `settled_after_policy`: people or limits ended a held call; the hold itself is a decision of its own
 * - `no_request`: what the caller sent could not be shown to any policy
 * - `erased`: what was decided on was erased since, or expired
 * - `withheld`: what was decided on is stored, and its key is not at hand
 * - `redacted`: a policy reads a value that an obligation kept from being stored
 * - `not_measured`: a policy reads a meter, or the content of a message, that was not measured then
 * - `unreadable`: what is stored is not what a gateway writes
 */
export type NotReplayed =
  | 'refused_before_policy'
  | 'settled_after_policy'
  | 'no_request'
  | 'erased'
  | 'withheld'
  | 'redacted'
  | 'not_measured'
  | 'unreadable';

export type Replayed =
  | { readonly kind: 'not_replayed'; readonly why: NotReplayed }
  | {
      readonly kind: 'same' | 'changed';
      /** Who asked, and of what: `invoice`, `payments/pay`. */
      readonly agent: string;
      readonly target: string;
      readonly from: Outcome;
      readonly to: Outcome;
      readonly decision: Decision;
      /** The new decision as a sentence; null where nothing changed. */
      readonly sentence: string | null;
      /** Whether the set in force decides today as the candidate does; null where it was not asked. */
      readonly isLiveAlready: boolean | null;
    };

/** One call of a group, in full. */
export interface ReplayExample {
  readonly call: string;
  readonly round: number;
  readonly at: number;
  readonly from: {
    readonly outcome: Outcome;
    readonly reason: string;
    /** Null where it was erased. */
    readonly sentence: string | null;
  };
  readonly to: {
    readonly outcome: Outcome;
    readonly reason: string;
    readonly sentence: string;
    /** Ids of the determining policies. */
    readonly policies: readonly string[];
  };
}

/** Calls of one agent to one target whose outcome changes alike. */
export interface ReplayGroup {
  readonly agent: string;
  readonly target: string;
  readonly from: Outcome;
  readonly to: Outcome;
  readonly count: number;
  /** How many of them the set in force decides like the candidate already; null where it was not asked. */
  readonly alreadyLive: number | null;
  /** Ids, the first recorded first; at most a thousand. */
  readonly calls: readonly string[];
  readonly examples: readonly ReplayExample[];
}

export interface ReplayReport {
  /** Digest of the candidate. */
  readonly set: string;
  /** Decisions looked at: `unchanged` + `changed` + all of `notReplayed`. */
  readonly decisions: number;
  readonly unchanged: number;
  /** The same by what was decided, then and again. */
  readonly unchangedAs: Readonly<Record<Outcome, number>>;
  readonly changed: number;
  /** By reason; what did not occur is absent. */
  readonly notReplayed: Readonly<Partial<Record<NotReplayed, number>>>;
  /** The largest first. */
  readonly groups: readonly ReplayGroup[];
}
