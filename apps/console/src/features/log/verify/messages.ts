// What the page and the worker that verifies say to each other.
import type { Failure, LevelReport } from '@countersign/audit';

export interface Start {
  /** Address of the log: its checkpoint and tiles stand below. */
  readonly log: string;
  /** Address of the signed key manifest. */
  readonly keys: string;
  /** The newest checkpoint that this browser has seen, as a signed note; null: none yet. */
  readonly remembered: string | null;
}

export type Told =
  | { readonly kind: 'progress'; readonly done: number; readonly of: number }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly why: string };

export interface Outcome {
  readonly verdict: 'consistent' | 'broken';
  readonly summary: string;
  readonly origin: string;
  /** Entries of the checkpoint that was verified. */
  readonly size: number;
  readonly root: string;
  /** The checkpoint, to be remembered where the verdict is `consistent`. */
  readonly checkpoint: string;
  /** What of this browser's memory it was held against; null: this was the first time. */
  readonly heldAgainst: number | null;
  readonly levels: Readonly<Record<string, LevelReport>>;
  readonly firstFailure: Failure | null;
  readonly notProven: readonly string[];
}
