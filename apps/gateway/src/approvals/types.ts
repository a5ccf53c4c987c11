// Approvals as the rest of the gateway sees them: protocol-neutral (DESIGN section 8).
// pending -> approved -> consumed, or pending -> rejected | expired | withdrawn; approved -> expired | withdrawn.
import type { Id } from '@countersign/audit';
import type { Result } from '../errors.ts';

export type ApprovalState = 'pending' | 'approved' | 'rejected' | 'expired' | 'withdrawn' | 'consumed';

/** A guard that asked for approval, as its policy says. */
export interface RequestedGuard {
  readonly policy: string;
  readonly group: string;
  readonly quorum: number;
  readonly reasonRequired: boolean;
  /** How long an approved call may wait to be sent; null for the default. */
  readonly maxWaitMs: number | null;
  readonly description: string | null;
}

export interface Approval {
  readonly id: Id<'apr'>;
  readonly state: ApprovalState;
  /** Digest over agent, subject, actors, chain root and callDigest: what a grant is good for. */
  readonly binding: string;
  readonly call: Id<'call'>;
  readonly chain: Id<'chain'>;
  readonly agentUid: Id<'agt'>;
  readonly agent: string;
  readonly subject: string;
  readonly upstreamUid: string;
  readonly resource: string;
  readonly guards: readonly RequestedGuard[];
  /** What the reviewer decides on: sentence, arguments as they will be sent, why it is held. */
  readonly shown: ShownCall;
  readonly quorum: number;
  /** Milliseconds since the epoch, here and below. */
  readonly requestedAt: number;
  readonly expiresAt: number;
  /** Until when an approved request can be redeemed; null until it is approved. */
  readonly grantExpiresAt: number | null;
  readonly decidedAt: number | null;
  readonly consumedBy: string | null;
}

export interface ShownCall {
  readonly sentence: string;
  readonly operation: string;
  readonly upstream: string;
  readonly resource: string;
  /** The exact text of what will be sent on as `params`; of what is not stored, only its outline. */
  readonly params: string;
  readonly owner: string | null;
}

export interface Review {
  readonly id: string;
  readonly approval: string;
  readonly reviewerUid: string;
  readonly reviewer: string;
  readonly verdict: 'approve' | 'reject';
  readonly reason: string;
  readonly reviewedAt: number;
}

export type ReviewRefusal = {
  readonly code:
    | 'not_found'
    | 'not_pending'
    | 'not_a_reviewer'
    | 'already_reviewed'
    | 'reason_required'
    | 'log_unavailable';
  readonly message: string;
};

export interface Revocation {
  readonly approval: string;
  /** Who takes it back: their name here, and their id where they have one. */
  readonly by: { readonly name: string; readonly uid: Id<'usr'> | null };
  readonly reason: string;
}

export type RevokeRefusal = {
  readonly code: 'not_found' | 'not_approved' | 'log_unavailable';
  readonly message: string;
};

export interface ApprovalDesk {
  /** Takes an approval back that was not used yet: nothing goes through by it any more. */
  revoke(revocation: Revocation): Promise<Result<Approval, RevokeRefusal>>;
  /** One person's verdict. A rejection by any reviewer rejects; approvals count once per person towards each guard's quorum. */
  review(input: {
    readonly approval: string;
    /** Registry name of the user who reviews. */
    readonly reviewer: string;
    readonly verdict: 'approve' | 'reject';
    readonly reason: string;
  }): Promise<Result<Approval, ReviewRefusal>>;
}
