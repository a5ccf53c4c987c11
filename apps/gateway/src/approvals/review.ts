// One person's verdict on one request. Who may decide: an active member of a guard's group who is not the one on whose
// behalf the call is made; the agent's owner counts, but can never complete a quorum alone (DESIGN section 8).
import { type EntryDraft, newId } from '@countersign/audit';
import { ok, type Result } from '../errors.ts';
import type { User } from '../registry/types.ts';
import { closing } from './changes.ts';
import type { EngineDeps } from './deps.ts';
import { isStanding } from './terms.ts';
import type { Approval, ReviewRefusal } from './types.ts';

interface ReviewInput {
  readonly approval: string;
  readonly reviewer: string;
  readonly verdict: 'approve' | 'reject';
  readonly reason: string;
}

export async function reviewApproval(
  input: ReviewInput,
  deps: EngineDeps,
): Promise<Result<Approval, ReviewRefusal>> {
  const approval = await deps.reads.byId(input.approval);
  if (approval === null) return no('not_found', `there is no approval request \`${input.approval}\``);
  if (approval.state !== 'pending')
    return no('not_pending', `the request is ${approval.state} and can no longer be reviewed`);
  if (approval.expiresAt <= deps.now())
    return no('not_pending', 'the request has expired and can no longer be reviewed');

  const registry = deps.registry.current();
  const reviewer = registry.users.get(input.reviewer);
  const refusal = whyNot(approval, reviewer, input);
  if (refusal !== null || reviewer === undefined)
    return no(refusal?.code ?? 'not_a_reviewer', refusal?.message ?? '');
  const earlier = await deps.reads.reviews(approval.id);
  if (earlier.some((review) => review.reviewerUid === reviewer.uid)) {
    return no('already_reviewed', `\`${reviewer.name}\` has already reviewed this request`);
  }

  // Who has left, or left the group, since they voted no longer counts.
  const votes = [
    ...earlier,
    { reviewerUid: reviewer.uid, reviewer: reviewer.name, verdict: input.verdict } as const,
  ];
  const state =
    input.verdict === 'reject' ? 'rejected' : isStanding(approval, votes, registry) ? 'approved' : 'pending';
  const moved = state === 'pending' ? unmoved(approval) : closing(approval, state, deps.now());
  const review = reviewOf(approval, reviewer, input, deps.now());
  const result = await deps.writer.commit({
    entries: [reviewedEntry(approval, reviewer, input, state)],
    changes: [{ insert: 'reviews', row: review }, ...moved.changes],
    preconditions: moved.preconditions,
  });
  if (!result.ok) {
    return result.code === 'log_unavailable'
      ? no('log_unavailable', 'the audit log cannot be written, so the review was not taken')
      : no('not_pending', 'the request was decided by somebody else meanwhile');
  }
  return ok((await deps.reads.byId(approval.id)) ?? approval);
}

function whyNot(approval: Approval, reviewer: User | undefined, input: ReviewInput): ReviewRefusal | null {
  const groups = approval.guards.map((guard) => guard.group);
  if (reviewer === undefined || !reviewer.active) {
    return { code: 'not_a_reviewer', message: `\`${input.reviewer}\` is not an active user of this gateway` };
  }
  if (!groups.some((group) => reviewer.groups.includes(group))) {
    return {
      code: 'not_a_reviewer',
      message: `\`${reviewer.name}\` is not in \`${[...new Set(groups)].join('`, `')}\`, whose members decide this request`,
    };
  }
  if (isSubject(reviewer, approval.subject)) {
    return {
      code: 'not_a_reviewer',
      message: `\`${reviewer.name}\` is the one on whose behalf the call is made`,
    };
  }
  const needsReason = input.verdict === 'reject' || approval.guards.some((guard) => guard.reasonRequired);
  if (needsReason && input.reason.trim() === '') {
    return { code: 'reason_required', message: 'a reason is required: it becomes part of the record' };
  }
  return null;
}

/** By their name here, or by what a token or the identity provider calls them: whoever is meant by any of these is refused. */
function isSubject({ name, email, oidc }: User, subject: string): boolean {
  if (subject === '') return false;
  return [name, email.toLowerCase(), oidc?.subject].some(
    (known) => known === subject || known === subject.toLowerCase(),
  );
}

/** A vote that decides nothing yet still requires that nothing was decided meanwhile. */
function unmoved(approval: Approval) {
  return {
    changes: [],
    preconditions: [{ table: 'approvals', where: { id: approval.id, state: 'pending' }, expect: 'exists' }],
  } as const;
}

function reviewOf(approval: Approval, reviewer: User, { verdict, reason }: ReviewInput, now: number) {
  return {
    id: newId('rev'),
    approval: approval.id,
    reviewer_uid: reviewer.uid,
    reviewer: reviewer.name,
    verdict,
    reason,
    reviewed_at: now,
  } satisfies Record<string, string | number>;
}

function reviewedEntry(
  approval: Approval,
  reviewer: User,
  { verdict, reason }: ReviewInput,
  state: 'pending' | 'approved' | 'rejected',
): EntryDraft<'approval.reviewed'> {
  return {
    kind: 'approval.reviewed',
    call: approval.call,
    agent: approval.agentUid,
    chain: approval.chain,
    body: { approval: approval.id, verdict, reviewer: reviewer.uid, state },
    details: { reason, reviewer: JSON.stringify({ name: reviewer.name, email: reviewer.email }) },
  };
}

function no(code: ReviewRefusal['code'], message: string): Result<never, ReviewRefusal> {
  return { ok: false, error: { code, message } };
}
