// What the pipeline sees of meters: a decision that was measured, and what it reserved until a commit carries it.
import type { Decision } from '@countersign/policy';
import type { Change, CommitResult, Precondition } from '../store/types.ts';

/** Whose meters a call is measured by. */
export interface Holders {
  /** Uid of the agent. */
  readonly agent: string;
  readonly team: string;
  /** Key of the person; null for a call on nobody's behalf. */
  readonly subject: string | null;
  readonly chain: string;
}

/** A meter that sums an argument: whoever knows what it added, or showed, may know the argument. */
export interface Sum {
  /** Of the meter. */
  readonly name: string;
  /** Of the argument, name by name below the arguments. */
  readonly path: readonly string[];
}

export interface Measured {
  readonly decision: Decision;
  /** The sums that policy was shown, whatever it decided. */
  readonly sums: readonly Sum[];
  /** Null where nothing was measured, and for whatever was not allowed. */
  readonly reservation: Reservation | null;
}

/**
 * What a commit must carry along for its entries to be true of the meters. Whoever holds one either commits with it or
 * drops it; one that is forgotten lapses after a while.
 */
export interface Reservation {
  /**
   * JSON text for the entry: what is counted, or given back, by it.
   *
   * @param withheld names of meters whose amounts must not be stored.
   */
  detail(withheld: ReadonlySet<string>): string | undefined;
  /** For a commit that is sent in the same turn; null where another has overtaken it, and the call is to be decided again. */
  take(): Taken | null;
  /** Gives back what was not committed; nothing happens once it was taken. */
  drop(): void;
  /** What gives back what was committed; null where nothing was counted. */
  back(): Promise<Reservation | null>;
}

export interface Taken {
  readonly changes: readonly Change[];
  readonly preconditions: readonly Precondition[];
  /** To be called exactly once, with whether the commit took effect. */
  settle(isCommitted: boolean): void;
}

/** Another commit changed a meter that this one relied on: what it was to record is no longer true. */
export interface Overtaken {
  readonly ok: false;
  readonly code: 'overtaken';
}

export type MeteredResult = CommitResult | Overtaken;
