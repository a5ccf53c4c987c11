// What a protocol must be able to say back. One implementation per protocol; the pipeline knows no wire form.
import type { Rejection, Result } from '../errors.ts';
import type { HeldCall } from './hold.ts';
import type { Settlement } from './settle.ts';
import type { AuthenticatedCall, ClearedCall, CompletedCall, InboundCall, RecordedCall } from './types.ts';

export interface Wire {
  /** Sessions, tasks and contexts are bound to their principal: a foreign one is "not found" (DESIGN section 7). */
  admit(call: AuthenticatedCall): Promise<Result<AuthenticatedCall>>;
  /** Takes out of an approved call what its grant does not cover, before it is recorded and sent. */
  readonly redeem?: (call: ClearedCall) => ClearedCall;
  /** Puts on the call what it is in its upstream's own binding, before it is recorded and sent. */
  readonly dress?: (call: ClearedCall) => Promise<ClearedCall>;
  /**
   * What must be on record besides the decision before the call is sent; where it fails, nothing is sent. Gives the call
   * as it is to be sent.
   */
  readonly beforeSending?: (call: RecordedCall) => Promise<Result<RecordedCall>>;
  /** Decides what else the call carries, once the call itself may go: where that may not, neither does the call. */
  readonly beforeRecording?: (call: ClearedCall) => Promise<Result<unknown>>;
  /** A refusal, in the protocol's own form. */
  refuse(call: InboundCall, rejection: Rejection): Response | Promise<Response>;
  /** Parks a held call as its protocol and client allow. `release` waits for the people, then carries the call out. */
  park(call: HeldCall, release: Release): Promise<Response>;
  /** The upstream's answer. Its final bytes must wait for `settlement`: no outcome on record, no answer. */
  relay(call: CompletedCall, settlement: Settlement): Promise<Response>;
}

/** Waits until `signal` aborts at the longest; `isGivenUp` says whether the caller then gave the call up for good. */
export type Release = (signal: AbortSignal, isGivenUp?: () => boolean) => Promise<Result<CompletedCall>>;
