// Level "approvals": a request is opened once, each person reviews it once, it is approved by as many people
// as it asked for, and its grant allows one call only.

import type { EntryHeader } from '../entry/types.ts';
import { createColumn, createKeyTable, ID_WORDS, idKey } from './key-table.ts';
import type { Tally } from './tally.ts';

export interface ApprovalStep {
  readonly check: (entry: EntryHeader) => void;
}

/** A request that is not known here may have been made before the first entry. */
export interface ApprovalsBefore {
  readonly mayBeBefore: () => boolean;
  readonly refers: () => void;
}

const STATES = ['pending', 'approved', 'rejected', 'closed', 'used'] as const;

type State = (typeof STATES)[number];

interface Request {
  readonly state: () => State;
  readonly become: (state: State) => void;
  readonly quorum: () => number;
  readonly approvers: () => number;
  readonly hasReviewed: (reviewer: string) => boolean;
  /** Counts a person once. */
  readonly reviewed: (reviewer: string, verdict: 'approve' | 'reject') => void;
}

/** As a map would: packed, since a log may have any number of them. */
function createRequests() {
  const requests = createKeyTable(ID_WORDS);
  const key = new Uint32Array(ID_WORDS);
  // Who reviewed what: a person, and the number of the request.
  const reviews = createKeyTable(ID_WORDS + 1);
  const pair = new Uint32Array(ID_WORDS + 1);
  const [states, quorums, approvers] = [createColumn(), createColumn(), createColumn()];

  const pairOf = (reviewer: string, number: number): Uint32Array => {
    idKey(reviewer, pair)[ID_WORDS] = number;
    return pair;
  };
  const request = (number: number): Request => ({
    state: () => STATES[states.get(number)] as State,
    become: (state) => states.set(number, STATES.indexOf(state)),
    quorum: () => quorums.get(number),
    approvers: () => approvers.get(number),
    hasReviewed: (reviewer) => reviews.find(pairOf(reviewer, number)) >= 0,
    reviewed: (reviewer, verdict) => {
      if (reviews.find(pairOf(reviewer, number)) >= 0) return;
      reviews.add(pair);
      if (verdict === 'approve') approvers.set(number, approvers.get(number) + 1);
    },
  });
  return {
    get: (approval: string): Request | undefined => {
      const number = requests.find(idKey(approval, key));
      return number < 0 ? undefined : request(number);
    },
    add: (approval: string, state: State, quorum: number): void => {
      const number = requests.add(idKey(approval, key));
      states.set(number, STATES.indexOf(state));
      quorums.set(number, quorum);
    },
  };
}

/** @param before where the first entries are not read. */
export function createApprovalStep(tally: Tally, before: ApprovalsBefore | null = null): ApprovalStep {
  // WHY all of them: requests come at the pace of people, and a grant used twice must be found years apart.
  const requests = createRequests();
  // Whatever was pending in a log that this one continues is closed here, and only before the gateway serves again.
  let isBeginning = false;

  const request = ({ index, body }: EntryHeader<'approval.requested'>): void => {
    if (requests.get(body.approval) !== undefined) {
      tally.failed(
        'approvals',
        'approval_repeated',
        index,
        `entry ${index} requests \`${body.approval}\` a second time`,
      );
      return;
    }
    requests.add(body.approval, 'pending', body.quorum);
  };

  const review = ({ index, body }: EntryHeader<'approval.reviewed'>): void => {
    const known = find(index, body.approval);
    if (known === undefined) return;
    const state = known.state();
    if (state !== 'pending' || known.hasReviewed(body.reviewer)) {
      const why = state === 'pending' ? 'whom this person had reviewed already' : `which was ${state}`;
      tally.failed(
        'approvals',
        'approval_not_pending',
        index,
        `entry ${index} reviews \`${body.approval}\`, ${why}`,
      );
    }
    known.reviewed(body.reviewer, body.verdict);
    if (body.state === 'approved' && known.approvers() < Math.max(1, known.quorum())) {
      tally.failed(
        'approvals',
        'approval_quorum',
        index,
        `entry ${index} calls \`${body.approval}\` approved by ${known.approvers()} of the ${known.quorum()} people that it asked for`,
      );
    }
    known.become(body.state);
  };

  // Only what is taken back is so by somebody, and whoever has an id has a name.
  const closer = ({ index, body, commits }: EntryHeader<'approval.closed'>): void => {
    const [user, actor] = [body.user ?? null, commits.actor ?? null];
    const why =
      body.state !== 'withdrawn' && (user !== null || actor !== null)
        ? `closes \`${body.approval}\` as ${body.state}, which nobody does, and says that somebody did`
        : user !== null && actor === null
          ? `says who took \`${body.approval}\` back by id alone, without the detail that names them`
          : null;
    if (why !== null) tally.failed('approvals', 'approval_actor', index, `entry ${index} ${why}`);
  };

  const close = (entry: EntryHeader<'approval.closed'>): void => {
    const { index, body } = entry;
    closer(entry);
    if (isBeginning && requests.get(body.approval) === undefined) {
      requests.add(body.approval, 'closed', 0);
      return;
    }
    const known = find(index, body.approval);
    if (known === undefined) return;
    const state = known.state();
    if (state !== 'pending' && state !== 'approved') {
      tally.failed(
        'approvals',
        'approval_not_pending',
        index,
        `entry ${index} closes \`${body.approval}\`, which was ${state}`,
      );
    } else if (body.previous !== undefined && body.previous !== state) {
      tally.failed(
        'approvals',
        'approval_state',
        index,
        `entry ${index} says that \`${body.approval}\` was ${body.previous} when it was closed; it was ${state}`,
      );
    }
    known.become('closed');
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
    const state = known.state();
    if (state !== 'approved') {
      tally.failed(
        'approvals',
        'approval_not_granted',
        index,
        `entry ${index} allows a call by \`${body.approval}\`, which was ${state}, not approved`,
      );
    }
    known.become('used');
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
