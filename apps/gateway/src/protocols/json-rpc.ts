// What both protocols share of refusing over JSON-RPC: the gateway's own codes (outside every reserved range), the HTTP
// status that goes with each refusal, and the response. What a protocol's specification fixes, its codec overrides.
import type { Rejection, RejectionCode } from '../errors.ts';

export const RPC_CODE: Readonly<Record<RejectionCode, number>> = {
  malformed_request: -32600,
  request_too_large: -32600,
  ambiguous_credentials: -32600,
  not_acceptable: -32600,
  bad_origin: -32600,
  unknown_operation: -32601,
  unknown_upstream: -32601,
  unsupported_version: -32602,
  header_mismatch: -32600,
  method_not_allowed: -32601,
  unauthenticated: -31401,
  issuer_unavailable: -31503,
  denied: -31403,
  unregistered: -31403,
  quarantined: -31403,
  invalid_arguments: -32602,
  unknown_target: -32602,
  foreign_session: -32600,
  foreign_task: -32602,
  approval_pending: -31202,
  approval_rejected: -31403,
  approval_expired: -31408,
  too_many_pending: -31429,
  overtaken: -31503,
  log_unavailable: -31503,
  policy_unavailable: -31503,
  upstream_unavailable: -31502,
  upstream_timeout: -31504,
  upstream_invalid: -31502,
  outcome_unrecorded: -31500,
  mask_failed: -31451,
  internal: -32603,
};

/** Refusals that are about HTTP itself, the token or the gateway's state. All others are 200: the request was served. */
export const HTTP_STATUS: Partial<Record<RejectionCode, number>> = {
  malformed_request: 400,
  request_too_large: 413,
  ambiguous_credentials: 400,
  not_acceptable: 415,
  bad_origin: 403,
  unknown_upstream: 404,
  method_not_allowed: 405,
  unauthenticated: 401,
  issuer_unavailable: 503,
  overtaken: 503,
  log_unavailable: 503,
  policy_unavailable: 503,
  upstream_unavailable: 502,
  upstream_timeout: 504,
  outcome_unrecorded: 500,
  internal: 500,
};

/** @param callId null before there is a call. */
export function rpcResponse(
  message: object,
  status: number,
  { headers: more, retryAfterSeconds }: Pick<Rejection, 'headers' | 'retryAfterSeconds'>,
  callId: string | null,
): Response {
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store', ...more });
  if (callId !== null) headers.set('countersign-call', callId);
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds));
  return new Response(JSON.stringify(message), { status, headers });
}
