// The gateway's own words to an A2A client: a JSON-RPC error with a google.rpc.ErrorInfo, under HTTP 200 unless it is
// about HTTP itself, the token or the gateway's state (protocols.md 2.3: what clients of the official SDK read well).
import type { Rejection, RejectionCode } from '../../errors.ts';
import type { InboundCall, JsonRpcMessage } from '../../pipeline/types.ts';
import {
  INVALID_AGENT_RESPONSE,
  INVALID_PARAMS,
  TASK_NOT_FOUND,
  VERSION_NOT_SUPPORTED,
} from './operations.ts';

/** Codes of our own lie outside the ranges that JSON-RPC and A2A reserve. */
const RPC_CODE: Readonly<Record<RejectionCode, number>> = {
  malformed_request: -32600,
  request_too_large: -32600,
  ambiguous_credentials: -32600,
  not_acceptable: -32600,
  bad_origin: -32600,
  unknown_operation: -32601,
  unknown_upstream: -32601,
  unsupported_version: VERSION_NOT_SUPPORTED,
  header_mismatch: -32600,
  method_not_allowed: -32601,
  unauthenticated: -31401,
  issuer_unavailable: -31503,
  denied: -31403,
  unregistered: -31403,
  quarantined: -31403,
  invalid_arguments: INVALID_PARAMS,
  unknown_target: INVALID_PARAMS,
  foreign_session: -32600,
  foreign_task: TASK_NOT_FOUND,
  approval_pending: -31202,
  approval_rejected: -31403,
  approval_expired: -31408,
  too_many_pending: -31429,
  log_unavailable: -31503,
  policy_unavailable: -31503,
  upstream_unavailable: -31502,
  upstream_timeout: -31504,
  upstream_invalid: INVALID_AGENT_RESPONSE,
  outcome_unrecorded: -31500,
  internal: -32603,
};

const HTTP_STATUS: Partial<Record<RejectionCode, number>> = {
  malformed_request: 400,
  request_too_large: 413,
  ambiguous_credentials: 400,
  not_acceptable: 415,
  bad_origin: 403,
  unknown_upstream: 404,
  method_not_allowed: 405,
  unauthenticated: 401,
  issuer_unavailable: 503,
  log_unavailable: 503,
  policy_unavailable: 503,
  upstream_unavailable: 502,
  upstream_timeout: 504,
  outcome_unrecorded: 500,
  internal: 500,
};

/** `reason` of the ErrorInfo where it is not the code in capitals. */
const REASON: Partial<Record<RejectionCode, string>> = {
  denied: 'POLICY_DENIED',
  unregistered: 'AGENT_UNREGISTERED',
  quarantined: 'AGENT_QUARANTINED',
};

/** What A2A itself names, by JSON-RPC code: told under its domain, so that clients recognise it. */
const STANDARD: ReadonlyMap<number, string> = new Map([
  [-32001, 'TASK_NOT_FOUND'],
  [-32002, 'TASK_NOT_CANCELABLE'],
  [-32003, 'PUSH_NOTIFICATION_NOT_SUPPORTED'],
  [-32004, 'UNSUPPORTED_OPERATION'],
  [-32006, 'INVALID_AGENT_RESPONSE'],
  [-32009, 'VERSION_NOT_SUPPORTED'],
  [-32602, 'INVALID_PARAMS'],
]);

type RpcId = JsonRpcMessage['id'];

/** The JSON-RPC message that tells of a refusal. @param callId null before there is a call. */
export function refusalMessage(id: RpcId, rejection: Rejection, callId: string | null): object {
  const { code, message } = rejection;
  const rpcCode = rejection.rpcCode ?? RPC_CODE[code];
  const standard = STANDARD.get(rpcCode);
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: standard ?? REASON[code] ?? code.toUpperCase(),
    domain: standard === undefined ? 'countersign.dev' : 'a2a-protocol.org',
    metadata: metadataOf({ ...(callId === null ? {} : { callId }), ...rejection.data }),
  };
  return { jsonrpc: '2.0', id, error: { code: rpcCode, message, data: [info] } };
}

export function refusalResponse(id: RpcId, rejection: Rejection, callId: string | null): Response {
  const headers = new Headers({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...rejection.headers,
  });
  if (callId !== null) headers.set('countersign-call', callId);
  if (rejection.retryAfterSeconds !== undefined) {
    headers.set('retry-after', String(rejection.retryAfterSeconds));
  }
  const body = JSON.stringify(refusalMessage(id, rejection, callId));
  return new Response(body, { status: statusOf(rejection), headers });
}

export function refuseCall(call: InboundCall, rejection: Rejection): Response {
  return refusalResponse(call.message?.id ?? null, rejection, call.id);
}

/** A JSON-RPC answer with a result, as the gateway writes its own. */
export function resultMessage(id: RpcId, resultJson: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultJson}}`;
}

function statusOf({ code, status, rpcCode }: Rejection): number {
  if (status !== undefined) return status;
  // Parameters that are wrong were read all the same: the request was served.
  if (code === 'malformed_request' && rpcCode === INVALID_PARAMS) return 200;
  return HTTP_STATUS[code] ?? 200;
}

// ErrorInfo's metadata is a map of strings.
function metadataOf(data: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(data).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
