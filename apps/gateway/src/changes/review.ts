// One person's verdict on one change. Who may decide: an active member of the kind's group who is not the author. The
// approval that completes the quorum is one commit with what the change does.
import { ok, type Result } from '../errors.ts';
import type { EntryDraft } from '@countersign/audit';
import type { User } from '../registry/types.ts';
import type { Change } from '../store/types.ts';
import { takeEffect } from './apply.ts';
import type { ChangeDeps } from './deps.ts';
import { isStillThere, reviewerOf, standingApprovals } from './people.ts';
import { closedEntry, closedRow, reviewedEntry, reviewRow, stillPending } from './rows.ts';
import type {
  ChangeDesk,
  ChangeKind,
  ChangeOf,
  ChangeRefusal,
  ChangeReview,
  ReviewedChange,
} from './types.ts';

type Reviewed = Result<ReviewedChange, ChangeRefusal>;

export async function reviewChange(
  input: Parameters<ChangeDesk['review']>[0],
  kindOf: (of: ChangeOf) => ChangeKind | undefined,
  deps: ChangeDeps,
): Promise<Reviewed> {
  const change = await deps.reads.get(input.change);
  if (change === null) return no('not_found', `there is no change \`${input.change}\``);
  if (change.state !== 'pending')
    return no('not_pending', `the change is ${change.state} and can no longer be reviewed`);
  const now = deps.now();
  if (change.expiresAt <= now)
    return no('not_pending', 'the change has expired and can no longer be reviewed');
  const kind = kindOf(change.of);
  if (kind === undefined) return no('invalid', `changes of \`${change.of}\` are not made here`);

  const people = deps.registry.current();
  const rules = kind.rules();
  const found = reviewerOf(people, input.reviewer, change, rules);
  if (!found.ok) return found;
  const reviewer = found.value;
  if (input.verdict === 'reject' && input.reason.trim() === '')
    return no('reason_required', 'a rejection says why: the reason becomes part of the record');
  const earlier = await deps.reads.reviews(change.id);
  if (earlier.some(({ reviewerUid }) => reviewerUid === reviewer.uid))
    return no('already_reviewed', `\`${reviewer.name}\` has already reviewed this change`);

  const vote = voteOf(change, reviewer, input, now);
  const step = { entries: [reviewedEntry(vote, reviewer)], changes: [reviewRow(vote)] };
  if (input.verdict === 'reject')
    return commit(change, closing(step, change, 'rejected', vote.reason, now), deps);
  if (!isStillThere(people, change)) {
    const why = `its author, \`${change.author}\`, has left since: whoever stands for it now has to propose it`;
    return commit(change, closing(step, change, 'failed', why, now), deps);
  }
  const approvals = [...standingApprovals(people, change, earlier, rules), reviewer.name];
  // What is configured may have become stricter while it waited; never laxer than reviewers were told.
  if (approvals.length < Math.max(change.quorum, rules.quorum)) return commit(change, step, deps);

  const applied = await takeEffect(
    kind,
    change,
    approvals,
    {
      before: step.entries,
      changes: [...step.changes, closedRow(change, 'applied', null, now)],
      preconditions: [stillPending(change)],
    },
    deps,
  );
  if (applied.ok) return applied;
  const { code, message } = applied.error;
  // What people agreed to can no longer be done: that is the end of it, and on record. What merely could not be tried
  // just now decides nothing.
  return code === 'invalid' || code === 'conflict'
    ? commit(change, closing(step, change, 'failed', message, now), deps)
    : applied;
}

interface Step {
  readonly entries: readonly EntryDraft[];
  readonly changes: readonly Change[];
}

function closing(
  { entries, changes }: Step,
  change: ReviewedChange,
  state: 'rejected' | 'failed',
  reason: string,
  now: number,
): Step {
  return {
    entries: [...entries, closedEntry(change, state, reason)],
    changes: [...changes, closedRow(change, state, reason, now)],
  };
}

async function commit(change: ReviewedChange, step: Step, deps: ChangeDeps): Promise<Reviewed> {
  const result = await deps.writer.commit({ ...step, preconditions: [stillPending(change)] });
  if (result.ok) return ok((await deps.reads.get(change.id)) ?? change);
  return result.code === 'log_unavailable'
    ? no('log_unavailable', 'the audit log cannot be written, so the review was not taken')
    : no('not_pending', 'the change was decided by somebody else meanwhile');
}

function voteOf(
  change: ReviewedChange,
  reviewer: User,
  { verdict, reason }: Parameters<ChangeDesk['review']>[0],
  now: number,
): ChangeReview {
  return {
    change: change.id,
    reviewerUid: reviewer.uid,
    reviewer: reviewer.name,
    verdict,
    reason,
    reviewedAt: now,
  };
}

function no(code: ChangeRefusal['code'], message: string): Reviewed {
  return { ok: false, error: { code, message } };
}
