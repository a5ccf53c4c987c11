// Every way the gateway itself refuses, in one union. Wire codecs turn a Rejection into their own protocol's form;
// `reason` is for the operator and the record, `message` is what the caller may read.

export type RejectionCode =
  // before a caller is known: aggregated, never one entry each (an open door to filling the disk otherwise)
  | 'malformed_request'
  | 'request_too_large'
  | 'ambiguous_credentials'
  | 'not_acceptable'
  | 'bad_origin'
  | 'unknown_operation'
  | 'unknown_upstream'
  | 'unsupported_version'
  | 'header_mismatch'
  | 'method_not_allowed'
  | 'unauthenticated'
  | 'issuer_unavailable'
  // the caller is known: each is an entry
  | 'denied'
  | 'unregistered'
  | 'quarantined'
  | 'invalid_arguments'
  | 'unknown_target'
  | 'foreign_session'
  | 'foreign_task'
  | 'approval_pending'
  | 'approval_rejected'
  | 'approval_expired'
  | 'too_many_pending'
  /** Other calls changed the meters that this one was decided by, again and again. */
  | 'overtaken'
  // the gateway or what is behind it cannot serve
  | 'log_unavailable'
  | 'policy_unavailable'
  | 'upstream_unavailable'
  | 'upstream_timeout'
  | 'upstream_invalid'
  | 'outcome_unrecorded'
  /** The call was carried out; its result must not be told as it is, and cannot be told otherwise. */
  | 'mask_failed'
  | 'internal';

export interface Rejection {
  readonly code: RejectionCode;
  /** Precise, for the operator; may name claims, hosts, policies. Never sent to the caller. */
  readonly reason: string;
  /** What the caller may read: what happened, to what, how to fix it. */
  readonly message: string;
  readonly retryAfterSeconds?: number;
  /** The wire form's own particulars: a JSON-RPC code that the specification fixes, data members, HTTP headers. */
  readonly rpcCode?: number;
  readonly status?: number;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Result<T, E = Rejection> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const refuse = (
  code: RejectionCode,
  reason: string,
  message: string = reason,
  more: Omit<Rejection, 'code' | 'reason' | 'message'> = {},
): { readonly ok: false; readonly error: Rejection } => ({
  ok: false,
  error: { code, reason, message, ...more },
});
