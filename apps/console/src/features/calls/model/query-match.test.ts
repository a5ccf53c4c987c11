import { describe, expect, test } from 'vitest';
import { isMatch } from './query-match.ts';
import { conditionsText } from './query-ask.ts';
import { readQuery } from './query.ts';
import { someCall } from './some-call.ts';

const payment = someCall({
  agent: 'clerk',
  upstream: 'payments',
  resource: 'pay',
  agents: ['planner', 'clerk'],
  policies: ['small-payments'],
  sentence: 'Agent clerk called payments/pay on behalf of Zoë',
  labels: ['pii'],
  state: 'completed',
  outcome: 'tool_error',
  durationUs: 2_500_000,
});

describe('a query asks for a call', () => {
  test.each([
    ['', true],
    ['agent:clerk', true],
    ['agent:a agent:clerk', true],
    ['agent:a agent:b', false],
    ['-agent:clerk', false],
    ['-agent:a -agent:b', true],
    ['agent:cl*', true],
    ['actor:planner policy:small-payments label:pii', true],
    ['tool:payments/pay', true],
    ['tool:payments/*', true],
    ['tool:payments/p*', true],
    ['tool:crm/pay', false],
    ['tool:pay', true],
    ['server:payments -server:dev', true],
    ['outcome:failed', true],
    ['outcome:tool_error', true],
    ['outcome:ok outcome:failed', true],
    ['outcome:denied', false],
    ['latency:>2s latency:<3s', true],
    ['latency:>2500ms', false],
    ['zoë PAYMENTS', true],
    ['zo', false],
    ['-"zoë"', false],
    ['approval:waiting', false],
  ])('%s: %s', (text, expected) => {
    expect(isMatch(readQuery(text).query, payment)).toBe(expected);
  });

  test('that waited for people, by what came of it', () => {
    const isFor = (text: string, change: Parameters<typeof someCall>[0]): boolean =>
      isMatch(readQuery(text).query, someCall(change));
    expect(isFor('approval:waiting', { state: 'held', decision: 'hold' })).toBe(true);
    expect(isFor('approval:approved', { reason: 'grant_redeemed' })).toBe(true);
    expect(isFor('approval:rejected', { reason: 'approval_rejected', state: 'denied' })).toBe(true);
    expect(isFor('approval:apr_1', { approval: 'apr_1' })).toBe(true);
  });
});

test('the gateway is asked in its own words, each key once', () => {
  const ask = (text: string): string | null => conditionsText(readQuery(text).query);
  expect(ask('')).toBeNull();
  expect(ask('agent:a outcome:deny agent:b* -server:"x y" "free text" outcome:aborted latency:>2s')).toBe(
    'agent:"a"|agent:"b"* stands:denied|outcome:"aborted" -upstream:"x y" text:"free text" latency:">2s"',
  );
  expect(ask('approval:approved approval:apr_1 -tool:github/*')).toBe(
    'reason:grant_redeemed|approval:"apr_1" -tool:"github/"*',
  );
});
