// The gateway's own words to an MCP client. Which HTTP status and which JSON-RPC form is measured behaviour of real
// clients, not taste: a bare 403 sends some into a login loop, a 202 hangs all of them (protocols.md 1.5).
import type { Rejection, RejectionCode } from '../../errors.ts';
import type { InboundCall, JsonRpcMessage } from '../../pipeline/types.ts';
import { MODERN_REVISION } from './operations.ts';

/** JSON-RPC codes of our own lie outside the reserved ranges. */
const RPC_CODE: Readonly<Record<RejectionCode, number>> = {
  malformed_request: -32600,
  request_too_large: -32600,
  ambiguous_credentials: -32600,
  not_acceptable: -32600,
  bad_origin: -32600,
  unknown_operation: -32601,
  unknown_upstream: -32601,
  unsupported_version: -32602,
  header_mismatch: -32020,
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
  log_unavailable: -31503,
  policy_unavailable: -31503,
  upstream_unavailable: -31502,
  upstream_timeout: -31504,
  upstream_invalid: -31502,
  outcome_unrecorded: -31500,
  internal: -32603,
};

/** Refusals that are about HTTP itself, the token or the gateway's state. All others are 200: the request was served. */
const HTTP_STATUS: Partial<Record<RejectionCode, number>> = {
  malformed_request: 400,
  request_too_large: 413,
  ambiguous_credentials: 400,
  not_acceptable: 415,
  bad_origin: 403,
  unknown_upstream: 404,
  unsupported_version: 400,
  header_mismatch: 400,
  method_not_allowed: 405,
  unauthenticated: 401,
  issuer_unavailable: 503,
  foreign_session: 404,
  log_unavailable: 503,
  policy_unavailable: 503,
  upstream_unavailable: 502,
  upstream_timeout: 504,
  upstream_invalid: 502,
  outcome_unrecorded: 500,
  internal: 500,
};

/** Refusals that a model should read as a tool's answer, not as a fault of the transport. */
const TOLD_TO_THE_MODEL: ReadonlySet<RejectionCode> = new Set([
  'denied',
  'quarantined',
  'unregistered',
  'approval_pending',
  'approval_rejected',
  'approval_expired',
  'too_many_pending',
]);

export interface RefusedRequest {
  readonly id: JsonRpcMessage['id'];
  readonly isToolCall: boolean;
  readonly isModern: boolean;
  /** A notification or an answer expects no JSON-RPC answer: only the HTTP status speaks. */
  readonly expectsAnswer: boolean;
}

export function refusedRequest(call: InboundCall): RefusedRequest {
  return {
    id: call.message?.id ?? null,
    isToolCall: call.operation === 'mcp:tools/call',
    isModern: call.revision === MODERN_REVISION,
    expectsAnswer: call.message?.id != null,
  };
}

export function refusalMessage(request: RefusedRequest, rejection: Rejection): Record<string, unknown> {
  const { code, message, data } = rejection;
  const details = { ...data, reason: data?.['reason'] ?? code };
  if (request.isToolCall && TOLD_TO_THE_MODEL.has(code)) {
    return {
      jsonrpc: '2.0',
      id: request.id,
      result: {
        content: [{ type: 'text', text: message }],
        isError: true,
        ...(request.isModern ? { resultType: 'complete' } : {}),
        _meta: { 'dev.countersign/refusal': details },
      },
    };
  }
  return {
    jsonrpc: '2.0',
    id: request.id,
    error: { code: rejection.rpcCode ?? RPC_CODE[code], message, data: details },
  };
}

function refusalStatus(request: RefusedRequest, { code, status }: Rejection): number {
  if (status !== undefined) return status;
  // The current revision answers an unknown method with 404; in the older ones 404 means "open a new session".
  if (code === 'unknown_operation') return request.isModern ? 404 : request.expectsAnswer ? 200 : 400;
  return HTTP_STATUS[code] ?? (request.expectsAnswer ? 200 : 403);
}

export function refusalResponse(
  request: RefusedRequest,
  rejection: Rejection,
  callId: string | null,
): Response {
  const headers = new Headers({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...rejection.headers,
  });
  if (callId !== null) headers.set('countersign-call', callId);
  if (rejection.retryAfterSeconds !== undefined)
    headers.set('retry-after', String(rejection.retryAfterSeconds));
  return new Response(JSON.stringify(refusalMessage(request, rejection)), {
    status: refusalStatus(request, rejection),
    headers,
  });
}
