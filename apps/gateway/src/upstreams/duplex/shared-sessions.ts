// Sessions of many clients on one process, which has a single session of its own: the gateway opened that one, and says to each
// client what it was told. What would be the state of one client's session is not offered.
import { randomUUID } from 'node:crypto';
import { createCrowd } from '../../crowd.ts';
import type { Result } from '../../errors.ts';
import { isLegacyRevision } from '../../protocols/mcp/operations.ts';
import type { OutboundRequest } from '../exchange.ts';
import type { SendFailure } from '../failures.ts';
import { type Hello, shakeHands } from './handshake.ts';
import { createKeyed } from './keyed.ts';
import { openOutlet, type Outlet } from './outlet.ts';
import type { Pool } from './pool.ts';
import type { StreamLimits } from './private-session.ts';
import { idOf, isOf, type Reply, type Sessions } from './private-sessions.ts';
import { bare, errorReply, resultReply, sessionNotFound } from './replies.ts';
import { at, readRpc, rewritten, type RpcMessage } from './rpc.ts';
import { createSharedStream, type SharedStream } from './shared-stream.ts';

interface Session {
  readonly id: string;
  readonly principal: string;
  /** The revision that its client asked for: its process is opened with it. */
  readonly wanted: string;
  readonly revision: string;
  standalone: Outlet | null;
}

interface Opened {
  readonly stream: SharedStream;
  readonly hello: Hello;
}

/** Of one principal, and of all: whoever has most makes room. */
const LIMITS = { each: { count: 1_000, size: 1_000 }, all: { count: 10_000, size: 10_000 } };
const NEWEST = '2025-11-25';
/** Whom a shared connection counts as in the pool: nobody in particular. */
export const EVERYBODY = 'everybody';
/** State of a session: on a shared process it would be everybody's. */
const NOT_SHARED: ReadonlySet<string> = new Set([
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
]);

export function createSharedSessions(
  server: string,
  pool: Pool,
  limits: StreamLimits,
  version: string,
): Sessions {
  const sessions = new Map<string, Session>();
  const crowd = createCrowd<Session>(LIMITS);
  const opened = createKeyed<Opened>(start);

  async function start(
    wanted: string,
  ): Promise<Result<{ value: Opened; over: Promise<unknown> }, SendFailure>> {
    const started = await pool.start(EVERYBODY, new AbortController().signal);
    if (!started.ok) return started;
    const { channel, keepWhile, release } = started.value;
    const stream = createSharedStream(channel, server, limits, (message) => onNotification(message, wanted));
    keepWhile(() => !stream.mux.isIdle() || listeners(wanted).length > 0);
    const hello = await shakeHands(stream, server, wanted, version);
    if (hello.ok) return { ok: true, value: { value: { stream, hello: hello.value }, over: channel.closed } };
    await release();
    return hello;
  }

  function listeners(wanted: string): Outlet[] {
    return [...sessions.values()].flatMap(({ wanted: theirs, standalone }) =>
      theirs === wanted && standalone !== null ? [standalone] : [],
    );
  }

  function onNotification(message: RpcMessage, wanted: string): void {
    // SECURITY: whose data any other notification holds cannot be known.
    if (!message.method.endsWith('/list_changed')) return;
    for (const outlet of listeners(wanted)) outlet.put(Buffer.from(listChanged(message.method)), false);
  }

  function listen(request: OutboundRequest, session: Session): Reply {
    session.standalone?.end();
    const outlet = openOutlet({
      server,
      signal: request.signal,
      onFirstByte: request.onFirstByte,
      headers: new Map(),
      firstMs: null,
      idleMs: 0,
      maxWaiting: limits.maxWaiting,
      onGone: () => {
        if (session.standalone === outlet) session.standalone = null;
      },
      onFull: () => undefined,
      onDrained: () => undefined,
    });
    session.standalone = outlet;
    return outlet.response;
  }

  async function post(request: OutboundRequest, session: Session): Reply {
    const message = readRpc(request.body ?? new Uint8Array());
    if (message === null) return bare(400);
    if (message.kind === 'request' && message.id !== null && NOT_SHARED.has(message.method)) {
      const text = `\`${message.method}\` is not offered: several clients use this server's process`;
      return errorReply(200, message.id, { code: -32601, message: text });
    }
    const cancels = message.method === 'notifications/cancelled' ? at(message, 'cancels') : undefined;
    const isCancel = typeof cancels === 'string' || typeof cancels === 'number';
    // The process has its own handshake, and was never told of this client's roots.
    if (message.kind !== 'request' && !isCancel) return bare(202);
    const found = await opened.get(session.wanted);
    if (!found.ok) return found;
    const { stream, hello } = found.value;
    if (hello.revision !== session.revision) return end(session, message.id);
    if (message.kind === 'request')
      return stream.call(request, message, { owner: session.id, isModern: false });
    const wireId = isCancel ? stream.mux.cancelled(session.id, cancels) : null;
    if (wireId !== null)
      void stream.mux.tell(rewritten(message, { cancels: JSON.stringify(wireId) }), request.signal);
    return bare(202);
  }

  /** The process is another, and speaks another revision: its sessions are over. */
  function end(session: Session, id: RpcMessage['id']): Awaited<Reply> {
    sessions.delete(session.id);
    crowd.delete(session);
    session.standalone?.end();
    return sessionNotFound(id);
  }

  return {
    async open(_request, message, principal) {
      const asked = (message.value['params'] as Readonly<Record<string, unknown>> | undefined)?.[
        'protocolVersion'
      ];
      const wanted = typeof asked === 'string' && isLegacyRevision(asked) ? asked : NEWEST;
      const found = await opened.get(wanted);
      if (!found.ok) return found;
      const { revision, result } = found.value.hello;
      const session: Session = { id: randomUUID(), principal, wanted, revision, standalone: null };
      sessions.set(session.id, session);
      crowd.put(principal, session, 1);
      for (let gone = crowd.excess(); gone !== null; gone = crowd.excess()) end(gone, null);
      return resultReply(message.id ?? 0, result, { 'mcp-session-id': session.id });
    },
    async send(request, id) {
      const session = sessions.get(id);
      if (session === undefined || !isOf(session.principal, request)) return sessionNotFound(idOf(request));
      if (request.method === 'GET') return listen(request, session);
      if (request.method === 'POST') return post(request, session);
      end(session, null);
      return bare(200);
    },
    count: () => sessions.size,
  };
}

function listChanged(method: string): string {
  return JSON.stringify({ jsonrpc: '2.0', method });
}
