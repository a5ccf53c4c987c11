// The shapes of a compiled policy set and of the complaints of a set that does not compile
// (DESIGN section 6). Plain data; made by `compile.ts` alone.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { GuardTerms } from '../decision.ts';
import type { Meter } from '../meters/types.ts';

/** One policy file. */
export interface PolicySource {
  /** Name as people know it; shown in diagnostics and explanations. */
  readonly file: string;
  readonly text: string;
}

/** Something to say about a source, at a place in it. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** The policy concerned, where its `@id` could be read. */
  readonly policy?: string;
  readonly message: string;
}

/** An attribute that a policy's conditions read. */
export interface AttributeRead {
  /** From a Cedar variable: `['context', 'input', 'amount']`; a bare variable is a read of all of it. */
  readonly path: readonly string[];
  /** Read only by `has`: what the attribute holds cannot matter, only whether it is there. */
  readonly presenceOnly: boolean;
}

/** One validated policy with what deciding and explaining need of it. */
export interface CompiledPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly description?: string;
  readonly owner?: string;
  /** Its exact text, annotations included; a link's is that of its template, filled. */
  readonly text: string;
  /** The template that it fills, on a link: `file`, `line` and `column` are then the link's. */
  readonly template?: { readonly id: string; readonly file: string; readonly line: number };
  /** Present on a guard: a forbid that an approval lifts. */
  readonly guard?: GuardTerms;
  /** Labels that a permit adds to chain and exposure when it allows. */
  readonly labels: readonly string[];
  /** Paths of what is not stored when this permit allows: `input.ssn`. */
  readonly redact: readonly string[];
  /** Paths of what is not returned when this permit allows: `result.rows[].email`. */
  readonly mask: readonly string[];
  readonly reads: readonly AttributeRead[];
  /** Entity types that it tests for membership in; `*` where a test does not name its type. */
  readonly within: readonly string[];
  /** Types of the entities that it names. */
  readonly names: readonly string[];
  /** Cedar's JSON form. */
  readonly json: PolicyJson;
}

/** A validated policy set. */
export interface CompiledPolicySet {
  /** Content address: SHA-256 over the sorted ids and texts and the meters, whatever files they stand in. */
  readonly digest: string;
  /** Digest of the schema that it was validated against. */
  readonly schema: string;
  /** Sorted by id. */
  readonly policies: readonly CompiledPolicy[];
  readonly byId: ReadonlyMap<string, CompiledPolicy>;
  /** The meters that it declares, read by a policy or not; sorted by name. */
  readonly meters: readonly Meter[];
}

/** What compiling gives: a set with warnings, or the errors (and warnings) that keep it from going live. */
export type CompileResult =
  | { readonly ok: true; readonly set: CompiledPolicySet; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
