// How much the policies of a set are used, by the counts of calls that each decided. Pure.
import type { CallTallies } from '../../../api/types.ts';
import type { ListedPolicy } from './listed.ts';

type Counted = NonNullable<CallTallies['facets'][string]>;
export type PolicyTally = Counted['values'][number];

export interface UsedPolicy {
  readonly policy: ListedPolicy;
  /** Null: it decided no call, or, where not all were counted, fewer than those that are. */
  readonly tally: PolicyTally | null;
}

export interface Use {
  /** Those that decided most first, then in the order of the files. */
  readonly rows: readonly UsedPolicy[];
  /** How many decided nothing; null where not all were counted. */
  readonly unused: number | null;
}

/** A template decides nothing by itself; its links do. */
export function useOf(policies: readonly ListedPolicy[], counted: Counted | undefined): Use {
  const tallies = new Map(counted?.values.map((tally) => [tally.value, tally]));
  const isWhole = counted === undefined || counted.distinct <= counted.values.length;
  const rows = policies
    .filter(({ kind }) => kind !== 'template')
    .map((policy): UsedPolicy => ({ policy, tally: tallies.get(policy.id) ?? null }))
    .sort((a, b) => (b.tally?.calls ?? 0) - (a.tally?.calls ?? 0));
  return { rows, unused: isWhole ? rows.filter(({ tally }) => tally === null).length : null };
}
