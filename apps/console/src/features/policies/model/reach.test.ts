import { expect, test } from 'vitest';
import { type Answer, reachGroups } from './reach.ts';

const change = (agent: string, name: string, before: Answer, after: Answer, policies: string[] = []) =>
  ({ agent, upstream: 'payments', kind: 'tool', name, before, after, policies }) as const;

test('agents for whom the same holds are told together', () => {
  const groups = reachGroups({
    shifts: [{ before: 'denied', after: 'allowed', count: 5 }],
    changes: [
      change('a', 'pay', 'denied', 'allowed', ['open']),
      change('a', 'list', 'denied', 'allowed', ['open']),
      change('b', 'pay', 'denied', 'allowed', ['open']),
      change('b', 'list', 'denied', 'allowed', ['open']),
      change('c', 'pay', 'denied', 'allowed', ['open']),
    ],
  });
  expect(groups).toEqual([
    {
      before: 'denied',
      after: 'allowed',
      direction: 'more',
      count: 5,
      rows: [
        { agents: ['a', 'b'], targets: ['payments/pay', 'payments/list'], policies: ['open'] },
        { agents: ['c'], targets: ['payments/pay'], policies: ['open'] },
      ],
    },
  ]);
});

test('what agents may do besides comes first, then what they no longer may, then what depends', () => {
  const shifts = [
    { before: 'depends', after: 'depends', count: 1 },
    { before: 'allowed', after: 'held', count: 1 },
    { before: 'allowed', after: 'unknown', count: 1 },
    { before: 'held', after: 'allowed', count: 1 },
    { before: 'allowed', after: 'denied', count: 1 },
    { before: 'denied', after: 'allowed', count: 1 },
  ] as const;
  const order = reachGroups({ shifts: [...shifts], changes: [] }).map(({ before, after, direction }) => [
    direction,
    before,
    after,
  ]);
  expect(order).toEqual([
    ['more', 'denied', 'allowed'],
    ['more', 'held', 'allowed'],
    ['less', 'allowed', 'denied'],
    ['less', 'allowed', 'held'],
    ['perhaps', 'allowed', 'unknown'],
    ['perhaps', 'depends', 'depends'],
  ]);
});

test('an agent is called by its name alone', () => {
  const called = {
    ...change('a', 'triage', 'denied', 'depends'),
    kind: 'agent',
    upstream: 'triage',
  } as const;
  const [group] = reachGroups({
    shifts: [{ before: 'denied', after: 'depends', count: 1 }],
    changes: [called],
  });
  expect(group?.rows[0]?.targets).toEqual(['triage']);
});
