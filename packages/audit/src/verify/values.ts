// Levels "details" and "decisions": all that is stored beside the entries, and nothing of how these hang together. So they
// can be checked apart from the rest, by another thread, from the same log.

import { glanceEntryText } from '../entry/parse.ts';
import type { EntryHeader } from '../entry/types.ts';
import { createDecisionStep, NEEDED_DETAILS } from './decisions.ts';
import { createDetailStep } from './details.ts';
import type { Replayer } from './replayer.ts';
import { createTally, type Tally } from './tally.ts';
import type { AuditOptions, DecisionCounts, LevelReport, LogReport, StoredEntry } from './types.ts';

/** What came of checking the values of a log apart from it. Plain data: it may come from another thread. */
export interface ValuesReport {
  readonly details: LogReport['details'];
  readonly decisions: DecisionCounts;
  readonly levels: Readonly<Record<'details' | 'decisions', LevelReport>>;
  /** What made the decisions again; null where nothing did. */
  readonly replayedBy: string | null;
}

export interface ValueSteps {
  readonly check: (entry: EntryHeader, stored: Pick<StoredEntry, 'details' | 'withheld' | 'damaged'>) => void;
  readonly finish: () => Pick<ValuesReport, 'details' | 'decisions'>;
}

/** @param isPart of a log whose later entries are not read. */
export function createValueSteps(replayer: Replayer | undefined, tally: Tally, isPart = false): ValueSteps {
  const details = createDetailStep(tally, isPart);
  // Entries before may be archived; where they are simply missing, that is said elsewhere. With the entry that records an
  // archive the policy in force is recorded again.
  let first: number | null = null;
  let isLate = false;
  const decisions = createDecisionStep({ replayer, startsLate: () => isLate }, tally);
  return {
    check: (entry, stored) => {
      if (first === null) {
        first = entry.index;
        isLate = first > 0;
      }
      if (entry.kind === 'log.pruned' && entry.body.to >= first) isLate = false;
      details.check(entry, stored);
      decisions.check(entry, stored.details, stored.withheld === true ? NEEDED_DETAILS : []);
    },
    finish: () => {
      details.finish();
      return { details: { ...details.counts }, decisions: decisions.counts() };
    },
  };
}

/** The text of an entry's header, and what is stored beside it. */
export interface StoredValues extends Pick<StoredEntry, 'details' | 'withheld' | 'damaged'> {
  readonly header: string;
}

/** Checks the values of all entries, ascending by index, some at a time. Those that are malformed commit to nothing. */
export async function verifyValues(
  pages: AsyncIterable<Iterable<StoredValues>> | Iterable<Iterable<StoredValues>>,
  { replayer, onFailure }: Pick<AuditOptions, 'replayer' | 'onFailure'> = {},
): Promise<ValuesReport> {
  const tally = createTally(onFailure);
  const steps = createValueSteps(replayer, tally);
  for await (const page of pages) {
    for (const stored of page) {
      const entry = glanceEntryText(stored.header);
      if (entry !== null) steps.check(entry, stored);
    }
  }
  const found = steps.finish();
  return { ...found, levels: tally.levels(['details', 'decisions']), replayedBy: replayer?.engine ?? null };
}

/** Entries ascending by index, one by one or some at a time, which is quicker. */
export type Entries =
  | AsyncIterable<StoredEntry | readonly StoredEntry[]>
  | Iterable<StoredEntry | readonly StoredEntry[]>;

export function isPage(page: StoredEntry | readonly StoredEntry[]): page is readonly StoredEntry[] {
  return Array.isArray(page);
}
