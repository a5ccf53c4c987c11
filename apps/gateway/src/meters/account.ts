// One meter of one holder, in memory: what the store holds or is about to hold, and what decisions have reserved on top
// of it without having been sent there yet. Every write carries the version it builds on, so that it takes effect only if
// nobody, here or on another node, wrote in between (DESIGN section 6: compare-and-swap).
import { randomInt } from 'node:crypto';
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
} from '@countersign/policy';
import type { MeterKey, MeterRecord } from '../store/readers/meters.ts';
import type { Change, Precondition } from '../store/types.ts';

/** An amount that a decision counts on and that no commit carries yet. */
export interface Pending {
  readonly units: bigint;
  /** When it was reserved: the time that it counts from. Milliseconds since the epoch. */
  readonly at: number;
}

export interface Account {
  readonly key: MeterKey;
  readonly shape: WindowShape;
  /** Smallest units that count at `now`, reserved ones included. */
  total(now: number): bigint;
  /** Counts the units at once. Of nothing it only keeps the account in memory until it is dropped. */
  reserve(units: bigint, now: number): Pending;
  /** Gives back what no commit carries; nothing happens if one does. */
  drop(pending: Pending): void;
  /** False once it was dropped, waited too long, or is carried by a commit. */
  isReserved(pending: Pending): boolean;
  /** Adds the units, which may be negative, to what the store will hold. The commit must be sent in the same turn. */
  write(units: bigint, at: number, now: number): Write;
  /** What must hold in the store for what was read here to be true there. */
  unchanged(): Precondition;
  /** Stays in memory until each `use` has its `free`. */
  use(): void;
  free(): void;
  isInUse(now: number): boolean;
  /** A commit that rests on it is on its way, until `sent` tells that it came to an end. */
  sending(): void;
  sent(isCommitted: boolean, now: number): void;
  /** Nothing here depends on it, and for a while nobody has seen that the store still holds it. */
  isStale(now: number): boolean;
  /** Memory and store may differ: whoever still relies on this must look again. */
  abandon(): void;
  readonly isAbandoned: boolean;
}

export interface Write {
  readonly change: Change;
  readonly precondition: Precondition;
}

/** From its decision to its commit a call waits for nobody: what takes longer was forgotten on the way. */
const RESERVED_MS = 30_000;
/** Another node may have given back meanwhile what this one still denies calls for. */
const FRESH_MS = 5_000;
const VERSIONS = 2 ** 47;

export function openAccount(
  key: MeterKey,
  shape: WindowShape,
  stored: MeterRecord | null,
  openedAt: number,
): Account {
  let version = stored?.version ?? null;
  let written: MeterWindow =
    stored === null ? emptyWindow(shape) : reshaped(decodeWindow(stored.buckets), shape);
  /** What was written, with all that is reserved. */
  let seen = written;
  let users = 0;
  let commits = 0;
  let seenAt = openedAt;
  let isAbandoned = false;
  const unsent = new Set<Pending>();

  const drop = (pending: Pending): void => {
    if (!unsent.delete(pending)) return;
    seen = changedBy(seen, bucketAt(seen, pending.at), -pending.units);
  };
  const dropForgotten = (now: number): void => {
    for (const pending of unsent) {
      if (now - pending.at < RESERVED_MS) break;
      drop(pending);
    }
  };
  const unchanged = (): Precondition =>
    version === null
      ? { table: 'meters', where: { ...key }, expect: 'absent' }
      : { table: 'meters', where: { ...key, version }, expect: 'exists' };

  return {
    key,
    shape,
    total(now) {
      dropForgotten(now);
      return totalOf(seen, now);
    },
    reserve(units, now) {
      const pending = { units, at: now };
      unsent.add(pending);
      seen = changedBy(seen, bucketAt(seen, now), units);
      return pending;
    },
    drop,
    isReserved: (pending) => unsent.has(pending),
    write(units, at, now) {
      const precondition = unchanged();
      const bucket = bucketAt(written, at);
      written = prunedAt(changedBy(written, bucket, units), now);
      seen = prunedAt(changedBy(seen, bucket, units), now);
      version = randomInt(1, VERSIONS);
      const row = { ...key, version, buckets: encodeWindow(written), expires_at: expiryOf(written) };
      return { change: { put: 'meters', row }, precondition };
    },
    unchanged,
    use() {
      users += 1;
    },
    free() {
      users -= 1;
    },
    isInUse(now) {
      dropForgotten(now);
      return users + commits > 0 || unsent.size > 0;
    },
    sending() {
      commits += 1;
    },
    sent(isCommitted, now) {
      commits -= 1;
      if (isCommitted) seenAt = now;
    },
    isStale(now) {
      dropForgotten(now);
      return commits === 0 && unsent.size === 0 && now - seenAt > FRESH_MS;
    },
    abandon() {
      isAbandoned = true;
    },
    get isAbandoned() {
      return isAbandoned;
    },
  };
}
