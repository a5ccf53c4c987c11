// Entries and rows for the tests of stores: the smallest that the formats accept, each naming what it stands for.
import { type EntryBody, type EntryDraft, type Id, newId } from '@countersign/audit';
import type { Row } from './types.ts';

export interface CallIds {
  readonly call: Id<'call'>;
  readonly chain: Id<'chain'>;
  readonly agent: Id<'agt'>;
}

export function newCall(): CallIds {
  return { call: newId('call'), chain: newId('chain'), agent: newId('agt') };
}

export function decided(
  ids: CallIds,
  body: Partial<EntryBody<'call.decided'>> = {},
  details: EntryDraft<'call.decided'>['details'] = {},
): EntryDraft<'call.decided'> {
  return {
    kind: 'call.decided',
    ...ids,
    body: {
      protocol: 'mcp',
      revision: '2025-06-18',
      operation: 'mcp:tools/call',
      upstream: null,
      decision: 'allow',
      reason: 'permitted',
      round: 1,
      approval: null,
      parent: null,
      link: 'root',
      depth: 1,
      policySet: null,
      schema: null,
      ...body,
    },
    details: {
      caller: JSON.stringify({ agent: 'invoice', owner: 'fiona', team: 'billing' }),
      subject: JSON.stringify({ subject: 'fiona@example.com', issuer: 'people' }),
      actors: JSON.stringify(['triage', 'invoice']),
      resource: JSON.stringify({ kind: 'tool', name: 'payments/pay', upstream: 'payments' }),
      explanation: JSON.stringify({ determining: [{ id: 'small-payments' }], guards: [], errors: [] }),
      sentence: 'Agent invoice called payments/pay and this was permitted by policy small-payments',
      trace: JSON.stringify({ traceId: '0af7651916cd43dd8448eb211c80319c' }),
      ...details,
    },
  };
}

export function completed(
  ids: CallIds,
  decidedIndex: number,
  body: Partial<EntryBody<'call.completed'>> = {},
): EntryDraft<'call.completed'> {
  return {
    kind: 'call.completed',
    ...ids,
    body: {
      outcome: 'ok',
      status: 200,
      durationUs: 1500,
      firstByteUs: 900,
      bytes: 20,
      events: 0,
      decided: decidedIndex,
      ...body,
    },
    details: { result: '{"content":[]}' },
  };
}

export function nodeStopped(): EntryDraft<'node.stopped'> {
  return {
    kind: 'node.stopped',
    call: null,
    agent: null,
    chain: null,
    body: { reason: 'signal' },
    details: {},
  };
}

export function requested(ids: CallIds, approval: Id<'apr'>, quorum = 1): EntryDraft<'approval.requested'> {
  return {
    kind: 'approval.requested',
    ...ids,
    body: { approval, quorum, expiresAt: 2_000_000_000_000_000 },
    details: { guards: '[]', shown: '{}', callDigest: 'd' },
  };
}

export function reviewed(
  ids: CallIds,
  approval: Id<'apr'>,
  verdict: 'approve' | 'reject',
): EntryDraft<'approval.reviewed'> {
  const state = verdict === 'approve' ? 'approved' : 'rejected';
  return {
    kind: 'approval.reviewed',
    ...ids,
    body: { approval, verdict, reviewer: newId('usr'), state },
    details: { reason: 'because' },
  };
}

export function approvalRow(ids: CallIds, id: Id<'apr'>, columns: Row = {}): Row {
  return {
    id,
    state: 'pending',
    binding: `binding of ${id}`,
    call: ids.call,
    chain: ids.chain,
    agent_uid: ids.agent,
    agent: 'invoice',
    subject: 'fiona',
    upstream_uid: 'srv_x',
    resource: 'payments/pay',
    guards: '[]',
    shown: '{}',
    quorum: 1,
    requested_at: 1000,
    expires_at: 2000,
    ...columns,
  };
}

export function sessionRow(id: string, columns: Row = {}): Row {
  return {
    upstream_uid: 'srv_x',
    id,
    agent_uid: 'agt_x',
    subject: '',
    revision: '2025-06-18',
    created_at: 1,
    ...columns,
  };
}
