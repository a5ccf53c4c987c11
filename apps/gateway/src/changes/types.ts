// Changes that take effect only once other people agreed, as the rest of the gateway sees them (DESIGN section 6, "One
// source of truth"). pending -> applied | rejected | withdrawn | expired | failed; no state is ever left again.
import type { EntryBody, Id } from '@countersign/audit';
import type { Result } from '../errors.ts';
import type { Awaitable, LogWriter } from '../store/types.ts';

export type ChangeOf = EntryBody<'change.proposed'>['of'];
export type ChangeState = 'pending' | EntryBody<'change.closed'>['state'];

/** Any value that is its own JSON text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface ReviewedChange {
  readonly id: Id<'chg'>;
  readonly of: ChangeOf;
  readonly state: ChangeState;
  /** What its kind applies, and nothing else: never altered after it was proposed. */
  readonly proposal: Json;
  /** What it would have changed at the time it was proposed; what reviewers are shown. */
  readonly effect: Json;
  readonly message: string;
  readonly authorUid: Id<'usr'>;
  readonly author: string;
  /** How many other people must approve; 0 where review was configured off. */
  readonly quorum: number;
  /** Milliseconds since the epoch, here and below. */
  readonly proposedAt: number;
  readonly expiresAt: number;
  readonly closedAt: number | null;
  /** Why it was closed, where that needs saying. */
  readonly reason: string | null;
}

export interface ChangeReview {
  readonly change: Id<'chg'>;
  readonly reviewerUid: Id<'usr'>;
  readonly reviewer: string;
  readonly verdict: 'approve' | 'reject';
  readonly reason: string;
  readonly reviewedAt: number;
}

/** Who must agree to changes of a kind, as configured now. */
export interface ReviewRules {
  /** People besides the author who must approve; 0: no review, a proposal is applied at once. */
  readonly quorum: number;
  /** Whose members may review; null: every active user whose token lets them. */
  readonly group: string | null;
  /** How long a proposal waits. */
  readonly expiresMs: number;
}

/** Why a proposal cannot be made, or an agreed one cannot take effect. */
export interface ChangeFailure {
  /**
   * `invalid`: it is wrong in itself. `conflict`: what it was made for has changed since; it has to be proposed anew.
   * `unavailable`: it could not be tried just now; nothing is decided, and the same may be asked again.
   */
  readonly code: 'invalid' | 'conflict' | 'unavailable';
  readonly message: string;
}

/**
 * One kind of change. Registered with the desk at start:
 * `desk.register({ of, rules, check, apply })`.
 */
export interface ChangeKind {
  readonly of: ChangeOf;
  rules(): ReviewRules;
  /** Why nothing of this kind can be proposed here, whoever asks; absent or null where it can. */
  readonly closed?: string | null;
  /**
   * Whether the proposal could take effect now. What it answers is what is stored, shown to reviewers and, once they
   * agree, handed to `apply`; it should name the state that the proposal was made for, so that `apply` can tell.
   */
  check(
    proposal: unknown,
  ): Awaitable<Result<{ readonly proposal: Json; readonly effect: Json }, ChangeFailure>>;
  /**
   * Makes an agreed change take effect: exactly what `change.proposal` says, or nothing. Everything durable goes through
   * one successful commit on `step.writer`, which adds the change's own entries and rows to it: both become true, or
   * neither. What is in memory follows that commit, before this resolves.
   */
  apply(change: ReviewedChange, step: ApplyStep): Promise<Result<unknown, ChangeFailure>>;
}

export interface ApplyStep {
  readonly writer: LogWriter;
  /** Names of those whose approval counts, in the order in which they gave it. */
  readonly reviewers: readonly string[];
}

export interface ChangeRefusal {
  readonly code:
    | ChangeFailure['code']
    | 'not_found'
    | 'not_pending'
    | 'not_an_author'
    | 'not_a_reviewer'
    | 'no_reviewers'
    | 'already_reviewed'
    | 'message_required'
    | 'reason_required'
    | 'log_unavailable';
  readonly message: string;
}

type Answer = Promise<Result<ReviewedChange, ChangeRefusal>>;

/** All changes of all kinds. People are named by their registry names. */
export interface ChangeDesk {
  /** Throws a TypeError where the kind is registered already. */
  register(kind: ChangeKind): void;
  /** Whose members may review changes of a kind now; null: everybody whose token lets them. */
  reviewersOf(of: ChangeOf): string | null;
  /** Opens a change, or applies it at once where its kind's quorum is 0. */
  propose(input: {
    readonly of: ChangeOf;
    readonly author: string;
    readonly message: string;
    readonly proposal: unknown;
  }): Answer;
  /** One person's verdict. One rejection closes; the approval that completes the quorum applies, or closes as `failed`. */
  review(input: {
    readonly change: string;
    readonly reviewer: string;
    readonly verdict: 'approve' | 'reject';
    readonly reason: string;
  }): Answer;
  /** By the author alone. */
  withdraw(input: { readonly change: string; readonly author: string; readonly reason: string }): Answer;
  /** Closes what nobody decided in time. */
  sweep(): Promise<void>;
}
