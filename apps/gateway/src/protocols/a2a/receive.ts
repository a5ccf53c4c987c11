// Request -> InboundCall for A2A over JSON-RPC: parsed and classified once, on the body, before anything else looks
// at it (protocols.md 2.1).
import { newId } from '@countersign/audit';
import { ok, refuse, type Result } from '../../errors.ts';
import type { InboundCall } from '../../pipeline/types.ts';
import type { A2aUpstream, RegistrySnapshot } from '../../registry/types.ts';
import { bodyType, claimedTrace, type HttpRequest, readBody } from '../http.ts';
import type { ScanOptions } from '../json/types.ts';
import { readEnvelope } from './envelope.ts';
import type { IdSite } from './ids.ts';
import { operationOf, versionOf } from './operations.ts';
import { readParams } from './read-params.ts';
import { A2A_1_0 } from './dialects/v1.ts';

export interface ReceiveContext {
  readonly registry: RegistrySnapshot;
  readonly upstream: A2aUpstream;
  /** Canonical URL of the endpoint. */
  readonly audience: string;
  readonly now: number;
  readonly limits: Partial<ScanOptions> & { readonly maxBytes: number };
}

export interface ReceivedCall {
  readonly call: InboundCall;
  /** The tasks and contexts that the request names. */
  readonly ids: readonly IdSite[];
}

/** A received call, or a refusal with the request's id, where that much could be read. */
export type Received = Result<ReceivedCall> & { readonly id?: string | number };

export async function receiveA2a(
  request: HttpRequest,
  headers: ReadonlyMap<string, string>,
  context: ReceiveContext,
): Promise<Received> {
  if (request.hasQuery) {
    return refuse(
      'malformed_request',
      'query in the URL',
      'this endpoint takes no query: a token belongs in the Authorization header, the version in `A2A-Version`',
    );
  }
  if (request.method !== 'POST') {
    return refuse('method_not_allowed', request.method, 'use POST here', { headers: { allow: 'POST' } });
  }
  const type = bodyType(headers);
  if (!type.ok) return type;
  if (type.value !== 'application/json') {
    return refuse('not_acceptable', `content type \`${type.value}\``, 'send the message as application/json');
  }
  const body = await readBody(request, context.limits.maxBytes);
  if (!body.ok) return body;
  const { bytes } = body.value;
  const version = versionOf(headers.get('a2a-version'));
  const dialect = version.ok ? version.value : A2A_1_0;
  const envelope = readEnvelope(bytes, dialect, context.limits);
  if (!envelope.ok) return envelope;
  const { message, metadata } = envelope.value;
  const { id } = message;
  if (!version.ok) return { ...version, id };
  const operation = operationOf(message.method, dialect);
  if (!operation.ok) return { ...operation, id };
  const params = readParams(operation.value, bytes, envelope.value, headers, dialect);
  if (!params.ok) return { ...params, id };
  const { ids, input } = params.value;

  const call: InboundCall = {
    id: newId('call'),
    receivedAt: context.now,
    registry: context.registry,
    protocol: 'a2a',
    revision: dialect.revision,
    operation: operation.value,
    upstream: context.upstream,
    target: { kind: 'agent' },
    audience: context.audience,
    http: { method: 'POST', headers, signal: request.signal },
    body: body.value,
    outbound: body.value,
    ...(request.came === undefined ? {} : { came: request.came }),
    message,
    said: { input, meta: metadata },
    credentials: {
      authorization: headers.get('authorization') ?? null,
      callToken: headers.get('countersign-call-token') ?? null,
    },
    sessionId: null,
    trace: claimedTrace(headers),
  };
  return ok({ call, ids });
}
