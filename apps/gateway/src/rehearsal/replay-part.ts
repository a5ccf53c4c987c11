// Decides one part of the log again, by an engine of its own and through a connection that cannot write.
import { openReplay, type ReplayReport, type ValidSet } from '@countersign/policy';
import { openReaders } from '../store/sqlite/readers.ts';

export interface ReplayPart {
  readonly dataDir: string;
  readonly candidate: ValidSet;
  readonly live: ValidSet | null;
  /** Index of the first entry, and of the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Decisions beyond this are left. */
  readonly most: number;
}

export async function replayPart(
  { dataDir, candidate, live, from, to, most }: ReplayPart,
  onProgress: (progress: { readonly entries: number; readonly decisions: number }) => void,
): Promise<{ readonly report: ReplayReport; readonly isCut: boolean }> {
  const opened = openReplay(candidate, live === null ? {} : { live });
  if (!opened.ok) throw new Error(`the policy engine did not take the set: ${opened.message}`);
  const { replay } = opened;
  const { readers, close } = openReaders(dataDir);
  try {
    let decisions = 0;
    for await (const batch of readers.decisions.decisions({ from, to })) {
      for (const one of batch.decisions) {
        if (decisions >= most) return { report: replay.report(), isCut: true };
        replay.add(one);
        decisions += 1;
      }
      onProgress({ entries: batch.next - from, decisions });
    }
    return { report: replay.report(), isCut: false };
  } finally {
    close();
  }
}
