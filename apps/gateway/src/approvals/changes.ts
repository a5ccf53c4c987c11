// The rows and entries that each step of an approval writes, in one commit each.
import type { EntryDraft } from '@countersign/audit';
import type { Change, CommitRequest } from '../store/types.ts';
import { DEFAULT_GRANT_MS } from './terms.ts';
import type { Approval, RequestedGuard, Revocation } from './types.ts';

/** A request as it is opened: what it becomes later is for the reviewers. */
export interface NewApproval
  extends Omit<Approval, 'state' | 'quorum' | 'grantExpiresAt' | 'decidedAt' | 'consumedBy'> {
  readonly callDigest: string;
}

export function requestedEntry(approval: NewApproval): EntryDraft<'approval.requested'> {
  return {
    kind: 'approval.requested',
    call: approval.call,
    agent: approval.agentUid,
    chain: approval.chain,
    body: { approval: approval.id, quorum: quorumOf(approval.guards), expiresAt: approval.expiresAt * 1000 },
    details: {
      guards: JSON.stringify(approval.guards),
      shown: JSON.stringify(approval.shown),
      callDigest: approval.callDigest,
    },
  };
}

export function requestRow(approval: NewApproval): Change {
  return {
    insert: 'approvals',
    row: {
      id: approval.id,
      state: 'pending',
      binding: approval.binding,
      call: approval.call,
      chain: approval.chain,
      agent_uid: approval.agentUid,
      agent: approval.agent,
      subject: approval.subject,
      upstream_uid: approval.upstreamUid,
      resource: approval.resource,
      guards: JSON.stringify(approval.guards),
      shown: JSON.stringify(approval.shown),
      quorum: quorumOf(approval.guards),
      requested_at: approval.requestedAt,
      expires_at: approval.expiresAt,
    },
  };
}

/**
 * @param approval as it was read: pending, or approved and not used.
 * @param by who took it back; null where nobody did.
 */
export function closedEntry(
  approval: Approval,
  state: 'expired' | 'withdrawn',
  reason: string,
  by: Revocation['by'] | null = null,
): EntryDraft<'approval.closed'> {
  return {
    kind: 'approval.closed',
    call: approval.call,
    agent: approval.agentUid,
    chain: approval.chain,
    body: {
      approval: approval.id,
      state,
      previous: approval.state === 'approved' ? 'approved' : 'pending',
      user: by?.uid ?? null,
    },
    details: {
      reason,
      actor: by === null ? undefined : JSON.stringify({ name: by.name, via: 'api' }),
    },
  };
}

/** Moves an approval out of the state it was read in; if it has moved meanwhile, the commit is refused whole. */
export function closing(
  approval: Approval,
  state: 'approved' | 'rejected' | 'expired' | 'withdrawn',
  now: number,
): Required<Pick<CommitRequest, 'changes' | 'preconditions'>> {
  const where = { id: approval.id, state: approval.state };
  const until = state === 'approved' ? { grant_expires_at: now + grantMs(approval.guards) } : {};
  return {
    changes: [{ update: 'approvals', set: { state, decided_at: now, ...until }, where }],
    preconditions: [{ table: 'approvals', where, expect: 'exists' }],
  };
}

/** One request carries all guards: each needs its own quorum, so the largest is the least number of people. */
function quorumOf(guards: readonly RequestedGuard[]): number {
  return Math.max(1, ...guards.map((guard) => guard.quorum));
}

function grantMs(guards: readonly RequestedGuard[]): number {
  const limits = guards.flatMap((guard) => (guard.maxWaitMs === null ? [] : [guard.maxWaitMs]));
  return limits.length === 0 ? DEFAULT_GRANT_MS : Math.min(...limits);
}
