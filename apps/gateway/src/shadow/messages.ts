// What is asked of the shadow thread and what it answers. Plain data: it crosses the thread boundary by copy.
import type {
  Diagnostic,
  NotReplayed,
  Outcome,
  PolicySource,
  RecordedDecision,
  SchemaInput,
} from '@countersign/policy';

/** A candidate with what it is typed by. */
export interface Candidate {
  readonly sources: readonly PolicySource[];
  readonly input: SchemaInput;
}

export type Loaded =
  | { readonly ok: true; readonly digest: string; readonly policies: number }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A decision that the candidate would have made otherwise. */
export interface Difference {
  /** Which of the decisions that were asked about. */
  readonly at: number;
  readonly agent: string;
  readonly target: string;
  readonly to: Outcome;
  /** JSON: outcome, reason, sentence and what they rest on. */
  readonly explanation: string;
}

export interface Compared {
  readonly same: number;
  readonly differences: readonly Difference[];
  /** Why the others could not be decided again, one each. */
  readonly notReplayed: readonly NotReplayed[];
}

export type ToShadow =
  | { readonly type: 'load'; readonly id: number; readonly candidate: Candidate }
  | { readonly type: 'compare'; readonly id: number; readonly decisions: readonly RecordedDecision[] };

export type FromShadow =
  | { readonly type: 'loaded'; readonly id: number; readonly loaded: Loaded }
  | { readonly type: 'compared'; readonly id: number; readonly compared: Compared };
