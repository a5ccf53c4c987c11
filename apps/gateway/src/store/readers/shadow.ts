// The candidate that runs beside the set in force, and what it would have decided otherwise.
import type { EntryBody } from '@countersign/audit';

type Outcome = EntryBody<'policy.differed'>['live'];

export interface ShadowSetRecord {
  readonly digest: string;
  /** As they were set, JSON. */
  readonly sources: string;
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Calls of one agent to one target that differ alike. */
export interface ShadowCount {
  readonly agent: string;
  readonly resource: string;
  readonly live: Outcome;
  readonly shadow: Outcome;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

export interface ShadowDifference {
  readonly call: string;
  readonly round: number;
  readonly agent: string;
  readonly resource: string;
  readonly live: Outcome;
  readonly shadow: Outcome;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface ShadowReader {
  /** Null where none is set. */
  current(): Promise<ShadowSetRecord | null>;
  /** The differences of a set, grouped, the largest group first. */
  counts(digest: string, limit: number): Promise<readonly ShadowCount[]>;
  total(digest: string): Promise<number>;
  /** The latest first. */
  latest(digest: string, limit: number): Promise<readonly ShadowDifference[]>;
}
