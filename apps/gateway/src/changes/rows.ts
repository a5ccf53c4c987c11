// The entries and rows that each step of a change writes.
import type { EntryDraft } from '@countersign/audit';
import type { User } from '../registry/types.ts';
import type { Change, Precondition } from '../store/types.ts';
import type { ChangeReview, ChangeState, ReviewedChange } from './types.ts';

const NOBODY = { call: null, agent: null, chain: null } as const;

/** A person as an entry names one. */
const personOf = ({ name, email }: User): string => JSON.stringify({ name, email });

export function proposedEntry(change: ReviewedChange, author: User): EntryDraft<'change.proposed'> {
  return {
    kind: 'change.proposed',
    ...NOBODY,
    body: { change: change.id, of: change.of, quorum: change.quorum },
    details: {
      proposal: JSON.stringify(change.proposal),
      effect: JSON.stringify(change.effect),
      message: change.message,
      author: personOf(author),
    },
  };
}

export function reviewedEntry(review: ChangeReview, reviewer: User): EntryDraft<'change.reviewed'> {
  return {
    kind: 'change.reviewed',
    ...NOBODY,
    body: { change: review.change, verdict: review.verdict, reviewer: review.reviewerUid },
    details: { reason: review.reason, reviewer: personOf(reviewer) },
  };
}

export function closedEntry(
  { id }: ReviewedChange,
  state: Exclude<ChangeState, 'pending'>,
  reason: string,
): EntryDraft<'change.closed'> {
  return { kind: 'change.closed', ...NOBODY, body: { change: id, state }, details: { reason } };
}

export function proposedRow(change: ReviewedChange): Change {
  return {
    insert: 'changes',
    row: {
      id: change.id,
      of: change.of,
      state: change.state,
      proposal: JSON.stringify(change.proposal),
      effect: JSON.stringify(change.effect),
      message: change.message,
      author_uid: change.authorUid,
      author: change.author,
      quorum: change.quorum,
      proposed_at: change.proposedAt,
      expires_at: change.expiresAt,
      closed_at: change.closedAt,
      reason: change.reason,
    },
  };
}

export function reviewRow(review: ChangeReview): Change {
  return {
    insert: 'change_reviews',
    row: {
      change: review.change,
      reviewer_uid: review.reviewerUid,
      reviewer: review.reviewer,
      verdict: review.verdict,
      reason: review.reason,
      reviewed_at: review.reviewedAt,
    },
  };
}

export function closedRow(
  { id }: ReviewedChange,
  state: Exclude<ChangeState, 'pending'>,
  reason: string | null,
  now: number,
): Change {
  return { update: 'changes', set: { state, closed_at: now, reason }, where: { id, state: 'pending' } };
}

/** Nobody decided it meanwhile: what keeps a change from being closed, or applied, twice. */
export function stillPending({ id }: ReviewedChange): Precondition {
  return { table: 'changes', where: { id, state: 'pending' }, expect: 'exists' };
}
