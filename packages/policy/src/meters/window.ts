// The arithmetic of a sliding window in sixty buckets: an amount counts for at least its window, and for at most one
// bucket (a sixtieth) longer: never less, which is the safe side of a limit (DESIGN section 6, "Meters"). No clock here.

import type { MeterType } from './types.ts';

/** How a meter keeps its amounts. */
export interface WindowShape {
  readonly windowMs: number;
  readonly type: MeterType;
}

/** Amounts in the smallest unit of their type, by the bucket of time in which they were added; values, never changed. */
export interface MeterWindow {
  readonly type: MeterType;
  /** Length of a bucket in milliseconds. */
  readonly bucketMs: number;
  /** By the number of the bucket since the epoch. */
  readonly buckets: ReadonlyMap<number, bigint>;
}

const BUCKETS = 60;
/** Smallest units of a decimal in one. */
export const DECIMAL_UNITS = 10_000n;

export function emptyWindow({ windowMs, type }: WindowShape): MeterWindow {
  return { type, bucketMs: Math.ceil(windowMs / BUCKETS), buckets: new Map() };
}

/** The bucket that time `at` (milliseconds since the epoch) falls into. */
export function bucketAt({ bucketMs }: MeterWindow, at: number): number {
  return Math.floor(at / bucketMs);
}

/** What counts at `now`. A clock that stepped back makes amounts count longer, not less long. */
export function totalOf(window: MeterWindow, now: number): bigint {
  const oldest = bucketAt(window, now) - BUCKETS;
  let total = 0n;
  for (const [bucket, amount] of window.buckets) if (bucket >= oldest) total += amount;
  return total;
}

/** With an amount more in a bucket, or less where it is negative; a bucket never falls below nothing. */
export function changedBy(window: MeterWindow, bucket: number, amount: bigint): MeterWindow {
  const buckets = new Map(window.buckets);
  const changed = (buckets.get(bucket) ?? 0n) + amount;
  if (changed > 0n) buckets.set(bucket, changed);
  else buckets.delete(bucket);
  return { ...window, buckets };
}

/** Without what counts no more at `now`. */
export function prunedAt(window: MeterWindow, now: number): MeterWindow {
  const oldest = bucketAt(window, now) - BUCKETS;
  const isFresh = ([bucket]: readonly [number, bigint]): boolean => bucket >= oldest;
  return { ...window, buckets: new Map([...window.buckets].filter(isFresh)) };
}

/** From when on nothing of it counts, in milliseconds since the epoch; 0 for a window with nothing in it. */
export function expiryOf({ bucketMs, buckets }: MeterWindow): number {
  return buckets.size === 0 ? 0 : (Math.max(...buckets.keys()) + BUCKETS + 1) * bucketMs;
}

/**
 * The same amounts in another shape, never less of them: each counts as if added at the end of its old bucket, and what a
 * Long cannot hold of a decimal is rounded up.
 */
export function reshaped(window: MeterWindow, shape: WindowShape): MeterWindow {
  const empty = emptyWindow(shape);
  if (empty.bucketMs === window.bucketMs && empty.type === window.type) return window;
  const buckets = new Map<number, bigint>();
  for (const [bucket, amount] of window.buckets) {
    const at =
      empty.bucketMs === window.bucketMs ? bucket : bucketAt(empty, (bucket + 1) * window.bucketMs - 1);
    buckets.set(at, (buckets.get(at) ?? 0n) + converted(amount, window.type, empty.type));
  }
  return { ...empty, buckets };
}

function converted(amount: bigint, from: MeterType, to: MeterType): bigint {
  if (from === to) return amount;
  return to === 'decimal' ? amount * DECIMAL_UNITS : (amount + DECIMAL_UNITS - 1n) / DECIMAL_UNITS;
}

/** As JSON text, exact. */
export function encodeWindow({ type, bucketMs, buckets }: MeterWindow): string {
  return JSON.stringify({
    type,
    bucketMs,
    buckets: [...buckets].map(([at, amount]) => [at, String(amount)]),
  });
}

/** Reads `encodeWindow`'s text. Throws a TypeError for anything else: a count that cannot be read must not read as none. */
export function decodeWindow(text: string): MeterWindow {
  const { type, bucketMs, buckets } = JSON.parse(text) as Partial<Record<keyof MeterWindow, unknown>>;
  if (type !== 'long' && type !== 'decimal') throw new TypeError('a stored meter is damaged: it has no type');
  if (!Number.isSafeInteger(bucketMs) || Number(bucketMs) < 1 || !Array.isArray(buckets)) {
    throw new TypeError('a stored meter is damaged: it has no buckets');
  }
  const read = buckets.map((pair: unknown): [number, bigint] => {
    const [at, amount] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    if (!Number.isSafeInteger(at) || typeof amount !== 'string' || !/^\d{1,40}$/.test(amount)) {
      throw new TypeError('a stored meter is damaged: a bucket cannot be read');
    }
    return [Number(at), BigInt(amount)];
  });
  return { type, bucketMs: Number(bucketMs), buckets: new Map(read) };
}
