// An approval request as text, and the one way in which the command line reviews it.
import type { AdminClient, Approval } from '../admin/client.ts';
import { bodyOf } from './gateway.ts';
import { fields } from './table.ts';
import { safe, time } from './text.ts';

export function approvalLines(approval: Approval, isUtc: boolean): string[] {
  return [
    safe(approval.sentence),
    '',
    ...fields([
      ['request', approval.id],
      ['state', approval.state],
      ['agent', approval.agent],
      ['owner', approval.owner ?? '–'],
      ['on behalf of', approval.subject || '–'],
      ['operation', approval.operation],
      ['call', `${approval.upstream}/${approval.resource}`],
      ['call id', approval.call],
      ['chain', approval.chain],
      ['requested', time(approval.requestedAt, isUtc)],
      ['expires', time(approval.expiresAt, isUtc)],
    ]),
    ...approval.guards.map(
      ({ policy, group, quorum, description }) =>
        `held by      ${safe(policy)}: ${quorum} of group ${safe(group)}${description === null ? '' : `; ${safe(description)}`}`,
    ),
    '',
    'will be sent exactly so:',
    `  ${safe(approval.params)}`,
    ...approval.reviews.map(
      ({ reviewer, verdict, reason, reviewedAt }) =>
        `${time(reviewedAt, isUtc)}  ${safe(reviewer)} ${verdict === 'approve' ? 'approved' : 'rejected'}${reason === '' ? '' : `: ${safe(reason)}`}`,
    ),
  ];
}

/** One person's verdict: that of the user to whom the token belongs. */
export function review(
  gateway: AdminClient,
  id: string,
  verdict: 'approve' | 'reject',
  reason: string,
): Promise<Approval> {
  return bodyOf(gateway.approvals[':id'].reviews.$post({ param: { id }, json: { verdict, reason } }));
}
