import { expect, test } from 'vitest';
import type { EntryBody, EntryDraft } from '../entry/types.ts';
import { newId } from '../ids.ts';
import { decided, type LogBuilder, ORIGIN, openLog } from '../testing/log-builder.ts';
import { verifyLog } from './log.ts';

const APPROVAL = newId('apr');
const FIONA = newId('usr');
const OMAR = newId('usr');

function requested(quorum = 1): EntryDraft {
  const body = { approval: APPROVAL, quorum, expiresAt: 1 };
  return { kind: 'approval.requested', call: null, agent: null, chain: null, body, details: {} };
}

function reviewed(
  reviewer: typeof FIONA,
  state: EntryBody<'approval.reviewed'>['state'],
  verdict: 'approve' | 'reject' = 'approve',
): EntryDraft {
  const body = { approval: APPROVAL, verdict, reviewer, state };
  return { kind: 'approval.reviewed', call: null, agent: null, chain: null, body, details: {} };
}

function closed(previous: 'pending' | 'approved', user: typeof FIONA | null = null): EntryDraft {
  const state = user === null ? 'expired' : 'withdrawn';
  return closedAs({ state, previous, user }, user === null ? {} : { actor: '{"name":"omar"}' });
}

function closedAs(
  said: Omit<EntryBody<'approval.closed'>, 'approval'>,
  details: EntryDraft<'approval.closed'>['details'] = {},
): EntryDraft<'approval.closed'> {
  const body = { approval: APPROVAL, ...said };
  return { kind: 'approval.closed', call: null, agent: null, chain: null, body, details };
}

function redeemed(approval: typeof APPROVAL | null = APPROVAL): EntryDraft {
  return decided(newId('call'), { reason: 'grant_redeemed', round: 2, approval });
}

async function verified(drafts: readonly EntryDraft[]) {
  const log: LogBuilder = openLog();
  for (const draft of drafts) log.add(draft);
  return verifyLog(log.entries, { origin: ORIGIN });
}

const TAKEN_BACK = { state: 'withdrawn', previous: 'approved', user: null } as const;

test.each([
  ['approved and redeemed', [requested(), reviewed(FIONA, 'approved'), redeemed()]],
  [
    'approved by two people',
    [requested(2), reviewed(FIONA, 'pending'), reviewed(OMAR, 'approved'), redeemed()],
  ],
  ['approved and never redeemed', [requested(), reviewed(FIONA, 'approved'), closed('approved')]],
  ['approved and taken back', [requested(), reviewed(FIONA, 'approved'), closed('approved', OMAR)]],
  [
    'taken back by somebody without an id',
    [requested(), reviewed(FIONA, 'approved'), closedAs(TAKEN_BACK, { actor: '{"name":"admin"}' })],
  ],
  ['given up by whoever asked', [requested(), closedAs({ ...TAKEN_BACK, previous: 'pending' })]],
  ['rejected', [requested(), reviewed(FIONA, 'rejected', 'reject')]],
  ['expired', [requested(), closed('pending')]],
])('a request may be %s', async (_case, drafts) => {
  expect((await verified(drafts)).firstFailure).toBeNull();
});

test.each([
  [
    'redeemed twice',
    'approval_not_granted',
    [requested(), reviewed(FIONA, 'approved'), redeemed(), redeemed()],
  ],
  ['redeemed while pending', 'approval_not_granted', [requested(), redeemed()]],
  [
    'redeemed after it was rejected',
    'approval_not_granted',
    [requested(), reviewed(FIONA, 'rejected', 'reject'), redeemed()],
  ],
  [
    'redeemed after it expired',
    'approval_not_granted',
    [requested(), reviewed(FIONA, 'approved'), closed('approved'), redeemed()],
  ],
  ['redeemed though nobody requested it', 'approval_unknown', [redeemed()]],
  ['redeemed without being named', 'approval_not_granted', [redeemed(null)]],
  ['reviewed though nobody requested it', 'approval_unknown', [reviewed(FIONA, 'approved')]],
  ['closed though nobody requested it', 'approval_unknown', [closed('pending')]],
  ['closed as if it had been approved', 'approval_state', [requested(), closed('approved', OMAR)]],
  [
    'closed as if nobody had approved it',
    'approval_state',
    [requested(), reviewed(FIONA, 'approved'), closed('pending')],
  ],
  [
    'ended by time and by somebody with an id',
    'approval_actor',
    [requested(), closedAs({ state: 'expired', previous: 'pending', user: OMAR }, { actor: '{}' })],
  ],
  [
    'ended by time and by somebody without an id',
    'approval_actor',
    [requested(), closedAs({ state: 'expired', previous: 'pending', user: null }, { actor: '{}' })],
  ],
  [
    'taken back by an id without a name',
    'approval_actor',
    [requested(), reviewed(FIONA, 'approved'), closedAs({ ...TAKEN_BACK, user: OMAR })],
  ],
  ['requested twice', 'approval_repeated', [requested(), requested()]],
  ['approved by too few people', 'approval_quorum', [requested(2), reviewed(FIONA, 'approved')]],
  ['approved by a rejection', 'approval_quorum', [requested(), reviewed(FIONA, 'approved', 'reject')]],
  [
    'reviewed twice by one person',
    'approval_not_pending',
    [requested(2), reviewed(FIONA, 'pending'), reviewed(FIONA, 'pending')],
  ],
  [
    'reviewed after it was decided',
    'approval_not_pending',
    [requested(), reviewed(FIONA, 'approved'), reviewed(OMAR, 'approved')],
  ],
  [
    'closed after it was rejected',
    'approval_not_pending',
    [requested(), reviewed(FIONA, 'rejected', 'reject'), closed('pending')],
  ],
])('a request must not be %s', async (_case, code, drafts) => {
  const report = await verified(drafts);
  expect(report.firstFailure).toMatchObject({ level: 'approvals', code, index: drafts.length });
});
