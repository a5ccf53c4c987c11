// What a decision is: the outcome with everything needed to explain it, to hold the call for people, and to
// replay it offline (DESIGN section 6). Plain data; produced by `engine.ts` alone.

import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';

export type Outcome = 'allow' | 'deny' | 'hold';

/** Why the outcome is what it is; the subset of the log's reasons that policy itself can give. */
export type DecisionReason =
  | 'permitted'
  | 'grant_redeemed'
  | 'guarded'
  | 'no_permit'
  | 'forbidden'
  | 'policy_error'
  | 'policy_broken'
  | 'unrepresentable_input'
  | 'policy_unavailable';

/** A JSON value as it was shown to Cedar. */
export type PolicyValue = CedarValueJson;

/** One attribute that a policy reads, with its value in this call; `value` is absent where the attribute is. */
export interface PolicyRead {
  /** Dotted path from a Cedar variable: `principal.risk`, `resource.server.environment`, `context.input.amount_cents`. */
  readonly path: string;
  readonly value?: PolicyValue;
}

/** A policy that took part in a decision, with where it stands and what it saw. */
export interface DeterminingPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  readonly description?: string;
  readonly owner?: string;
  readonly text: string;
  readonly reads: readonly PolicyRead[];
}

/** What a guard asks for before the call may go on. */
export interface GuardTerms {
  /** The guard's policy id. */
  readonly id: string;
  /** The group whose members may approve. */
  readonly group: string;
  readonly quorum: number;
  /** How long the request for approval stays open. */
  readonly expiresMs: number;
  /** how long after the approval an approved call may still be sent by the gateway itself. */
  readonly maxWaitMs?: number;
  readonly reasonRequired: boolean;
}

/** A permit whose scope matches a call that no permit allowed, with the conditions that did not hold. */
export interface NearestPermit extends DeterminingPolicy {
  /** Cedar text of each top-level condition that was not true. */
  readonly failed: readonly string[];
}

/** Exactly what was given to Cedar: enough, with the policy set, to evaluate the call again. */
export interface CedarRequest {
  readonly principal: TypeAndId;
  readonly action: TypeAndId;
  readonly resource: TypeAndId;
  readonly context: Readonly<Record<string, CedarValueJson>>;
  readonly entities: readonly EntityJson[];
}

/** An argument, or part of one, that Cedar cannot hold as the tool's schema types it. */
export interface Unrepresentable {
  /** Path of attribute names below `context`, `['input', 'amount']`. */
  readonly path: readonly string[];
  readonly why: string;
}

/** What holds beside the outcome: of the call's resource, whatever was decided, and of the permits that matched. */
export interface Obligations {
  /** Labels that the call brings. They apply before it is forwarded. */
  readonly labels: readonly string[];
  /** Paths of what is not stored: `input.ssn`. */
  readonly redact: readonly string[];
  /** Paths of what is not returned: `result.rows[].email`. */
  readonly mask: readonly string[];
}

export interface Decision {
  readonly outcome: Outcome;
  readonly reason: DecisionReason;
  /** The policies that the outcome rests on; empty for a default deny. */
  readonly determining: readonly DeterminingPolicy[];
  /** All guards that matched, covered by a grant or not: one approval request carries them all. Empty unless `hold`. */
  readonly guards: readonly GuardTerms[];
  /** Policies that could not be evaluated, and the engine's own failures (`policy` is empty there). */
  readonly errors: readonly { readonly policy: string; readonly message: string }[];
  readonly obligations: Obligations;
  /** For `no_permit`: the permits that came closest. */
  readonly nearest: readonly NearestPermit[];
  /** Arguments that Cedar could not be shown, read by a policy or not. */
  readonly unrepresentable: readonly Unrepresentable[];
  /** Digest of the policy set; null where none was loaded. */
  readonly policySet: string | null;
  /** Digest of the schema that typed the context; null where none was loaded. */
  readonly schema: string | null;
  /** Null where the call never became a Cedar request. */
  readonly request: CedarRequest | null;
}
