// The gateway's own words to an MCP client. Which HTTP status and which JSON-RPC form is measured behaviour of real
// clients, not taste: a bare 403 sends some into a login loop, a 202 hangs all of them (protocols.md 1.5).
import type { Rejection, RejectionCode } from '../../errors.ts';
import { RECEIPT_HEADER } from '../../pipeline/receipted.ts';
import type { InboundCall, JsonRpcMessage } from '../../pipeline/types.ts';
import { HTTP_STATUS, RPC_CODE, rpcResponse } from '../json-rpc.ts';
import { isInline, RECEIPT_META } from './inline-receipts.ts';
import { MODERN_REVISION } from './operations.ts';

const MCP_CODE: Partial<Record<RejectionCode, number>> = { header_mismatch: -32020 };

const MCP_STATUS: Partial<Record<RejectionCode, number>> = {
  unsupported_version: 400,
  header_mismatch: 400,
  foreign_session: 404,
  upstream_invalid: 502,
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
  'mask_failed',
]);

export interface RefusedRequest {
  readonly id: JsonRpcMessage['id'];
  readonly isToolCall: boolean;
  readonly isModern: boolean;
  /** A notification or an answer expects no JSON-RPC answer: only the HTTP status speaks. */
  readonly expectsAnswer: boolean;
  /** Whether receipts stand in answers, too. */
  readonly isInline?: boolean;
}

export function refusedRequest(call: InboundCall): RefusedRequest {
  return {
    id: call.message?.id ?? null,
    isToolCall: call.operation === 'mcp:tools/call',
    isModern: call.revision === MODERN_REVISION,
    expectsAnswer: call.message?.id != null,
    isInline: isInline(call),
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
        _meta: { 'dev.countersign/refusal': details, ...receiptMeta(request, rejection) },
      },
    };
  }
  return {
    jsonrpc: '2.0',
    id: request.id,
    error: { code: rejection.rpcCode ?? MCP_CODE[code] ?? RPC_CODE[code], message, data: details },
  };
}

function receiptMeta({ isInline: isWanted }: RefusedRequest, { headers }: Rejection): object {
  const decided = headers?.[RECEIPT_HEADER];
  return isWanted === true && decided !== undefined ? { [RECEIPT_META]: { decided } } : {};
}

function refusalStatus(request: RefusedRequest, { code, status }: Rejection): number {
  if (status !== undefined) return status;
  // The current revision answers an unknown method with 404; in the older ones 404 means "open a new session".
  if (code === 'unknown_operation') return request.isModern ? 404 : request.expectsAnswer ? 200 : 400;
  return MCP_STATUS[code] ?? HTTP_STATUS[code] ?? (request.expectsAnswer ? 200 : 403);
}

export function refusalResponse(
  request: RefusedRequest,
  rejection: Rejection,
  callId: string | null,
): Response {
  const status = refusalStatus(request, rejection);
  return rpcResponse(refusalMessage(request, rejection), status, rejection, callId);
}
