// How far somebody else's copy of the log is behind, and what their quorum comes to, in words. Careful ones: what nobody else holds
// could still be rewritten.
import type { LogHealth } from '../../../api/types.ts';
import { count } from './verification.ts';

type Holder = LogHealth['holders'][number];

export interface HolderView extends Holder {
  /** Entries of the newest checkpoint that it does not hold. */
  readonly lag: number;
}

/** Those that are behind or fail come first: they are what somebody has to see to. */
export function holdersOf({
  holders,
  checkpoint,
}: Pick<LogHealth, 'holders' | 'checkpoint'>): readonly HolderView[] {
  const newest = checkpoint?.size ?? 0;
  return holders
    .map((holder) => ({ ...holder, lag: Math.max(0, newest - holder.size) }))
    .toSorted((a, b) => Number(a.result === 'accepted') - Number(b.result === 'accepted') || b.lag - a.lag);
}

export function quorumText(quorum: LogHealth['quorum']): string | null {
  if (quorum === null) return null;
  const { needed, of, metTo } = quorum;
  const rule =
    needed === null
      ? `As the trust policy says, of ${of} witnesses`
      : `${needed} of ${of} ${of === 1 ? 'witness' : 'witnesses'}`;
  return metTo === 0
    ? `${rule}: never reached yet`
    : `${rule}: reached for the first ${count(metTo)} entries`;
}

/** The age in words of what waits to be held; null where nothing does. */
export function waitingText(waitingMs: number): string | null {
  if (waitingMs === 0) return null;
  const seconds = Math.round(waitingMs / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
