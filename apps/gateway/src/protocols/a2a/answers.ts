// The gateway's own words to an A2A client: a JSON-RPC error with a google.rpc.ErrorInfo, under HTTP 200 unless it is
// about HTTP itself, the token or the gateway's state (protocols.md 2.3: what clients of the official SDK read well).
import type { Rejection, RejectionCode } from '../../errors.ts';
import type { InboundCall, JsonRpcMessage } from '../../pipeline/types.ts';
import { HTTP_STATUS, RPC_CODE, rpcResponse } from '../json-rpc.ts';
import {
  INVALID_AGENT_RESPONSE,
  INVALID_PARAMS,
  TASK_NOT_FOUND,
  VERSION_NOT_SUPPORTED,
} from './operations.ts';

const A2A_CODE: Partial<Record<RejectionCode, number>> = {
  unsupported_version: VERSION_NOT_SUPPORTED,
  foreign_task: TASK_NOT_FOUND,
  upstream_invalid: INVALID_AGENT_RESPONSE,
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
  const rpcCode = rejection.rpcCode ?? A2A_CODE[code] ?? RPC_CODE[code];
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
  const message = refusalMessage(id, rejection, callId);
  return rpcResponse(message, statusOf(rejection), rejection, callId);
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
