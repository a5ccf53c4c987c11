// What a server asks of its client (sampling, elicitation, roots) would leave the company with whatever the client
// answers. Until such requests are decided like any call, the gateway answers them itself, with a refusal.
import type { Deps } from '../../pipeline/deps.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { callerHeaders } from '../../upstreams/headers.ts';

export async function refuseServerRequest(
  call: CompletedCall,
  id: unknown,
  method: string,
  deps: Deps,
): Promise<void> {
  const headers = new Map(callerHeaders(call.http.headers, call.protocol));
  headers.set('content-type', 'application/json');
  headers.set('accept', 'application/json, text/event-stream');
  const message = `\`${method}\` is not relayed by the gateway between this server and its client`;
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message } }));
  const sent = await deps.send(call.upstream, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(10_000),
  });
  if (sent.ok) await sent.value.body.cancel().catch(() => undefined);
}
