import { expect, test } from 'vitest';
import { beginOf, readOverviewSearch } from './span.ts';

test('an address names a span, and anything else means a day', () => {
  expect(readOverviewSearch({ span: 'week' })).toEqual({ span: 'week' });
  for (const span of ['day', 'year', 7, null]) expect(readOverviewSearch({ span })).toEqual({});
});

test('a span ends now', () => {
  const now = Date.parse('2026-11-23T12:00:00.000Z');
  expect(beginOf('hour', now)).toBe('2026-11-23T11:00:00.000Z');
  expect(beginOf('week', now)).toBe('2026-11-16T12:00:00.000Z');
  expect(beginOf('hour', now + 9_999)).toBe(beginOf('hour', now));
});
