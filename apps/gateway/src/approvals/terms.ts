// Whether an approval given earlier is what is asked for now: a guard may keep its name and ask for more, and whoever
// approved may have left (DESIGN section 8: the policy of today, and reviewers' membership, at release). Pure.
import type { Decision } from '@countersign/policy';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { Approval, RequestedGuard, Review } from './types.ts';

/** How long an approved call may wait for its retry where no guard says otherwise. */
export const DEFAULT_GRANT_MS = 60 * 60 * 1000;

type GuardNow = Decision['guards'][number];

/** Ids of the guards of now that the approval answers: of the same name, and none that asks for more than it did. */
export function answeredBy(approval: Approval, guards: readonly GuardNow[]): readonly string[] {
  return guards
    .filter((guard) => approval.guards.some((asked) => asked.policy === guard.id && isEnough(asked, guard)))
    .map(({ id }) => id);
}

function isEnough(asked: RequestedGuard, guard: GuardNow): boolean {
  return (
    asked.group === guard.group &&
    asked.quorum >= guard.quorum &&
    (asked.reasonRequired || !guard.reasonRequired) &&
    (asked.maxWaitMs ?? DEFAULT_GRANT_MS) <= (guard.maxWaitMs ?? DEFAULT_GRANT_MS)
  );
}

/** Whether those who approved, as they are registered now, still make up what each guard asked for. */
export function isStanding(
  approval: Approval,
  reviews: readonly Pick<Review, 'reviewerUid' | 'reviewer' | 'verdict'>[],
  registry: Pick<RegistrySnapshot, 'users' | 'agents'>,
): boolean {
  const approvers = reviews.flatMap(({ reviewerUid, reviewer, verdict }) => {
    const user = registry.users.get(reviewer);
    return verdict === 'approve' && user?.active === true && user.uid === reviewerUid ? [user] : [];
  });
  const owner = registry.agents.get(approval.agent)?.owner.uid;
  // The agent's owner counts, but can never complete a quorum alone.
  if (approvers.every(({ uid }) => uid === owner)) return false;
  return approval.guards.every(
    ({ group, quorum }) => approvers.filter(({ groups }) => groups.includes(group)).length >= quorum,
  );
}
