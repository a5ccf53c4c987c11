import { describe, expect, test } from 'vitest';
import {
  choiceOf,
  choose,
  matcherOf,
  printQuery,
  type Query,
  readQuery,
  timesOf,
  untimedText,
  without,
  withoutTimes,
} from './query.ts';
import { someCall } from './some-call.ts';

const read = (text: string): Query => {
  const { query, faults } = readQuery(text);
  expect(faults).toEqual([]);
  return query;
};

describe('a query', () => {
  test('is edited value by value; what no list can say stays', () => {
    const query = read('agent:a words');
    const agent = (value: string, isPrefix = false) => ({ key: 'agent', value, isPrefix }) as const;
    expect(printQuery(choose(query, agent('b'), 'unwanted'))).toBe('agent:a words -agent:b');
    expect(printQuery(choose(query, agent('a'), 'unwanted'))).toBe('words -agent:a');
    expect(printQuery(choose(query, agent('a'), 'open'))).toBe('words');
    expect(choiceOf(query, agent('a'))).toBe('wanted');
    expect(choiceOf(query, agent('b'))).toBe('open');
    expect(choiceOf(read('agent:a*'), agent('a'))).toBe('open');
    expect(choiceOf(read('-agent:a*'), agent('a', true))).toBe('unwanted');
    expect(choiceOf(read('agent:a|agent:b'), agent('b'))).toBe('wanted');
    expect(printQuery(choose(read('-agent:a*'), agent('a', true), 'wanted'))).toBe('agent:a*');
    expect(choiceOf(read('&agent:a agent:a|team:x'), agent('a'))).toBe('open');
    expect(printQuery(choose(read('&agent:a agent:a|team:x'), agent('a'), 'open'))).toBe(
      '&agent:a agent:a|team:x',
    );
    expect(printQuery(without(read('agent:a -agent:b &agent:a team:c agent:a|team:b'), 'agent'))).toBe(
      'team:c agent:a|team:b',
    );
  });

  test('says its times beside what else it says', () => {
    const query = read('from:2026-01-31T12:00:00Z agent:a');
    expect([timesOf(query), untimedText(query)]).toEqual([
      { from: '2026-01-31T12:00:00Z', to: null },
      'agent:a',
    ]);
    expect(untimedText(read('to:2026-01-31T12:00:00Z'))).toBeNull();
    // Typed, they are the chosen time from then on; what cannot be read is left as it is.
    expect(withoutTimes('from:2026-01-31T12:00:00Z  agent:a')).toEqual({
      whole: 'agent:a',
      times: { from: '2026-01-31T12:00:00Z' },
    });
    expect(withoutTimes('agent:a  b')).toEqual({ whole: 'agent:a  b', times: null });
    expect(withoutTimes('from:noon agent:a')).toEqual({ whole: 'from:noon agent:a', times: null });
  });
});

const payment = someCall({
  agent: 'clerk',
  upstream: 'payments',
  resource: 'pay',
  agents: ['planner', 'clerk'],
  policies: ['small-payments'],
  sentence: 'Agent clerk called payments/pay on behalf of Zoë',
  labels: ['pii', 'finance'],
  state: 'completed',
  outcome: 'tool_error',
  durationUs: 2_500_000,
  traceId: '0af7651916cd43dd8448eb211c80319c',
});

describe('a call that comes live is one that a query asks for, or is not', () => {
  test.each([
    ['', true],
    ['agent:clerk', true],
    ['agent:a agent:clerk', true],
    ['agent:a agent:b', false],
    ['-agent:clerk', false],
    ['-agent:a -agent:b', true],
    ['agent:cl*', true],
    ['actor:planner policy:small-payments label:pii', true],
    ['label:pii &label:finance', true],
    ['label:pii &label:hr', false],
    ['agent:a|label:pii', true],
    ['tool:payments/pay', true],
    ['tool:payments/*', true],
    ['tool:payments/p*', true],
    ['tool:crm/pay', false],
    ['tool:pay', true],
    ['resource:pay', true],
    ['server:payments -server:dev', true],
    ['outcome:failed', true],
    ['outcome:tool_error', true],
    ['outcome:ok outcome:failed', true],
    ['outcome:denied', false],
    ['state:completed decision:allow', true],
    ['latency:>2s latency:<3s', true],
    ['latency:>2500ms', false],
    ['trace:0af7651916cd43dd8448eb211c80319c', true],
    ['zoë PAYMENTS', true],
    ['zo', false],
    ['-"zoë"', false],
    ['approval:waiting', false],
  ])('%s: %s', (text, expected) => {
    expect(matcherOf(read(text))(payment)).toBe(expected);
  });

  test('by what came of it, where it waited for people', () => {
    const isFor = (text: string, change: Parameters<typeof someCall>[0]): boolean =>
      matcherOf(read(text))(someCall(change));
    expect(isFor('approval:waiting', { state: 'held', decision: 'hold' })).toBe(true);
    expect(isFor('approval:approved', { reason: 'grant_redeemed' })).toBe(true);
    expect(isFor('approval:rejected', { reason: 'approval_rejected', state: 'denied' })).toBe(true);
    expect(isFor('approval:apr_1', { approval: 'apr_1' })).toBe(true);
  });
});
