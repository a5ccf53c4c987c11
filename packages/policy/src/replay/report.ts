// What a replay counts, and the report that it makes of it.

import type { Outcome } from '../decision.ts';
import { byCodeUnits } from '../reserved.ts';
import type { NotReplayed, ReplayExample, ReplayGroup, ReplayReport } from './types.ts';

/** Ids and examples that a group keeps; it counts all. */
export const MAX_CALLS = 1_000;
export const MAX_EXAMPLES = 3;

/** A group as it grows. */
export interface Group extends Omit<ReplayGroup, 'calls' | 'examples'> {
  count: number;
  alreadyLive: number | null;
  readonly calls: string[];
  readonly examples: ReplayExample[];
}

export interface Counted {
  readonly unchangedAs: Readonly<Record<Outcome, number>>;
  readonly changed: number;
  readonly notReplayed: Readonly<Partial<Record<NotReplayed, number>>>;
  readonly groups: ReadonlyMap<string, Group>;
}

export function reportOf(set: string, { unchangedAs, changed, notReplayed, groups }: Counted): ReplayReport {
  const left = Object.values(notReplayed).reduce((sum, count) => sum + count, 0);
  const unchanged = unchangedAs.allow + unchangedAs.hold + unchangedAs.deny;
  return {
    set,
    decisions: unchanged + changed + left,
    unchanged,
    unchangedAs: { ...unchangedAs },
    changed,
    notReplayed: { ...notReplayed },
    groups: [...groups]
      .sort(([a, one], [b, other]) => other.count - one.count || byCodeUnits(a, b))
      .map(([, group]) => ({ ...group, calls: [...group.calls], examples: [...group.examples] })),
  };
}
