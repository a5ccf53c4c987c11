import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf } from './buckets.ts';

const at = Date.parse;

describe('cutting time for a chart', () => {
  it('cuts a day into pieces of half an hour that begin at half hours', () => {
    const { bucketMs, starts } = bucketsOf(at('2026-01-31T12:10:00Z'), at('2026-02-01T12:10:00Z'), 60);
    expect(bucketMs).toBe(30 * 60_000);
    expect(new Date(starts[0] ?? 0).toISOString()).toBe('2026-01-31T12:00:00.000Z');
    expect(starts.length).toBe(49);
  });

  it('never gives more pieces than were asked for, leaves no gap and misses nothing of the stretch', () => {
    const time = fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') });
    fc.assert(
      fc.property(time, time, fc.integer({ min: 2, max: 200 }), (a, b, most) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
        const { bucketMs, starts } = bucketsOf(from, to, most);
        expect(starts.length).toBeLessThanOrEqual(most);
        expect(starts[0]).toBeLessThanOrEqual(from);
        expect((starts.at(-1) ?? 0) + bucketMs).toBeGreaterThanOrEqual(to);
        for (const [i, start] of starts.entries())
          expect([start % bucketMs, start]).toEqual([0, (starts[0] ?? 0) + i * bucketMs]);
      }),
    );
  });
});
