// "Verified to N" as the admin API shows it: follows the live log and verifies every entry as it is read back from disk,
// by the same code that auditors run. In small slices between calls, not in a thread of its own: a thread costs 15 MB
// and the work is a few microseconds an entry.
import { setTimeout as delay } from 'node:timers/promises';
import { type StoredEntry, verifyLog } from '@countersign/audit';
import { entriesBefore, firstEntry } from '../store/sqlite/entries/entries-before.ts';
import { createEntryRange } from '../store/sqlite/entries/entries.ts';
import { openForReading } from '../store/sqlite/open.ts';

export interface FollowStatus {
  readonly state: 'verifying' | 'verified' | 'broken';
  /** Number of entries from the first on that were recomputed and hold. */
  readonly verifiedTo: number;
  readonly brokenAt: number | null;
  readonly message: string | null;
  /** Milliseconds since the epoch; null until the head was reached once. */
  readonly checkedAt: number | null;
}

export interface Follower {
  status(): FollowStatus;
  /** There are new entries. */
  more(): void;
  close(): Promise<void>;
}

export interface FollowedLog {
  readonly database: string;
  readonly origin: string;
  /** How many entries the writer says there are. */
  readonly size: () => number;
}

/** About a millisecond of work, then a rest in which calls are served: a tenth of the thread at the most. */
const SLICE_ENTRIES = 32;
const REST_MS = 10;

export function followLog({ database, origin, size }: FollowedLog, now: () => number): Follower {
  const db = openForReading(database, 1000);
  const range = createEntryRange(db);
  const before = entriesBefore(db, firstEntry(db));
  const ending = new AbortController();
  let wake = Promise.withResolvers<void>();
  let status: FollowStatus = {
    state: 'verifying',
    verifiedTo: 0,
    brokenAt: null,
    message: null,
    checkedAt: null,
  };

  const move = (change: Partial<FollowStatus>): void => {
    // The first thing found wrong stays: what comes after it rests on it.
    if (status.state !== 'broken') status = { ...status, ...change };
  };

  /** Never ends by itself: at the head it waits to be told that there is more. */
  async function* entries(): AsyncGenerator<StoredEntry, void> {
    let next = before?.size ?? 0;
    while (!ending.signal.aborted) {
      const from = next;
      for (const entry of range(next, next + SLICE_ENTRIES)) {
        yield entry;
        // Asked for the next one: this one has been verified.
        next = entry.index + 1;
      }
      if (next === from) {
        if (next < size()) move({ state: 'broken', brokenAt: next, message: `entry ${next} is missing` });
        move({ state: 'verified', checkedAt: now() });
        await wake.promise;
        wake = Promise.withResolvers();
      } else {
        move({ state: 'verifying', verifiedTo: next });
        await delay(REST_MS, undefined, { ref: false });
      }
    }
  }

  const ended = verifyLog(entries(), {
    origin,
    before,
    onFailure: ({ index, message }) => move({ state: 'broken', brokenAt: index, message }),
  })
    .catch((error: unknown) =>
      move({ state: 'broken', message: `the verification stopped: ${String(error)}` }),
    )
    .finally(() => db.close());

  return {
    status: () => status,
    more: () => wake.resolve(),
    async close() {
      ending.abort();
      wake.resolve();
      await ended;
    },
  };
}
