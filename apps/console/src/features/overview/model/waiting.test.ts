import { expect, test } from 'vitest';
import { waitingOf } from './waiting.ts';

test('counts what waits, and says when the first call is denied by itself', () => {
  const times = ['2026-11-22T12:00:00.000Z', '2026-11-22T11:00:00.000Z'];
  expect(
    waitingOf(
      times.map((expiresAt) => ({ expiresAt })),
      Array.from({ length: 100 }, (_, at) => ({ id: `chg_${at}` })),
    ),
  ).toEqual({
    approvals: { pending: 2, isMore: false, nextExpiresAt: times[1] },
    changes: { pending: 100, isMore: true },
  });
  expect(waitingOf([], []).approvals.nextExpiresAt).toBeNull();
});
