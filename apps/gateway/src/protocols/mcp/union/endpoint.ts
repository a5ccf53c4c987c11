// `/mcp`: all servers that a caller is let to, at one address. It decides nothing and calls nobody: each request goes to the
// endpoint of the server that it names, or to those of all, and what they answer is put together.
import { newId } from '@countersign/audit';
import { ok, refuse, type Rejection, type Result } from '../../../errors.ts';
import { arrive } from '../../arrive.ts';
import { authenticate } from '../../../pipeline/authenticate.ts';
import type { AuthenticatedCall, InboundCall, RawBody } from '../../../pipeline/types.ts';
import { bodyType, claimedTrace, EMPTY_BODY, type HttpRequest, readBody } from '../../http.ts';
import { refusalResponse } from '../answers.ts';
import { mergeAnswers, requestOf, splitBatch } from '../batch.ts';
import { type McpEndpointDeps, serveMcp } from '../endpoint.ts';
import { BATCH, readEnvelope } from '../envelope.ts';
import { eraOf } from '../era.ts';
import { MODERN_REVISION } from '../operations.ts';
import { endMembers } from './ending.ts';
import { receiveMessage } from './messages.ts';
import { createUnionSessions, type UnionSession } from './sessions.ts';
import { endSession, openStreams } from './streams.ts';
import type { Asking, UnionDeps } from './types.ts';

/** Everything behind the endpoint. */
export function openUnion(
  mcp: McpEndpointDeps,
  { catalog, version }: Pick<UnionDeps, 'catalog' | 'version'>,
): UnionDeps {
  const audience = () => unionAudience(mcp.publicUrl());
  return {
    mcp,
    serve: (request, server) => serveMcp(request, server, mcp, audience()),
    sessions: createUnionSessions(mcp.pipeline.now, (session) => void endMembers(session, mcp)),
    catalog,
    version,
  };
}

export async function serveUnion(request: HttpRequest, deps: UnionDeps): Promise<Response> {
  const { mcp } = deps;
  const arrived = inboundOf(request, deps);
  if (!arrived.ok) return refuseEarly(arrived.error, deps);
  const { headers, inbound } = arrived.value;
  if (request.method === 'POST') {
    const type = bodyType(headers);
    if (!type.ok) return refuseEarly(type.error, deps);
    if (type.value !== 'application/json') {
      const text = 'send the message as application/json';
      return refuseEarly(
        { code: 'not_acceptable', reason: `content type \`${type.value}\``, message: text },
        deps,
      );
    }
  }
  const body = await readBody(request, mcp.limits.maxBytes);
  if (!body.ok) return refuseEarly(body.error, deps);
  const caller = await authenticate({ ...inbound, body: body.value, outbound: body.value }, mcp.pipeline);
  if (!caller.ok) return refuseEarly(caller.error, deps);
  const { agent } = caller.value.caller;
  if (agent === null || agent.status !== 'active') {
    const text = agent === null ? 'no registered agent has this identity' : `the agent is ${agent.status}`;
    const code = agent === null ? 'unregistered' : 'quarantined';
    return refuseEarly({ code, reason: text, message: text }, deps, 403);
  }
  const asking = { request, headers, body: body.value, caller: caller.value };
  switch (request.method) {
    case 'POST':
      return post(asking, deps);
    case 'GET':
    case 'DELETE':
      return bare(asking, deps);
    default: {
      const text = 'use POST, GET or DELETE here';
      const rejection = { code: 'method_not_allowed', reason: request.method, message: text } as const;
      return refuseEarly({ ...rejection, headers: { allow: 'GET, POST, DELETE' } }, deps);
    }
  }
}

type Unbound = Omit<Asking, 'session'>;

async function post(asking: Unbound, deps: UnionDeps): Promise<Response> {
  const { body, headers, request } = asking;
  const envelope = readEnvelope(body.bytes, deps.mcp.limits);
  if (!envelope.ok) {
    const session = envelope.error.reason === BATCH ? sessionOf(asking, deps) : null;
    if (session?.revision === '2025-03-26') return batch(request, body, deps);
    return refuseEarly(envelope.error, deps);
  }
  const message = envelope.value.kind === 'answer' ? null : envelope.value.message;
  const era = eraOf(headers, message);
  if (!era.ok) return refuseEarly(era.error, deps, undefined, message?.id ?? null);
  const isModern = era.value.kind === 'modern';
  if (isModern && envelope.value.kind !== 'request') {
    const text = 'MCP 2026-07-28 takes requests only';
    return refuseEarly({ code: 'malformed_request', reason: text, message: text }, deps);
  }
  const isOpening = message?.method === 'initialize';
  const session = isModern || isOpening ? null : sessionOf(asking, deps);
  if (!isModern && !isOpening && session === null) return noSession(asking, deps, message?.id ?? null);
  const revision = isModern ? MODERN_REVISION : (session?.revision ?? asking.caller.revision);
  const caller = { ...asking.caller, revision };
  return receiveMessage({ ...asking, caller, session }, envelope.value, ownerOf(caller), deps);
}

