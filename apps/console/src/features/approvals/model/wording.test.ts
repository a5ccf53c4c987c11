import { describe, expect, test } from 'vitest';
import type { Approval } from '../../../api/types.ts';
import { byUrgency, quorumText, reviewFault, stateSign } from './wording.ts';

const guard = (group: string, quorum: number, reasonRequired = false): Approval['guards'][number] => ({
  policy: `guard-${group}`,
  group,
  quorum,
  reasonRequired,
  description: null,
});
const approval = (id: string, expiresAt: string): Approval => ({
  id,
  state: 'pending',
  call: 'call_1',
  chain: 'chain_1',
  agent: 'invoice-agent',
  owner: 'Ida',
  subject: '',
  operation: 'mcp:tools/call',
  upstream: 'payments',
  resource: 'payments/pay',
  sentence: '',
  params: '{}',
  guards: [guard('finance', 1)],
  quorum: 1,
  reviews: [],
  requestedAt: '2026-11-22T12:00:00.000Z',
  expiresAt,
  decidedAt: null,
  grantExpiresAt: null,
  consumedBy: null,
});

describe('requests for approval', () => {
  test('say whom they need', () => {
    expect(quorumText([guard('finance', 1)])).toBe('1 of finance');
    expect(quorumText([guard('finance', 2), guard('legal', 1)])).toBe('2 of finance and 1 of legal');
  });

  test('name a group once, with the larger quorum', () => {
    expect(quorumText([guard('finance', 1), guard('finance', 2)])).toBe('2 of finance');
  });

  test('are ordered by what expires first', () => {
    const late = approval('apr_1', '2026-11-22T13:00:00.000Z');
    const soon = approval('apr_2', '2026-11-22T12:30:00.000Z');
    expect(byUrgency([late, soon])).toEqual([soon, late]);
  });

  test('never show an ended request as waiting', () => {
    const states = ['approved', 'consumed', 'rejected', 'expired', 'withdrawn'] as const;
    expect(
      states.map((state) => stateSign({ state, grantExpiresAt: '2026-11-22T13:00:00.000Z' }).tone),
    ).not.toContain('hold');
  });

  test('say whether the caller gave it up, or people took their approval back', () => {
    const label = (grantExpiresAt: string | null) => stateSign({ state: 'withdrawn', grantExpiresAt }).label;
    expect(label(null)).toBe('Withdrawn by the caller');
    expect(label('2026-11-22T13:00:00.000Z')).toBe('Approval taken back');
  });
});

describe('a verdict', () => {
  test('to approve needs a reason, and spaces are none', () => {
    expect(reviewFault('approve', '', [guard('finance', 1)])).not.toBeNull();
    expect(reviewFault('approve', ' \n ', [guard('finance', 1)])).not.toBeNull();
    expect(reviewFault('approve', 'checked the invoice', [guard('finance', 1)])).toBeNull();
  });

  test('to reject needs a reason only where the policy says so', () => {
    expect(reviewFault('reject', '', [guard('finance', 1)])).toBeNull();
    expect(reviewFault('reject', '', [guard('finance', 1), guard('legal', 1, true)])).not.toBeNull();
  });
});
