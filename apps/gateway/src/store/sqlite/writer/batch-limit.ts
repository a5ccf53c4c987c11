// How many of the requests that wait become one batch. Pure.

/** Requests that are a batch of their own where the disk is fast. */
const WORTH_A_SYNC = 32;

/** How long parts of the last batch took, in milliseconds. */
export interface BatchTimes {
  /** Everything but the COMMIT. */
  readonly work: number;
  readonly commit: number;
}

/**
 * All that wait, on a disk whose commits take longer than half of the work for them: syncs are what is short there. Else half of
 * them: whoever waits for the first half is answered, and asks again, while the second is written.
 */
export function batchLimit(waiting: number, { work, commit }: BatchTimes): number {
  return commit < work / 2 ? Math.max(WORTH_A_SYNC, Math.ceil(waiting / 2)) : waiting;
}
