// gRPC toward callers: a request becomes the JSON-RPC message that says the same, runs through the pipeline as that, and its
// answer is told as a message, or as the status that ends the call. It decides nothing.
import type { JsonValue } from '@bufbuild/protobuf';
import {
  Metadata,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
  type StatusObject,
} from '@grpc/grpc-js';
import { refuse, type Rejection, type Result } from '../../../../errors.ts';
import { warn } from '../../../../warnings.ts';
import type { HttpRequest } from '../../../http.ts';
import { createSseSplitter } from '../../../sse.ts';
import { refusalResponse } from '../../answers.ts';
import { type A2aEndpointDeps, serveA2a } from '../../endpoint.ts';
import { INVALID_PARAMS } from '../../operations.ts';
import { digestOf, outcomeOf, type RpcError, rpcRequest } from '../message.ts';
import type { BoundOperation } from '../operations.ts';
import { jsonToProto, protoToJson } from '../proto/codec.ts';
import { streamOf } from '../stream-of.ts';
import { checkVersion } from '../version.ts';
import { grpcStatus } from './status.ts';
import { readGrpcTenant } from './tenant.ts';

export type UnaryCall = ServerUnaryCall<Buffer, Buffer>;
export type StreamCall = ServerWritableStream<Buffer, Buffer>;

/** What ends a unary call: a message, or a status other than OK. Both come with their trailers. */
export type UnaryEnd =
  | { readonly ok: true; readonly message: Buffer; readonly trailers: Metadata }
  | { readonly ok: false; readonly status: StatusObject };

export async function serveUnary(
  call: UnaryCall,
  operation: BoundOperation,
  deps: A2aEndpointDeps,
): Promise<UnaryEnd> {
  try {
    const response = await answerTo(call, operation, deps);
    const trailers = trailersOf(response);
    const outcome = outcomeOf(new Uint8Array(await response.arrayBuffer()));
    if (outcome.kind === 'error') {
      return { ok: false, status: grpcStatus(outcome.error, response.status, trailers) };
    }
    call.sendMetadata(trailers);
    const message = messageOf(operation, outcome.json);
    return message.ok
      ? { ok: true, message: message.value, trailers }
      : { ok: false, status: grpcStatus(message.error, 200, trailers) };
  } catch (error) {
    return { ok: false, status: failure(call, error) };
  }
}

/** Resolves when the stream has ended, one way or the other. */
export async function serveStream(
  call: StreamCall,
  operation: BoundOperation,
  deps: A2aEndpointDeps,
): Promise<void> {
  try {
    const response = await answerTo(call, operation, deps);
    const trailers = trailersOf(response);
    if (response.body === null || response.headers.get('content-type') !== 'text/event-stream') {
      const outcome = outcomeOf(new Uint8Array(await response.arrayBuffer()));
      if (outcome.kind === 'result') throw new Error('one message where a stream was asked for');
      end(call, grpcStatus(outcome.error, response.status, trailers));
      return;
    }
    call.sendMetadata(trailers);
    const ended = await relay(call, operation, response.body, deps);
    if (ended === null) call.end(trailers);
    else end(call, grpcStatus(ended, 200, trailers));
  } catch (error) {
    end(call, failure(call, error));
  }
}

/** One message for each event, at the pace of the reader. Gives the error that ended the stream, or null. */
async function relay(
  call: StreamCall,
  operation: BoundOperation,
  body: ReadableStream<Uint8Array>,
  { eventBytes }: A2aEndpointDeps,
): Promise<RpcError | null> {
  const splitter = createSseSplitter(eventBytes);
  for await (const chunk of body) {
    for (const piece of splitter.push(chunk)) {
      if (piece.data === null || piece.data.byteLength === 0) continue;
      const outcome = outcomeOf(piece.data);
      if (outcome.kind === 'error') return outcome.error;
      const message = messageOf(operation, outcome.json);
      if (!message.ok) return message.error;
      if (!call.write(message.value)) await drained(call);
      // Leaving the loop cancels the stream.
      if (call.cancelled) return null;
    }
  }
  return null;
}

function drained(call: StreamCall): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => {
    call.off('drain', done).off('cancelled', done).off('close', done);
    resolve();
  };
  call.on('drain', done).on('cancelled', done).on('close', done);
  if (call.cancelled) done();
  return promise;
}

