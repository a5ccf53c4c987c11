import { expect, test } from 'vitest';
import { endOf } from './end.ts';

const step = (kind: 'closed' | 'held', approval: string, reason: string | null, by: string | null) =>
  ({ kind, approval, reason, by }) as const;

const TIMELINE = [
  step('held', 'apr_1', null, null),
  step('closed', 'apr_1', 'time ran out', null),
  step('held', 'apr_2', null, null),
  step('closed', 'apr_2', 'the vendor was sold', 'fiona'),
];

test('a request that ended by itself was taken back by nobody, though another of the same call was', () => {
  expect(endOf({ id: 'apr_1', state: 'expired' }, TIMELINE)).toMatchObject({
    reason: 'time ran out',
    by: null,
  });
  expect(endOf({ id: 'apr_2', state: 'withdrawn' }, TIMELINE)).toMatchObject({ by: 'fiona' });
});

test('a request whose end is not in the timeline has none, and one that still stands has none either', () => {
  expect(endOf({ id: 'apr_3', state: 'expired' }, TIMELINE)).toBeNull();
  expect(endOf({ id: 'apr_2', state: 'approved' }, TIMELINE)).toBeNull();
});
