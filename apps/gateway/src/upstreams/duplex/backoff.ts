// When a connection may be tried again after it could not be made, or broke: later after each time, but never later than a
// bound, and not at the same moment as all others.

export interface Backoff {
  /** Milliseconds until it may be tried; 0 is now. */
  wait(key: string): number;
  failed(key: string): void;
  /** It has held for long enough to count as sound. */
  held(key: string): void;
}

const FIRST_MS = 250;
const LONGEST_MS = 60_000;
/** Keys that are remembered; the oldest is forgotten. */
const MAX_KEYS = 10_000;

/** @param now milliseconds of a monotonic clock. @param random 0 up to 1. */
export function createBackoff(now: () => number, random: () => number = Math.random): Backoff {
  const failures = new Map<string, { count: number; until: number }>();
  return {
    wait: (key) => Math.max(0, (failures.get(key)?.until ?? 0) - now()),
    failed(key) {
      const count = (failures.get(key)?.count ?? 0) + 1;
      const ms = Math.min(FIRST_MS * 2 ** (count - 1), LONGEST_MS);
      failures.delete(key);
      failures.set(key, { count, until: now() + ms * (0.5 + random() / 2) });
      const [oldest] = failures.keys();
      if (failures.size > MAX_KEYS && oldest !== undefined) failures.delete(oldest);
    },
    held: (key) => void failures.delete(key),
  };
}
