// What the gateway itself says in the place of a server that is not asked over HTTP: answers to its clients, and to the server.
import { ok, type Result } from '../../errors.ts';
import type { UpstreamResponse } from '../../pipeline/types.ts';
import type { SendFailure } from '../failures.ts';
import { bodyOf } from './outlet.ts';
import type { RequestId } from './rpc.ts';

type Reply = Result<UpstreamResponse, SendFailure>;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: object;
}

const JSON_TYPE = [['content-type', 'application/json']] as const;

export function bare(status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return ok({ status, headers: new Map(Object.entries(headers)), body: bodyOf(new Uint8Array()) });
}

export function errorReply(status: number, id: RequestId | null, error: RpcError): Reply {
  const body = bodyOf(rpcError(id, error));
  return ok({ status, headers: new Map(JSON_TYPE), body });
}

/** @param result JSON text. */
export function resultReply(
  id: RequestId,
  result: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const text = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`;
  return ok({
    status: 200,
    headers: new Map([...JSON_TYPE, ...Object.entries(headers)]),
    body: bodyOf(Buffer.from(text)),
  });
}

function rpcError(id: RequestId | null, error: RpcError): Uint8Array {
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, error }));
}

/** As a server of the older revisions says it; the client then opens another session. */
export function sessionNotFound(id: RequestId | null): Reply {
  return errorReply(404, id, { code: -32001, message: 'Session not found' });
}

/** An answer to what a server asks where no client could be told apart from the others. */
export function refusedAsk(id: RequestId, method: string): Uint8Array {
  if (method === 'ping') return Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{}}`);
  const message = `\`${method}\` is not relayed: several clients use this process, and it cannot be told whose user is asked`;
  return rpcError(id, { code: -32601, message });
}

export function unavailable(server: string, reason: string, message: string): SendFailure {
  return { code: 'upstream_unavailable', reason: `\`${server}\`: ${reason}`, message, isSent: false };
}
