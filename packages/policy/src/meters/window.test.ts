import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bucketAt,
  changedBy,
  decodeWindow,
  emptyWindow,
  encodeWindow,
  expiryOf,
  type MeterWindow,
  prunedAt,
  reshaped,
  totalOf,
  type WindowShape,
} from './window.ts';

const long = (windowMs: number): WindowShape => ({ windowMs, type: 'long' });
const windowMs = fc.constantFrom(1_000, 7_000, 60_000, 3_600_000, 86_400_000, 31_622_400_000);
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const amounts = fc.array(
  fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.bigInt({ min: 1n, max: 10n ** 15n })),
  {
    maxLength: 40,
  },
);

/** Amounts added at times that are given as parts of the window before `now`. */
function filled(length: number, now: number, added: readonly (readonly [number, bigint])[]) {
  const at = added.map(([part, amount]): [number, bigint] => [
    Math.max(0, Math.floor(now - part * length)),
    amount,
  ]);
  let window: MeterWindow = emptyWindow(long(length));
  for (const [when, amount] of at) window = changedBy(window, bucketAt(window, when), amount);
  return { window, at };
}

const sum = (all: readonly bigint[]): bigint => all.reduce((total, one) => total + one, 0n);

test('an amount counts for at least its window, and at most a sixtieth of it longer', () => {
  fc.assert(
    fc.property(windowMs, time, amounts, (length, now, added) => {
      const { window, at } = filled(length, now, added);
      const must = at.filter(([when]) => now - when <= length).map(([, amount]) => amount);
      const longest = 61 * Math.ceil(length / 60);
      const may = at.filter(([when]) => now - when < longest).map(([, amount]) => amount);
      const total = totalOf(window, now);
      expect(total >= sum(must)).toBe(true);
      expect(total <= sum(may)).toBe(true);
    }),
  );
});

test('what expired is dropped without a change to any later total', () => {
  fc.assert(
    fc.property(
      windowMs,
      time,
      amounts,
      fc.double({ min: 0, max: 2, noNaN: true }),
      (length, now, added, later) => {
        const { window } = filled(length, now, added);
        const then = now + Math.floor(later * length);
        const pruned = prunedAt(window, now);
        expect(totalOf(pruned, then)).toBe(totalOf(window, then));
        expect(pruned.buckets.size).toBeLessThanOrEqual(61);
      },
    ),
  );
});

test('from its expiry on nothing counts, and a moment before something does', () => {
  fc.assert(
    fc.property(windowMs, time, amounts, (length, now, added) => {
      const { window } = filled(length, now, added);
      const expiry = expiryOf(window);
      expect(totalOf(window, expiry)).toBe(0n);
      expect(expiry === 0 || totalOf(window, expiry - 1) > 0n).toBe(true);
    }),
  );
});

test('what is taken back is gone, and more than there is takes no other bucket’s', () => {
  const empty = emptyWindow(long(60_000));
  const two = changedBy(changedBy(empty, 5, 10n), 6, 3n);
  expect(totalOf(changedBy(two, 5, -4n), 6_000)).toBe(9n);
  expect([...changedBy(two, 5, -10n).buckets]).toEqual([[6, 3n]]);
  expect([...changedBy(two, 5, -11n).buckets]).toEqual([[6, 3n]]);
  expect([...two.buckets]).toEqual([
    [5, 10n],
    [6, 3n],
  ]);
});

test('a clock that steps back frees nothing', () => {
  const window = changedBy(emptyWindow(long(60_000)), 100, 7n);
  expect(totalOf(window, 0)).toBe(7n);
});

test('another length of window keeps every amount for at least that length', () => {
  fc.assert(
    fc.property(windowMs, windowMs, time, amounts, (from, to, now, added) => {
      const { window, at } = filled(from, now, added);
      const again = reshaped(window, long(to));
      expect(sum([...again.buckets.values()])).toBe(sum([...window.buckets.values()]));
      const must = at.filter(([when]) => now - when <= to).map(([, amount]) => amount);
      expect(totalOf(again, now) >= sum(must)).toBe(true);
    }),
  );
});

test('a Long is the same amount as a decimal, and back again; a fraction is rounded up, never away', () => {
  const decimal = { windowMs: 60_000, type: 'decimal' } as const;
  const window = changedBy(emptyWindow(long(60_000)), 7, 12n);
  const there = reshaped(window, decimal);
  expect([...there.buckets]).toEqual([[7, 120_000n]]);
  expect(reshaped(there, long(60_000))).toEqual(window);
  const more = changedBy(there, 7, 1n);
  expect([...reshaped(more, long(60_000)).buckets]).toEqual([[7, 13n]]);
});

test('what is stored reads back as it was', () => {
  fc.assert(
    fc.property(windowMs, time, amounts, (length, now, added) => {
      const { window } = filled(length, now, added);
      expect(decodeWindow(encodeWindow(window))).toEqual(window);
    }),
  );
});

test.each([
  ['no JSON', 'x'],
  ['no object', '3'],
  ['no type', '{"bucketMs":5,"buckets":[]}'],
  ['another type', '{"type":"Long","bucketMs":5,"buckets":[]}'],
  ['no buckets', '{"type":"long","bucketMs":5}'],
  ['no length', '{"type":"long","buckets":[]}'],
  ['a length of nothing', '{"type":"long","bucketMs":0,"buckets":[]}'],
  ['a negative amount', '{"type":"long","bucketMs":5,"buckets":[[1,"-3"]]}'],
  ['an amount that is a number', '{"type":"long","bucketMs":5,"buckets":[[1,3]]}'],
  ['a bucket that is no number', '{"type":"long","bucketMs":5,"buckets":[["1","3"]]}'],
])('%s is refused, and never read as an empty meter', (_what, text) => {
  expect(() => decodeWindow(text)).toThrow(/damaged|JSON/);
});
