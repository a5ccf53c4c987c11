// What the log's badge says. Careful words: "verified" is what this gateway recomputed, and no more than that.
import type { CheckpointList, Log } from '../../../api/types.ts';

export type LogTone = 'good' | 'busy' | 'bad';

export interface LogBadge {
  readonly tone: LogTone;
  readonly label: string;
}

export function logBadge(log: Pick<Log, 'size' | 'verification'>): LogBadge {
  const { state, verifiedTo, brokenAt } = log.verification;
  switch (state) {
    case 'verified':
      return { tone: 'good', label: `Verified to ${count(verifiedTo)}` };
    case 'verifying':
      return {
        tone: 'busy',
        label: `Verifying, ${count(verifiedTo)} of ${count(Math.max(log.size, verifiedTo))}`,
      };
    case 'broken':
      return {
        tone: 'bad',
        label: brokenAt === null ? 'Log broken' : `Log broken at entry ${count(brokenAt)}`,
      };
  }
}

/** How far the newest signed checkpoint reaches; null size: there is none. */
export function checkpointText(
  list: { readonly checkpoints: readonly Pick<CheckpointList['checkpoints'][number], 'size'>[] },
  size: number,
): string {
  const newest = list.checkpoints.reduce((most, each) => Math.max(most, each.size), 0);
  if (newest === 0) {
    return 'No checkpoint yet: nothing outside this gateway can show that entries were cut off the end.';
  }
  return newest >= size
    ? 'The newest checkpoint covers every entry.'
    : `The newest checkpoint covers ${count(newest)} of ${count(size)} entries.`;
}

const numbers = new Intl.NumberFormat('en-GB');
export const count = (value: number): string => numbers.format(value);
