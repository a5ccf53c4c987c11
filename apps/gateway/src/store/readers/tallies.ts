// How many calls there are of what: counts, by how calls stand, over time, by value, by pairs of values.
import type { Facet } from '../../search/facets.ts';
import type { Tally } from '../../search/tally.ts';

export interface TallyAsk {
  /** Where each stretch of time begins, ascending; milliseconds since the epoch. What came before the first is in none. */
  readonly times: readonly number[];
  readonly facets: readonly Facet[];
  /** Two facets, each with at most one value for a call. */
  readonly pairs: readonly (readonly [Facet, Facet])[];
  /** So many values of each facet, and so many pairs, those that occur most. */
  readonly most: number;
}

/** Flags besides how it stands. */
export interface Flagged {
  /** Calls of callers that nobody registered; they are among those denied. */
  readonly unregistered: number;
  /** Calls that waited for people, or used what people agreed to. */
  readonly reviewed: number;
}

export interface Counted extends Tally {
  /** When the newest of them came; milliseconds since the epoch. */
  readonly newestAt: number;
}

export interface ValueCount extends Counted {
  readonly value: string;
}

export interface PairCount extends Counted {
  readonly values: readonly [string | null, string | null];
}

/** Counted by 32-bit hashes of values: two that share one are counted together, under the name of the newest. */
export interface CallTallies {
  /** The places that were looked at. */
  readonly from: number;
  readonly to: number;
  readonly total: Tally;
  readonly flagged: Flagged;
  /** For each time asked for. */
  readonly times: readonly (Tally & Flagged)[];
  readonly facets: readonly {
    readonly facet: Facet;
    /** How many different values there are. */
    readonly distinct: number;
    readonly values: readonly ValueCount[];
  }[];
  readonly pairs: readonly { readonly distinct: number; readonly values: readonly PairCount[] }[];
}
