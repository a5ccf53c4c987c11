// How long to wait before the next attempt to reach the gateway. Pure; randomness is a parameter.

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Milliseconds before attempt `attempt` (1 is the first retry); `random` is uniform in [0, 1).
 *
 * WHY: half of it is random, so that the pages of many people do not all come back in the same moment after a restart.
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS);
  return full / 2 + (full / 2) * random;
}
