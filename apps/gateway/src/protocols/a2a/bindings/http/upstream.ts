// HTTP+JSON toward an agent: sends what a message is in it, and turns the answer into the JSON-RPC one that says the same, which
// is then read as strictly as any other. It decides nothing.
import type { Deps, OutboundRequest } from '../../../../pipeline/deps.ts';
import type { UpstreamResponse } from '../../../../pipeline/types.ts';
import type { A2aUpstream } from '../../../../registry/types.ts';
import { readCapped } from '../../../../upstreams/body.ts';
import { relayEvents, type SseAction } from '../../../sse-relay.ts';
import { formatEvent, type SsePiece, withData } from '../../../sse.ts';
import { createCameCount } from '../../../came.ts';
import type { Asked, Dressed } from '../dress.ts';
import { readObject, rpcError, rpcResult } from '../message.ts';
import { rpcErrorOf } from '../status.ts';
import { streamOf } from '../stream-of.ts';

type HttpDressed = Extract<Dressed, { readonly binding: 'HTTP+JSON' }>;

export interface HttpLimits {
  /** The largest answer that is read whole. */
  readonly responseBytes: number;
  readonly eventBytes: number;
}

const JSON_TYPES: ReadonlySet<string | undefined> = new Set(['application/json', 'application/a2a+json']);

export async function sendHttpJson(
  upstream: A2aUpstream,
  request: OutboundRequest,
  { asked, verb, url, body }: HttpDressed,
  send: Deps['send'],
  limits: HttpLimits,
): ReturnType<Deps['send']> {
  const headers = new Map(request.headers);
  headers.delete('content-type');
  if (body !== null) headers.set('content-type', 'application/json');
  headers.set(
    'accept',
    asked.operation.isStream ? 'text/event-stream' : 'application/a2a+json, application/json',
  );
  const { signal, onFirstByte } = request;
  const sent = await send(
    { ...upstream, endpoint: url },
    { method: verb, headers, body, signal, onFirstByte },
  );
  if (!sent.ok) return sent;
  return { ok: true, value: await undressed(sent.value, asked, limits) };
}

async function undressed(
  response: UpstreamResponse,
  asked: Asked,
  limits: HttpLimits,
): Promise<UpstreamResponse> {
  const { status, body } = response;
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (status === 200 && type === 'text/event-stream' && asked.operation.isStream) {
    return eventsOf(response, asked, limits);
  }
  const isResult = status === 200 || status === 201 || status === 204;
  // SECURITY: 401 is about the gateway's own credential: nobody's business but the operator's.
  const isReadable = status === 204 || JSON_TYPES.has(type);
  if (!isReadable || status === 401) return response;
  const read = await readCapped(body, limits.responseBytes);
  // Whoever reads it finds it as it broke off.
  if (!read.ok) return { ...response, body: failed(read.error.reason) };
  const count = createCameCount();
  count.count(read.value);
  const text = status === 204 ? Buffer.from('{}') : read.value;
  const object = readObject(text, text.byteLength);
  if (object === null) return { ...response, status, body: streamOf(text) };
  const message = isResult
    ? rpcResult(asked.id, text)
    : rpcError(asked.id, errorIn(object.value['error'], status));
  return answer(response, 'application/json', streamOf(message), count.came);
}

function eventsOf(response: UpstreamResponse, { id }: Asked, { eventBytes }: HttpLimits): UpstreamResponse {
  const count = createCameCount();
  const onEvent = (piece: SsePiece): SseAction => {
    count.count(piece.raw);
    if (piece.data === null || piece.data.byteLength === 0) return 'drop';
    const object = readObject(piece.data, eventBytes);
    // What is no object would become part of another message: it is passed as what it is, and found to be none.
    if (object === null) return 'pass';
    if (piece.event === 'error') {
      const message = rpcError(id, errorIn(object.value['error'], 500));
      return Buffer.from(formatEvent({ data: Buffer.from(message).toString('utf8') }));
    }
    return withData(piece, Buffer.from(rpcResult(id, piece.data)).toString('utf8'));
  };
  return answer(
    response,
    'text/event-stream',
    relayEvents(response.body, onEvent, { maxEventBytes: eventBytes }),
    count.came,
  );
}

function answer(
  response: UpstreamResponse,
  type: string,
  body: ReadableStream<Uint8Array>,
  came: NonNullable<UpstreamResponse['came']>,
): UpstreamResponse {
  const headers = new Map(response.headers);
  headers.set('content-type', type);
  return { status: 200, headers, body, came };
}

/** google.rpc.Status, as far as it is one. */
function errorIn(value: unknown, http: number) {
  const { status, message, details } = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly status?: unknown;
    readonly message?: unknown;
    readonly details?: unknown;
  };
  const text = typeof message === 'string' ? message : `the agent answered HTTP ${http}`;
  return rpcErrorOf({ name: status, http }, text, Array.isArray(details) ? details : []);
}

function failed(reason: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(out) {
      out.error(new Error(reason));
    },
  });
}
