// The shadow set as the rest of the gateway sees it (DESIGN section 6, "a shadow candidate runs beside the live set").
import type { Diagnostic, NotReplayed, PolicySource } from '@countersign/policy';
import type { Result } from '../errors.ts';

/**
 * `off`: none is set. `running`: compares. `suspended`: set, and not comparing: it does not validate any more, or its
 * thread keeps dying; `why` says which. `starting`: its thread is being started.
 */
export type ShadowState = 'off' | 'starting' | 'running' | 'suspended';

export interface ShadowSet {
  readonly digest: string;
  readonly sources: readonly PolicySource[];
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Counted since the gateway started or the set was set, whichever is later. */
export interface ShadowCounts {
  /** Live decisions that the candidate decided too. */
  readonly compared: number;
  readonly differed: number;
  /** Not compared: the queue was full, or no thread was there to take them. */
  readonly dropped: number;
  /** Differed, and the log did not take it. */
  readonly unrecorded: number;
  /** Could not be decided again, by reason. */
  readonly notReplayed: Readonly<Partial<Record<NotReplayed, number>>>;
}

export interface ShadowStatus {
  readonly state: ShadowState;
  readonly set: ShadowSet | null;
  /** Why it is suspended; null otherwise. */
  readonly why: string | null;
  /** Of a set that does not validate any more. */
  readonly diagnostics: readonly Diagnostic[];
  readonly counts: ShadowCounts;
}

export interface ShadowRefusal {
  readonly code: 'invalid' | 'not_set' | 'unavailable';
  readonly message: string;
}

export interface ShadowDesk {
  status(): ShadowStatus;
  /** Validates a candidate and lets it run from here on, in the place of the one before. */
  set(sources: readonly PolicySource[], author: string): Promise<Result<ShadowStatus, ShadowRefusal>>;
  clear(author: string): Promise<Result<ShadowStatus, ShadowRefusal>>;
}
