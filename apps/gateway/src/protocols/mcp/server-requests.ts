// The gateway's own answer to what a server asks of its client: where the client is not asked, or its answer is not let
// through, the server must not wait for one.
import type { Rejection } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { callerHeaders } from '../../upstreams/headers.ts';
import { RPC_CODE } from '../json-rpc.ts';

/** Where the server asked. */
export type AskedOn = Pick<CompletedCall, 'http' | 'protocol' | 'upstream' | 'sessionId'>;

export async function refuseServerRequest(
  { http, protocol, upstream, sessionId }: AskedOn,
  id: unknown,
  { code, message, data, rpcCode }: Pick<Rejection, 'code' | 'message' | 'data' | 'rpcCode'>,
  deps: Pick<Deps, 'send'>,
): Promise<void> {
  const headers = new Map(callerHeaders(http.headers, protocol));
  headers.delete('last-event-id');
  headers.set('content-type', 'application/json');
  headers.set('accept', 'application/json, text/event-stream');
  // On the stream that opens the session, the client has not named it yet.
  if (sessionId !== null) headers.set('mcp-session-id', sessionId);
  const error = {
    code: rpcCode ?? RPC_CODE[code],
    message,
    data: { ...data, reason: data?.['reason'] ?? code },
  };
  const sent = await deps.send(upstream, {
    method: 'POST',
    headers,
    body: Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, error })),
    signal: AbortSignal.timeout(10_000),
  });
  if (sent.ok) await sent.value.body.cancel().catch(() => undefined);
}