async function batch(request: HttpRequest, body: RawBody, deps: UnionDeps): Promise<Response> {
  const messages = splitBatch(body, deps.mcp.limits);
  if (!messages.ok) return refuseEarly(messages.error, deps);
  const each = messages.value.map((one) => serveUnion(requestOf(request, one), deps));
  return mergeAnswers(await Promise.all(each), messages.value, deps.mcp);
}

async function bare(asking: Unbound, deps: UnionDeps): Promise<Response> {
  if (asking.headers.get('mcp-protocol-version') === MODERN_REVISION) {
    const text = 'MCP 2026-07-28 has only POST';
    const rejection = { code: 'method_not_allowed', reason: text, message: text } as const;
    return refuseEarly({ ...rejection, headers: { allow: 'POST' } }, deps);
  }
  const session = sessionOf(asking, deps);
  if (session === null) return noSession(asking, deps, null);
  return asking.request.method === 'GET'
    ? openStreams({ ...asking, session }, deps)
    : endSession({ ...asking, session }, deps);
}

function sessionOf({ headers, caller }: Unbound, { sessions }: UnionDeps): UnionSession | null {
  const id = headers.get('mcp-session-id');
  return id === undefined ? null : sessions.find(id, ownerOf(caller));
}

function noSession({ headers }: Unbound, deps: UnionDeps, id: string | number | null): Response {
  const isNamed = headers.has('mcp-session-id');
  const text = isNamed
    ? 'Session not found: open a new one with `initialize`'
    : 'the header `Mcp-Session-Id` is missing: open a session with `initialize`';
  const code = isNamed ? 'foreign_session' : 'malformed_request';
  return refuseEarly({ code, reason: text, message: text }, deps, undefined, id);
}

function ownerOf({ caller }: AuthenticatedCall): string {
  return JSON.stringify([caller.agent?.uid, caller.subject?.key ?? '']);
}

interface Arrived {
  readonly headers: ReadonlyMap<string, string>;
  readonly inbound: InboundCall;
}

function inboundOf(request: HttpRequest, { mcp }: UnionDeps): Result<Arrived> {
  const first = arrive(request, mcp.allowed);
  if (!first.ok) return first;
  const { credentials, headers } = first.value;
  if (request.hasQuery)
    return refuse(
      'malformed_request',
      'query in the URL',
      'this endpoint takes no query: a token belongs in the Authorization header',
    );
  const registry = mcp.pipeline.registry.current();
  const [server] = registry.servers.values();
  if (server === undefined)
    return refuse('unknown_upstream', 'no servers', 'there is no MCP server behind this gateway');
  const inbound: InboundCall = {
    id: newId('call'),
    receivedAt: mcp.pipeline.now(),
    registry,
    protocol: 'mcp',
    revision: MODERN_REVISION,
    operation: 'mcp:ping',
    upstream: server,
    target: { kind: 'server' },
    audience: unionAudience(mcp.publicUrl()),
    http: { method: 'POST', headers, signal: request.signal },
    body: EMPTY_BODY,
    outbound: EMPTY_BODY,
    message: null,
    said: { input: null, meta: null },
    credentials,
    sessionId: null,
    trace: claimedTrace(headers),
  };
  return ok({ headers, inbound });
}

/** What tokens for this endpoint must name. */
function unionAudience(publicUrl: string): string {
  return `${publicUrl}/mcp`;
}

function refuseEarly(
  rejection: Rejection,
  { mcp }: UnionDeps,
  status = rejection.status,
  id: string | number | null = null,
): Response {
  mcp.pipeline.traffic.reject(rejection);
  const request = { id, isToolCall: false, isModern: false, expectsAnswer: id !== null };
  return refusalResponse(request, status === undefined ? rejection : { ...rejection, status }, null);
}
