import { describe, expect, test } from 'vitest';
import {
  arrivalText,
  decisionSign,
  outcomeSign,
  policyText,
  reasonText,
  shortId,
  targetText,
} from './wording.ts';

describe('the words for a call', () => {
  test('say every decision in text', () => {
    expect(['allow', 'deny', 'hold'].map((each) => decisionSign(each as 'allow').label)).toEqual([
      'Allowed',
      'Denied',
      'Held',
    ]);
  });

  test('show a reason that is not known yet as the log has it', () => {
    expect(reasonText('no_permit')).toBe('no policy permits it');
    expect(reasonText('some_new_reason')).toBe('some new reason');
  });

  test('have no outcome for a denied call: nothing was sent', () => {
    expect(outcomeSign({ state: 'denied', outcome: null })).toBeNull();
  });

  test('warn of an unknown outcome: the call may have happened', () => {
    expect(outcomeSign({ state: 'unknown', outcome: null })).toEqual({
      tone: 'warn',
      label: 'unknown',
    });
  });

  test('warn of an outcome that this page does not know', () => {
    expect(outcomeSign({ state: 'completed', outcome: 'new_kind' })).toEqual({
      tone: 'warn',
      label: 'new kind',
    });
    expect(outcomeSign({ state: 'completed', outcome: 'ok' })?.tone).toBe('quiet');
  });

  test('name the policies, or the reason where none decided', () => {
    expect(policyText({ policies: ['a', 'b'], reason: 'permitted' })).toBe('a, b');
    expect(policyText({ policies: [], reason: 'unregistered' })).toBe('nobody registered this agent');
  });

  test('name the tool within its server', () => {
    expect(targetText({ resource: 'pay', upstream: 'payments', operation: 'mcp:tools/call' })).toBe(
      'payments/pay',
    );
  });

  test('name the upstream alone where a call has no resource of its own', () => {
    expect(targetText({ resource: null, upstream: 'crm', operation: 'mcp:ping' })).toBe('crm');
    expect(targetText({ resource: 'support', upstream: 'support', operation: 'a2a:message/send' })).toBe(
      'support',
    );
    expect(targetText({ resource: null, upstream: null, operation: 'mcp:ping' })).toBe('mcp:ping');
  });

  test('tell ids of the same moment apart by what they end with', () => {
    expect(shortId('chain_0199b2c4d5e67f8091a2b3c4d5e6f708')).toBe('…d5e6f708');
  });

  test('announce arrivals with what matters in them', () => {
    expect(arrivalText([{ decision: 'allow' }])).toBe('1 new call');
    expect(arrivalText([{ decision: 'deny' }, { decision: 'hold' }, { decision: 'deny' }])).toBe(
      '3 new calls, 2 denied, 1 held',
    );
  });
});
