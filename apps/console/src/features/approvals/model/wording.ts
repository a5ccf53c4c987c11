// The words for requests for approval: their states and what they ask for.
import type { Approval } from '../../../api/types.ts';
import type { Sign } from '../../calls/model/wording.ts';

const STATES: Readonly<Record<Approval['state'], Sign>> = {
  pending: { tone: 'hold', label: 'Waiting' },
  approved: { tone: 'allow', label: 'Approved, not used yet' },
  consumed: { tone: 'allow', label: 'Approved and used' },
  rejected: { tone: 'deny', label: 'Rejected' },
  expired: { tone: 'deny', label: 'Expired' },
  withdrawn: { tone: 'quiet', label: 'Withdrawn by the caller' },
};

const TAKEN_BACK: Sign = { tone: 'deny', label: 'Approval taken back' };

/** What was approved already is taken back by people only; before that, only its caller gives it up. */
export const stateSign = ({ state, grantExpiresAt }: Pick<Approval, 'state' | 'grantExpiresAt'>): Sign =>
  state === 'withdrawn' && grantExpiresAt !== null ? TAKEN_BACK : STATES[state];

/** Whom it takes: `1 of finance`, `2 of finance and 1 of legal`. */
export function quorumText(guards: Approval['guards']): string {
  const byGroup = new Map<string, number>();
  for (const guard of guards) {
    byGroup.set(guard.group, Math.max(byGroup.get(guard.group) ?? 0, guard.quorum));
  }
  return [...byGroup].map(([group, quorum]) => `${quorum} of ${group}`).join(' and ');
}

/** Soonest to expire first: what is lost by waiting comes first. */
export const byUrgency = (approvals: readonly Approval[]): readonly Approval[] =>
  [...approvals].sort((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt) || (a.id < b.id ? -1 : 1));

/** Whether a verdict may be sent as it stands: approving always takes a reason. */
export function reviewFault(
  verdict: 'approve' | 'reject',
  reason: string,
  guards: Approval['guards'],
): string | null {
  if (reason.trim() !== '') return null;
  if (verdict === 'approve') return 'Say why this call may be made: your reason becomes part of the record.';
  return guards.some((guard) => guard.reasonRequired)
    ? 'This policy requires a reason for every verdict.'
    : null;
}
