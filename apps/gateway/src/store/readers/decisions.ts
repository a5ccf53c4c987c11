// Decisions as they were recorded, for whoever decides them again: replay and the shadow set. From the log itself, not
// from its projection, which has only the last decision of each call.
import type { RecordedDecision } from '@countersign/policy';

/** A stretch of the log. */
export interface DecisionWindow {
  /** Index of the first entry, and of the one after the last. */
  readonly from: number;
  readonly to: number;
}

export interface DecisionReader {
  /** Everything recorded at or after a time (milliseconds since the epoch). */
  since(time: number): Promise<DecisionWindow>;
  /** From the first of the latest so many calls on. */
  last(calls: number): Promise<DecisionWindow>;
  /** The decisions of a window in log order, in batches; `next` is the entry that the next batch begins with. */
  decisions(
    window: DecisionWindow,
  ): AsyncIterable<{ readonly decisions: readonly RecordedDecision[]; readonly next: number }>;
}
