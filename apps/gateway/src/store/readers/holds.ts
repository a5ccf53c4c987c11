// Legal holds: what may not be destroyed while a dispute lasts.
import type { Id } from '@countersign/audit';

export interface LegalHold {
  readonly id: Id<'hold'>;
  /** As people type it: `agent:invoice from:2026-01-01T00:00:00Z`; empty for everything. */
  readonly query: string;
  readonly reason: string;
  readonly setBy: string;
  /** Milliseconds since the epoch, here and below. */
  readonly setAt: number;
  readonly liftedBy: string | null;
  readonly liftedAt: number | null;
}

export interface HoldReader {
  /** Those in force first, the newest first. */
  all(): Promise<readonly LegalHold[]>;
}
