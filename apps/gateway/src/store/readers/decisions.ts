// Decisions as they were recorded, for whoever decides them again: replay and the shadow set. From the log itself, not
// from its projection, which has only the last decision of each call.
import type { RecordedDecision } from '@countersign/policy';

/** A stretch of the log. */
export interface DecisionWindow {
  /** Index of the first entry, and of the one after the last. */
  readonly from: number;
  readonly to: number;
}

export interface LatestWindow extends DecisionWindow {
  /** So many of the calls were asked for besides, and are in archives, as far as the log has ever had so many. */
  readonly archived: number;
}

export interface DecisionReader {
  /** Everything recorded at or after a time (milliseconds since the epoch) that is not in an archive. */
  since(time: number): Promise<DecisionWindow>;
  /** From the first of the latest so many calls on. */
  last(calls: number): Promise<LatestWindow>;
  /** The decisions of a window in log order, in batches. What was archived is not among them. */
  decisions(window: DecisionWindow): AsyncIterable<DecisionBatch>;
  /** Ids of the guards that an approval covers. */
  guards(approval: string): Promise<readonly string[]>;
}

export interface DecisionBatch {
  readonly decisions: readonly RecordedDecision[];
  /** The entry that the next batch begins with. */
  readonly next: number;
}
