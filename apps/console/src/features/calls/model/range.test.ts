import { expect, test } from 'vitest';
import { both, boundsOf, fieldOf, instantOf, readRange } from './range.ts';

test('an address says the last so long, or from one time to another, or nothing', () => {
  expect(readRange({ last: '24h', from: '2026-01-01T00:00:00Z' })).toEqual({ last: '24h' });
  expect(readRange({ from: '2026-01-01T01:00:00+01:00' })).toEqual({ from: '2026-01-01T00:00:00.000Z' });
  expect(readRange({ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' })).toEqual({});
  for (const wrong of [{ last: 'constructor' }, { from: 'yesterday' }, { to: 5 }, { from: '2026-01-01' }])
    expect(readRange(wrong)).toEqual({});
});

test('the last hour begins an hour before now, and has no end', () => {
  expect(boundsOf({ last: '1h' }, Date.UTC(2026, 0, 1, 12))).toEqual({
    from: '2026-01-01T11:00:00.000Z',
    to: null,
  });
  expect(boundsOf({}, 0)).toEqual({ from: null, to: null });
});

test.each(['utc', 'local'] as const)('a field says what it was given, in %s', (zone) => {
  const iso = '2026-07-01T10:20:30.000Z';
  expect(instantOf(fieldOf(iso, zone), zone)).toBe(iso);
  expect(instantOf('', zone)).toBeNull();
});

test('two stretches at once begin with the later and end with the earlier', () => {
  const none = { from: null, to: null };
  expect(both(none, none)).toEqual(none);
  expect(
    both(
      { from: '2026-01-01T00:00:00.000Z', to: '2026-01-03T00:00:00.000Z' },
      { from: '2026-01-02T01:00:00+01:00', to: null },
    ),
  ).toEqual({ from: '2026-01-02T00:00:00.000Z', to: '2026-01-03T00:00:00.000Z' });
});
