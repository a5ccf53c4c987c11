// Collects what the steps find: per level how much was checked, how much failed and what failed first.

import { type Failure, type FailureCode, type Level, type LevelReport, LEVELS } from './types.ts';

/** Steps report here. `index` is the entry concerned, or null where it cannot be told. */
export interface Tally {
  readonly checked: (level: Level) => void;
  readonly failed: (level: Level, code: FailureCode, index: number | null, message: string) => void;
  readonly first: () => Failure | null;
  /** Takes what another tally found. Of two first failures that of the earlier entry is the first. */
  readonly absorb: (levels: Readonly<Partial<Record<Level, LevelReport>>>) => void;
  readonly levels: <L extends Level>(wanted: readonly L[]) => Readonly<Record<L, LevelReport>>;
}

interface Count {
  checked: number;
  failures: number;
  first: Failure | null;
}

export function createTally(onFailure?: (failure: Failure) => void): Tally {
  const counts = new Map<Level, Count>(
    LEVELS.map((level) => [level, { checked: 0, failures: 0, first: null }]),
  );
  let first: Failure | null = null;
  const of = (level: Level): Count => counts.get(level) ?? { checked: 0, failures: 0, first: null };

  return {
    checked: (level) => {
      of(level).checked += 1;
    },
    failed: (level, code, index, message) => {
      const failure = { level, code, index, message };
      const count = of(level);
      count.failures += 1;
      count.first ??= failure;
      first ??= failure;
      onFailure?.(failure);
    },
    first: () => first,
    absorb: (levels) => {
      for (const [level, found] of Object.entries(levels) as [Level, LevelReport][]) {
        const count = of(level);
        count.checked += found.checked;
        count.failures += found.failures;
        count.first ??= found.first;
        if (found.first !== null && (first === null || isBefore(found.first, first))) ({ first } = found);
      }
    },
    levels: <L extends Level>(wanted: readonly L[]) =>
      Object.fromEntries(wanted.map((level) => [level, levelReport(of(level))])) as Record<L, LevelReport>,
  };
}

function levelReport({ checked, failures, first }: Count): LevelReport {
  const state = failures > 0 ? 'failed' : checked > 0 ? 'passed' : 'not_checked';
  return { state, checked, failures, first };
}

function isBefore({ index: one }: Failure, { index: other }: Failure): boolean {
  return one !== null && other !== null && one < other;
}
