// The answer to an HTTP+JSON request: a result as the bare body, an error as google.rpc.Status, a stream event by event as its
// events come. The headers are those of the answer that is turned (A2A 1.0 section 11).
import { relayEvents, type SseAction } from '../../../sse-relay.ts';
import { formatEvent, type SsePiece, withData } from '../../../sse.ts';
import { outcomeOf, type RpcError } from '../message.ts';
import type { BoundOperation } from '../operations.ts';
import { detailsOf, ERROR_INFO, statusOf } from '../status.ts';

const TYPE = 'application/a2a+json';

/** @param operation null where it is not known what was asked for: then it is a refusal. */
export async function toHttp(
  response: Response,
  operation: BoundOperation | null,
  maxEventBytes: number,
): Promise<Response> {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  // SECURITY: a GET, unlike JSON-RPC's POST, can be cached: what an agent says of that must not let one caller be told what
  // another one asked for, or anybody without a decision.
  headers.set('cache-control', 'no-store');
  if (headers.get('content-type')?.startsWith('text/event-stream') === true && response.body !== null) {
    const body = relayEvents(response.body, bareEvent, { maxEventBytes });
    return new Response(body, { status: 200, headers });
  }
  headers.set('content-type', TYPE);
  const outcome = outcomeOf(new Uint8Array(await response.arrayBuffer()));
  if (outcome.kind === 'error') {
    const { http } = statusOf(outcome.error.code, response.status);
    return new Response(statusJson(outcome.error, response.status), { status: http, headers });
  }
  const status = operation?.status ?? 200;
  if (status !== 204) return new Response(outcome.json, { status, headers });
  headers.delete('content-type');
  return new Response(null, { status, headers });
}

function bareEvent(piece: SsePiece): SseAction {
  if (piece.data === null || piece.data.byteLength === 0) return 'pass';
  const outcome = outcomeOf(piece.data);
  if (outcome.kind === 'result') return withData(piece, outcome.json);
  return Buffer.from(formatEvent({ event: 'error', data: statusJson(outcome.error, 200) }));
}

/** SPEC: A2A 1.0 section 11.6: google.rpc.Status under `error`, its code the one of HTTP. */
function statusJson(error: RpcError, answered: number): string {
  const { name, http } = statusOf(error.code, answered);
  const details = detailsOf(error);
  return JSON.stringify({
    error: {
      code: http,
      status: name,
      message: error.message,
      details:
        details.length > 0 ? details : [{ '@type': ERROR_INFO, reason: name, domain: 'countersign.dev' }],
    },
  });
}
