// What the gateway holds of the policy engine (DESIGN section 6). Implemented in `engine.ts`.

import type { CompiledPolicySet } from './compile/types.ts';
import type { CedarRequest, Decision, DecisionReason, Unrepresentable } from './decision.ts';
import type { CallFacts, ListedFacts, TargetFacts } from './facts.ts';
import type { Metering } from './meters/metering.ts';
import type { PolicySchema } from './schema/types.ts';

/** What a decision takes besides the facts. */
export interface DecideOptions {
  /** Ids of the guards that a live grant for exactly this call covers. */
  readonly grants: readonly string[];
}

/** What a decision about a request takes besides it. */
export interface DecideRequestOptions extends DecideOptions {
  /** What of the call the request could not show. */
  readonly unrepresentable: readonly Unrepresentable[];
}

/** What a list is asked with: `operation` is the one that its items are for, `mcp:tools/call` for a list of tools. */
export type ListFacts = Omit<CallFacts, 'resource'>;

/** The event loop of whoever asks: this package knows no clock and no runtime. */
export interface Turns {
  /** Whether this turn has lasted as long as it may. */
  isOver(): boolean;
  /** Resolves in a turn of its own. */
  next(): Promise<void>;
}

/** A policy that has a say in what becomes of calls. */
export interface ProspectPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid' | 'guard';
  /** Whether it matches every such call; else it depends on the call. */
  readonly isSure: boolean;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * What becomes of all calls of one kind: the same of each, or `depends`: on their arguments, on when they are made, on how
 * many there were. `unknown` where it could not be told.
 */
export interface Prospect {
  readonly answer: 'allowed' | 'held' | 'denied' | 'depends' | 'unknown';
  /** Why, where it is the same of each. */
  readonly reason: DecisionReason | null;
  /** Those that say so, by id; of `depends` all that may match. */
  readonly policies: readonly ProspectPolicy[];
}

/** Whether the engine took a set; when not, what it had before stays in force. */
export type LoadResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface Engine {
  /** Makes a set and its schema the ones in force, both at once. */
  load(set: CompiledPolicySet, schema: PolicySchema): LoadResult;
  /** Decides one call by the set in force. Never throws: what cannot be decided is denied. */
  decide(facts: CallFacts, options: DecideOptions): Decision;
  /**
   * Decides again what was once given to Cedar: for replay, shadow sets and simulations. The same verdict as `decide`
   * gives for the call that the request was built from. What a request does not hold is not there: of what its resource
   * obliges to, only the labels.
   */
  decideRequest(request: CedarRequest, options: DecideRequestOptions): Decision;
  /**
   * Whether some arguments (at some time) could be allowed or held; `facts.input`, `meta`, `inputResponses`, `now`,
   * `usage`, `meters` and the token's age are not looked at. False on any failure.
   */
  couldPermit(facts: CallFacts): boolean;
  /**
   * The same for each item of a list, in order; of a template of resources, whether any of them could be. Answers are remembered by the target *object*: to be quick a second
   * time, pass the same ones.
   */
  couldPermitAll(facts: ListFacts, targets: readonly ListedFacts[]): boolean[];
  /** The same, giving way to other work whenever a turn is over; by the set that was in force when it began. */
  couldPermitInTurns(
    facts: ListFacts,
    targets: readonly ListedFacts[],
    turns: Turns,
  ): Promise<readonly boolean[]>;
  /**
   * What becomes of calls on each target, in order, whatever is not looked at by `couldPermit` either. Gives way to other
   * work whenever a turn is over; by the set that was in force when it began. Of an evaluation that could fail, only what
   * must fail is told.
   */
  prospects(facts: ListFacts, targets: readonly TargetFacts[], turns: Turns): Promise<readonly Prospect[]>;
  /** Digests of what is in force; null before the first load. */
  readonly active: { readonly policySet: string; readonly schema: string } | null;
  /** What the set in force measures calls by: as long as this is the same, so is all that is measured. */
  readonly metering: Metering;
}
