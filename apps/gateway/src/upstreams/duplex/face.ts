// A server on a two-way stream, as the rest of the gateway knows servers: requests of streamable HTTP in, its answers out
// (protocols.md 1.3). Ids of sessions are the gateway's own.
import type { Result } from '../../errors.ts';
import type { JsonValue } from '../../protocols/json/types.ts';
import { LEGACY_REVISIONS, MODERN_REVISION } from '../../protocols/mcp/operations.ts';
import type { OutboundRequest } from '../exchange.ts';
import type { SendFailure } from '../failures.ts';
import { createKeyed } from './keyed.ts';
import type { Pool } from './pool.ts';
import type { StreamLimits } from './private-session.ts';
import { createPrivateSessions, idOf, type Reply } from './private-sessions.ts';
import { bare, errorReply, unavailable } from './replies.ts';
import { readRpc, type RpcMessage } from './rpc.ts';
import { createSharedSessions, EVERYBODY } from './shared-sessions.ts';
import { createSharedStream, type SharedStream } from './shared-stream.ts';
import type { Face } from './types.ts';

export interface FaceOptions {
  /** Its registry name. */
  readonly server: string;
  readonly pool: Pool;
  readonly limits: StreamLimits;
  /** Whether several principals may use one connection. */
  readonly isShared: boolean;
  /** Whether MCP 2026-07-28 can be spoken on the transport. */
  readonly isModern: boolean;
  /** The gateway's own version. */
  readonly version: string;
}

interface Stateless {
  readonly stream: SharedStream;
  readonly release: () => Promise<void>;
}

/** How long a server that said that it does not know `server/discover` is believed. */
const BELIEVED_MS = 60_000;

export function createFace({ server, pool, limits, isShared, isModern, version }: FaceOptions): Face {
  const sessions = isShared
    ? createSharedSessions(server, pool, limits, version)
    : createPrivateSessions(server, pool, limits);
  const stateless = createKeyed<Stateless>(startStateless);
  let undiscovered: { readonly error: JsonValue; readonly until: number } | null = null;

  async function startStateless(
    principal: string,
  ): Promise<Result<{ value: Stateless; over: Promise<unknown> }, SendFailure>> {
    const started = await pool.start(principal, new AbortController().signal);
    if (!started.ok) return started;
    const { channel, keepWhile, release } = started.value;
    const stream: SharedStream = createSharedStream(channel, server, limits, (message) => {
      // What is not said under a token can only be about the one request that is open, if all are one principal's.
      if (!isShared && message.kind === 'notification') stream.mux.only()?.put(message.bytes, false);
    });
    keepWhile(() => !stream.mux.isIdle());
    return { ok: true, value: { value: { stream, release }, over: channel.closed } };
  }

  async function callModern(request: OutboundRequest, message: RpcMessage, principal: string): Reply {
    const isDiscovery = message.method === 'server/discover';
    if (isDiscovery && undiscovered !== null && undiscovered.until > performance.now())
      return errorReply(404, message.id, undiscovered.error as never);
    const found = await stateless.get(isShared ? EVERYBODY : principal);
    if (!found.ok) return found;
    const { stream, release } = found.value;
    return stream.call(request, message, {
      owner: principal,
      isModern: true,
      onRefused: (error) => {
        if (!isDiscovery || codeOf(error) !== METHOD_NOT_FOUND) return;
        // It speaks the older revisions only: nobody will use this connection.
        undiscovered = { error, until: performance.now() + BELIEVED_MS };
        if (stream.mux.isIdle()) void release();
      },
    });
  }

  async function receive(request: OutboundRequest): Reply {
    const { headers, method, principal } = request;
    const speaksModern = headers.get('mcp-protocol-version') === MODERN_REVISION;
    const session = headers.get('mcp-session-id');
    if (speaksModern && method !== 'POST') return bare(405, { allow: 'POST' });
    if (!speaksModern && session !== undefined) return sessions.send(request, session);
    if (method !== 'POST') return bare(method === 'GET' ? 400 : 404);
    const message = readRpc(request.body ?? new Uint8Array());
    if (message === null) return bare(400);
    if (speaksModern && !isModern) return errorReply(400, message.id, OLD_ONLY);
    if (message.kind !== 'request') return bare(speaksModern ? 202 : 400);
    // SECURITY: without knowing for whom it is, a request could end up in somebody else's process.
    if (principal === undefined)
      return { ok: false, error: unavailable(server, 'a request of nobody', 'the call cannot be sent') };
    if (speaksModern) return callModern(request, message, principal);
    if (message.method === 'initialize') return sessions.open(request, message, principal);
    return errorReply(400, idOf(request), {
      code: -32_000,
      message: 'Bad Request: Mcp-Session-Id is required',
    });
  }

  return {
    send: receive,
    state: () => ({ ...pool.state(), sessions: sessions.count() }),
    close: () => pool.close(),
  };
}

const METHOD_NOT_FOUND = -32_601;
const OLD_ONLY = {
  code: -32_022,
  message: 'Unsupported protocol version',
  data: { supported: LEGACY_REVISIONS, requested: MODERN_REVISION },
};

function codeOf(error: JsonValue): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error['code'] : null;
}
