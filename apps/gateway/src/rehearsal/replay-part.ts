// Decides one part of the log again, by an engine of its own and through a connection that cannot write.
import { openReplay, type ReplayReport, type ValidSet } from '@countersign/policy';
import { openReaders } from '../store/sqlite/readers.ts';
import { decisionsOf, type History } from './history.ts';

export interface ReplayPart extends Omit<History, 'since'> {
  readonly dataDir: string;
  readonly candidate: ValidSet;
  readonly live: ValidSet | null;
  /** Decisions beyond this are left. */
  readonly most: number;
}

export interface ReplayedPart {
  readonly report: ReplayReport;
  /** Entries that were not come to, or not to all that is in their batch: there were more decisions. */
  readonly left: number;
}

export async function replayPart(
  { dataDir, candidate, live, most, ...history }: ReplayPart,
  onProgress: (progress: { readonly entries: number; readonly decisions: number }) => void,
): Promise<ReplayedPart> {
  const opened = openReplay(candidate, live === null ? {} : { live });
  if (!opened.ok) throw new Error(`the policy engine did not take the set: ${opened.message}`);
  const { replay } = opened;
  const { readers, close } = openReaders(dataDir);
  try {
    const { from, to } = history;
    let decisions = 0;
    let next = from;
    for await (const batch of decisionsOf(history, readers)) {
      for (const one of batch.decisions) {
        if (decisions >= most) return { report: replay.report(), left: to - next };
        replay.add(one);
        decisions += 1;
      }
      ({ next } = batch);
      onProgress({ entries: next - from, decisions });
    }
    return { report: replay.report(), left: 0 };
  } finally {
    close();
  }
}
