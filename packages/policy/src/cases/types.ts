// What a case is, and what comes of running one: plain data, for people and for programs (DESIGN section 6, "before it
// goes live"). docs/policy.md shows the format of the files.

import type { Diagnostic, PolicySource } from '../compile/types.ts';
import type { NearestPermit } from '../decision.ts';
import type { CallFacts } from '../facts.ts';

/** What policies of a case may speak of, where it does not take that from a registry. */
export interface CaseCatalogue {
  /** Input schemas by `<server>/<tool>`. */
  readonly tools?: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
  readonly teams?: readonly string[];
}

/** The parts of a decision that a case speaks of; what it leaves out may be anything. */
export interface Want {
  /** Part of a diagnostic, where the set must be refused. */
  readonly refused?: string;
  readonly outcome?: string;
  readonly reason?: string;
  /** Ids, in any order; so are all lists here. */
  readonly determining?: readonly string[];
  readonly guards?: readonly string[];
  readonly labels?: readonly string[];
  readonly redact?: readonly string[];
  readonly mask?: readonly string[];
  /** Ids of policies that could not be evaluated. */
  readonly errors?: readonly string[];
  /** Dotted paths below `context`. */
  readonly unrepresentable?: readonly string[];
  /** The conditions that failed, by the id of their permit. */
  readonly nearest?: Readonly<Record<string, readonly string[]>>;
  readonly sentence?: string;
}

export interface PolicyCase {
  readonly name: string;
  readonly file: string;
  /** 1-based place of the case in its file. */
  readonly line: number;
  readonly column: number;
  /** The set that decides it; null for the set under test. */
  readonly policies: readonly PolicySource[] | null;
  /** Null where neither the case nor its file declares one. */
  readonly catalogue: CaseCatalogue | null;
  readonly call: CallFacts;
  /** Ids of the guards that a live grant covers. */
  readonly grants: readonly string[];
  readonly want: Want;
}

/** A part of a decision that is not as the case wants it. */
export interface Difference {
  readonly part: string;
  readonly wanted: unknown;
  readonly got: unknown;
}

export interface CaseResult {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly ok: boolean;
  readonly differences: readonly Difference[];
  /** What was decided, as one sentence; null where no set could decide. */
  readonly sentence: string | null;
  /** For a default deny: the permits that came closest. */
  readonly nearest: readonly NearestPermit[];
  /** Why the set was refused, where it was. */
  readonly diagnostics: readonly Diagnostic[];
}

/** How often the cases made one policy of the set under test matter. */
export interface PolicyCoverage {
  readonly id: string;
  readonly kind: 'permit' | 'forbid' | 'guard';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Calls that its scope and conditions matched, whatever was decided in the end. */
  readonly matched: number;
  /** Calls at which it could not be evaluated. */
  readonly errored: number;
  readonly state: 'matched' | 'only_errored' | 'never_matched';
}

export interface CaseReport {
  /** Every case came out as wanted. */
  readonly ok: boolean;
  readonly results: readonly CaseResult[];
  /** Of the set under test, sorted by id; empty where no case compiled it. */
  readonly coverage: readonly PolicyCoverage[];
}
