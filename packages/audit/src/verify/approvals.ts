// Level "approvals": a request is opened once, each person reviews it once, it is approved by as many people
// as it asked for, and its grant allows one call only.

import type { EntryHeader } from '../entry/types.ts';
import type { Tally } from './tally.ts';

export interface ApprovalStep {
  readonly check: (entry: EntryHeader) => void;
}

/** A request that is not known here may have been made before the first entry. */
export interface ApprovalsBefore {
  readonly mayBeBefore: () => boolean;
  readonly refers: () => void;
}

interface Request {
  state: 'pending' | 'approved' | 'rejected' | 'closed' | 'used';
  readonly quorum: number;
  readonly reviewers: Set<string>;
  approvers: number;
}

/** @param before where the first entries are not read. */
export function createApprovalStep(tally: Tally, before: ApprovalsBefore | null = null): ApprovalStep {
  // WHY all of them: requests come at the pace of people, and a grant used twice must be found years apart.
  const requests = new Map<string, Request>();
  // Whatever was pending in a log that this one continues is closed here, and only before the gateway serves again.
  let isBeginning = false;

  const request = ({ index, body }: EntryHeader<'approval.requested'>): void => {
    if (requests.has(body.approval)) {
      tally.failed(
        'approvals',
        'approval_repeated',
        index,
        `entry ${index} requests \`${body.approval}\` a second time`,
      );
      return;
    }
    requests.set(body.approval, {
      state: 'pending',
      quorum: body.quorum,
      reviewers: new Set(),
      approvers: 0,
    });
  };

  const review = ({ index, body }: EntryHeader<'approval.reviewed'>): void => {
    const known = find(index, body.approval);
    if (known === undefined) return;
    if (known.state !== 'pending' || known.reviewers.has(body.reviewer)) {
      const why =
        known.state === 'pending' ? 'whom this person had reviewed already' : `which was ${known.state}`;
      tally.failed(
        'approvals',
        'approval_not_pending',
        index,
        `entry ${index} reviews \`${body.approval}\`, ${why}`,
      );
    }
    if (body.verdict === 'approve' && !known.reviewers.has(body.reviewer)) known.approvers += 1;
    known.reviewers.add(body.reviewer);
    if (body.state === 'approved' && known.approvers < Math.max(1, known.quorum)) {
      tally.failed(
        'approvals',
        'approval_quorum',
        index,
        `entry ${index} calls \`${body.approval}\` approved by ${known.approvers} of the ${known.quorum} people that it asked for`,
      );
    }
    known.state = body.state;
  };

  const close = ({ index, body }: EntryHeader<'approval.closed'>): void => {
    if (isBeginning && !requests.has(body.approval)) {
      requests.set(body.approval, { state: 'closed', quorum: 0, reviewers: new Set(), approvers: 0 });
      return;
    }
    const known = find(index, body.approval);
    if (known === undefined) return;
    if (known.state !== 'pending' && known.state !== 'approved') {
      tally.failed(
        'approvals',
        'approval_not_pending',
        index,
        `entry ${index} closes \`${body.approval}\`, which was ${known.state}`,
      );
    }
    known.state = 'closed';
  };

  const redeem = ({ index, body }: EntryHeader<'call.decided'>): void => {
    if (body.decision !== 'allow') return;
    if (body.approval === null) {
      if (body.reason !== 'grant_redeemed') return;
      tally.checked('approvals');
      tally.failed(
        'approvals',
        'approval_not_granted',
        index,
        `entry ${index} redeems a grant but names no approval`,
      );
      return;
    }
    tally.checked('approvals');
    const known = find(index, body.approval);
    if (known === undefined) return;
    if (known.state !== 'approved') {
      tally.failed(
        'approvals',
        'approval_not_granted',
        index,
        `entry ${index} allows a call by \`${body.approval}\`, which was ${known.state}, not approved`,
      );
    }
    known.state = 'used';
  };

  const find = (index: number, approval: string): Request | undefined => {
    const known = requests.get(approval);
    if (known === undefined && before?.mayBeBefore() === true) {
      before.refers();
      return undefined;
    }
    if (known === undefined) {
      tally.failed(
        'approvals',
        'approval_unknown',
        index,
        `entry ${index} refers to \`${approval}\`, which nobody requested`,
      );
    }
    return known;
  };

  return {
    check: (entry) => {
      switch (entry.kind) {
        case 'log.opened':
          isBeginning = entry.commits.continues !== null;
          break;
        case 'node.started':
          isBeginning = false;
          break;
        case 'approval.requested':
          tally.checked('approvals');
          request(entry);
          break;
        case 'approval.reviewed':
          tally.checked('approvals');
          review(entry);
          break;
        case 'approval.closed':
          tally.checked('approvals');
          close(entry);
          break;
        case 'call.decided':
          redeem(entry);
          break;
        default:
      }
    },
  };
}