async function answerTo(
  call: UnaryCall | StreamCall,
  operation: BoundOperation,
  deps: A2aEndpointDeps,
): Promise<Response> {
  const read = readRequest(call, operation);
  if (!read.ok) {
    deps.pipeline.traffic.reject(read.error);
    return refusalResponse(null, read.error, null);
  }
  return serveA2a(read.value.request, read.value.agent, deps);
}

function readRequest(
  call: UnaryCall | StreamCall,
  operation: BoundOperation,
): Result<{ readonly agent: string; readonly request: HttpRequest }> {
  const [version] = call.metadata.get('a2a-version');
  const isSpoken = checkVersion(typeof version === 'string' ? version : undefined);
  if (!isSpoken.ok) return isSpoken;
  const json = protoToJson(operation.request, call.request, 'refuse');
  if (!json.ok) return malformed(`the message cannot be read: ${json.error}`);
  const { tenant, ...params } = json.value as { readonly [name: string]: JsonValue };
  const named = readGrpcTenant(tenant);
  if (named === null) {
    return malformed('`tenant` must name the agent, as the gRPC interface of its card does');
  }
  const own = named.own === null ? {} : { tenant: named.own };
  const text = Buffer.from(JSON.stringify({ ...own, ...params }));
  return {
    ok: true,
    value: {
      agent: named.agent,
      request: {
        method: 'POST',
        path: call.getPath(),
        hasQuery: false,
        rawHeaders: headersOf(call, operation),
        body: streamOf(rpcRequest(operation.method, text)),
        signal: signalOf(call),
        came: digestOf(call.request),
      },
    },
  };
}

/** Metadata that says how the message is to be read is the gateway's own; the rest are headers, doubles included. */
function headersOf(call: UnaryCall | StreamCall, { isStream }: BoundOperation): [string, string][] {
  const headers: [string, string][] = [
    ['host', call.getHost()],
    ['accept', isStream ? 'text/event-stream' : 'application/json'],
    ['content-type', 'application/json'],
  ];
  for (const name of Object.keys(call.metadata.getMap())) {
    if (OWN.has(name) || name.startsWith('grpc-')) continue;
    for (const value of call.metadata.get(name)) {
      if (typeof value === 'string') headers.push([name, value]);
    }
  }
  return headers;
}

const OWN: ReadonlySet<string> = new Set(['host', 'accept', 'content-type', 'content-length', 'te']);

function signalOf(call: UnaryCall | StreamCall): AbortSignal {
  const gone = new AbortController();
  // A deadline that passes ends a call in the same way.
  call.on('cancelled', () => gone.abort());
  if (call.cancelled) gone.abort();
  return gone.signal;
}

function messageOf({ response }: BoundOperation, json: string): Result<Buffer, RpcError> {
  // What an agent says beyond the schema has no place in its bytes.
  // Nothing to tell is `null` in JSON-RPC, and an empty message here.
  const bytes = jsonToProto(response, (JSON.parse(json) ?? {}) as JsonValue, 'drop');
  if (bytes.ok) return { ok: true, value: Buffer.from(bytes.value) };
  const message = `the agent behind this gateway gave an answer that gRPC cannot say: ${bytes.error}`;
  return { ok: false, error: { code: INVALID_AGENT_RESPONSE, message, data: undefined } };
}

const INVALID_AGENT_RESPONSE = -32006;

/** What HTTP callers read in headers. */
function trailersOf({ headers }: Response): Metadata {
  const trailers = new Metadata();
  for (const [name, value] of headers) {
    if (TOLD.has(name) || name.startsWith('countersign-')) trailers.set(name, value);
  }
  return trailers;
}

const TOLD: ReadonlySet<string> = new Set([
  'a2a-extensions',
  'a2a-version',
  'retry-after',
  'www-authenticate',
]);

function end(call: StreamCall, ended: StatusObject): void {
  call.emit('error', ended);
}

function failure(call: UnaryCall | StreamCall, error: unknown): StatusObject {
  if (!call.cancelled) {
    warn(
      `gRPC ${call.getPath()}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
  // Not UNAVAILABLE, which clients try again by themselves: it may have been carried out.
  return { code: status.INTERNAL, details: 'the answer broke off', metadata: new Metadata() };
}

function malformed(message: string): { readonly ok: false; readonly error: Rejection } {
  return refuse('malformed_request', message, message, { rpcCode: INVALID_PARAMS });
}
