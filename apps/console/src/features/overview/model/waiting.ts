// What waits for people, by the lists that the navigation has anyway: they are there before anything is counted.
import type { Approval, Change, Overview } from '../../../api/types.ts';

export type Waiting = Pick<Overview, 'approvals' | 'changes'>;

/** So many are listed at most, unless more are asked for. */
const MOST = 100;

export function waitingOf(
  approvals: readonly Pick<Approval, 'expiresAt'>[],
  changes: readonly Pick<Change, 'id'>[],
): Waiting {
  const [first = null] = approvals.map(({ expiresAt }) => expiresAt).sort();
  return {
    approvals: { pending: approvals.length, isMore: approvals.length >= MOST, nextExpiresAt: first },
    changes: { pending: changes.length, isMore: changes.length >= MOST },
  };
}
