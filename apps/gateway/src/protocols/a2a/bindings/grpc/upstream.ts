// gRPC toward an agent: sends what a message is in it, and turns the answer into the JSON-RPC one that says the same, which is
// then read as strictly as any other. It decides nothing.
import { status } from '@grpc/grpc-js';
import type { Deps, OutboundRequest } from '../../../../pipeline/deps.ts';
import type { UpstreamResponse } from '../../../../pipeline/types.ts';
import type { A2aUpstream } from '../../../../registry/types.ts';
import { credentialHeaders } from '../../../../upstreams/credentials.ts';
import { invalidAnswer } from '../../../../upstreams/failures.ts';
import { formatEvent } from '../../../sse.ts';
import { type CameCount, createCameCount } from '../../../came.ts';
import type { Asked, Dressed } from '../dress.ts';
import { rpcError, rpcResult } from '../message.ts';
import { protoToJson } from '../proto/codec.ts';
import { streamOf } from '../stream-of.ts';
import { endOf, type GrpcAnswer, type GrpcCaller } from './caller.ts';
import { pathOf } from './service.ts';
import { grpcError } from './status.ts';
import { messageOf } from '../../../../message-of.ts';

type GrpcDressed = Extract<Dressed, { readonly binding: 'GRPC' }>;
type Answer = Awaited<ReturnType<Deps['send']>>;

/** What an agent says in its metadata that its caller may read. */
const TOLD = ['a2a-extensions', 'a2a-version', 'retry-after'] as const;

export async function sendGrpc(
  upstream: A2aUpstream,
  request: OutboundRequest,
  { asked, origin, message }: GrpcDressed,
  caller: GrpcCaller,
): Promise<Answer> {
  const credential = await credentialHeaders(upstream.credential);
  if (!credential.ok) return { ok: false, error: { ...credential.error, isSent: false } };
  const started = await caller.call({
    origin,
    path: pathOf(asked.operation),
    message,
    headers: new Map([...request.headers, ...credential.value]),
    signal: request.signal,
  });
  if (started.ok) return answerOf(origin, asked, started.value, createCameCount(request.onFirstByte));
  if (!('ended' in started.error)) return { ok: false, error: started.error };
  const { ended } = started.error;
  // SECURITY: it is about the gateway's own credential: nobody's business but the operator's.
  if (ended.code === status.UNAUTHENTICATED) {
    return { ok: false, error: invalidAnswer(origin, `it does not take the gateway's credential`) };
  }
  const told = rpcError(asked.id, grpcError(ended));
  return { ok: true, value: response('application/json', streamOf(told), new Map(), createCameCount()) };
}

async function answerOf(
  origin: string,
  asked: Asked,
  { metadata, messages }: GrpcAnswer,
  count: CameCount,
): Promise<Answer> {
  const headers = new Map<string, string>();
  for (const name of TOLD) {
    const [value] = metadata.get(name);
    if (typeof value === 'string') headers.set(name, value);
  }
  if (asked.operation.isStream) {
    return {
      ok: true,
      value: response('text/event-stream', eventsOf(asked, messages, count), headers, count),
    };
  }
  const told: Uint8Array[] = [];
  try {
    for await (const message of messages) {
      if (told.length > 0) throw new Error('it answered a call twice');
      told.push(jsonMessage(asked, message, count));
    }
  } catch (error) {
    const ended = endOf(error);
    if (ended === null || NOT_TOLD.has(ended.code))
      return {
        ok: false,
        error: invalidAnswer(origin, messageOf(error)),
      };
    // SPEC: gRPC: the status says how a call ended; a message before another status than OK is no answer.
    told.splice(0, told.length, rpcError(asked.id, grpcError(ended)));
  }
  const [answer] = told;
  return answer === undefined
    ? { ok: false, error: invalidAnswer(origin, 'it ended without a message') }
    : { ok: true, value: response('application/json', streamOf(answer), headers, count) };
}

/** About the gateway's own credential, or what a connection that broke ends with: that is no word to the caller. */
const NOT_TOLD: ReadonlySet<number> = new Set([status.UNAUTHENTICATED, status.UNAVAILABLE, status.CANCELLED]);

/** Throws where it is no such message. */
function jsonMessage({ id, operation }: Asked, message: Buffer, count: CameCount): Uint8Array {
  count.count(message);
  // What the schema does not have has no place in JSON, and no mask could reach it.
  const json = protoToJson(operation.response, message, 'drop');
  if (!json.ok) throw new Error(json.error);
  return rpcResult(id, Buffer.from(JSON.stringify(json.value)));
}

function eventsOf(
  asked: Asked,
  messages: AsyncIterable<Buffer>,
  count: CameCount,
): ReadableStream<Uint8Array> {
  const iterator = messages[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(out) {
        try {
          const next = await iterator.next();
          if (next.done === true) out.close();
          else out.enqueue(eventOf(jsonMessage(asked, next.value, count)));
        } catch (error) {
          const ended = endOf(error);
          // A connection that broke says nothing; whoever reads the stream finds it broken.
          if (ended === null || ended.code === status.UNAVAILABLE || ended.code === status.CANCELLED) {
            out.error(error);
            return;
          }
          out.enqueue(eventOf(rpcError(asked.id, grpcError(ended))));
          out.close();
        }
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function eventOf(message: Uint8Array): Uint8Array {
  return Buffer.from(formatEvent({ data: Buffer.from(message).toString('utf8') }));
}

function response(
  type: string,
  body: ReadableStream<Uint8Array>,
  headers: Map<string, string>,
  { came }: CameCount,
): UpstreamResponse {
  return { status: 200, headers: headers.set('content-type', type), body, came };
}
