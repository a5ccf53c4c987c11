import { describe, expect, test } from 'vitest';
import { changedList, isRelayed } from './server-notifications.ts';

const EVER = [
  'notifications/progress',
  'notifications/message',
  'notifications/cancelled',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
];

describe('beside answers, and on the standalone stream', () => {
  test.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const)(
    '%s has them all',
    (revision) => {
      expect(EVER.filter((method) => !isRelayed(method, revision))).toEqual([]);
    },
  );

  test('the end of an elicitation is told from 2025-11-25 on', () => {
    const told = (['2025-06-18', '2025-11-25', '2026-07-28'] as const).map((revision) =>
      isRelayed('notifications/elicitation/complete', revision),
    );
    expect(told).toEqual([false, true, false]);
  });

  test('2026-07-28 has only what belongs to the request: the rest is listened to', () => {
    expect(EVER.filter((method) => isRelayed(method, '2026-07-28'))).toEqual([
      'notifications/progress',
      'notifications/message',
    ]);
  });

  test.each(['notifications/made/up', 'notifications/Message', 'tools/call', '', 'constructor'])(
    '`%s` is relayed nowhere',
    (method) => {
      expect(isRelayed(method, '2025-11-25')).toBe(false);
      expect(changedList(method)).toBeNull();
    },
  );
});
