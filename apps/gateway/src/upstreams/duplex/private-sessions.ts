// Sessions that each have a connection of their own: nothing of one principal can reach another, whatever the server does.
import { randomUUID } from 'node:crypto';
import type { Result } from '../../errors.ts';
import type { UpstreamResponse } from '../../pipeline/types.ts';
import type { OutboundRequest } from '../exchange.ts';
import type { SendFailure } from '../failures.ts';
import type { Held, Pool } from './pool.ts';
import { createPrivateSession, type PrivateSession, type StreamLimits } from './private-session.ts';
import { bare, sessionNotFound } from './replies.ts';
import { readRpc, type RpcMessage } from './rpc.ts';

export type Reply = Promise<Result<UpstreamResponse, SendFailure>>;

export interface Sessions {
  open(request: OutboundRequest, message: RpcMessage, principal: string): Reply;
  /** A message, the standalone stream, or the end of a session. */
  send(request: OutboundRequest, id: string): Reply;
  count(): number;
}

export function createPrivateSessions(server: string, pool: Pool, limits: StreamLimits): Sessions {
  const sessions = new Map<
    string,
    { readonly principal: string; readonly held: Held; readonly session: PrivateSession }
  >();
  return {
    async open(request, _message, principal) {
      const started = await pool.start(principal, request.signal);
      if (!started.ok) return started;
      const held = started.value;
      const id = randomUUID();
      const session = createPrivateSession(held.channel, server, limits);
      held.keepWhile(() => !session.isIdle());
      sessions.set(id, { principal, held, session });
      const end = () => {
        sessions.delete(id);
        void held.release();
      };
      void held.channel.closed.then(end);
      const response = await session.open(request, new Map([['mcp-session-id', id]]), end);
      if (!response.ok) end();
      return response;
    },
    async send(request, id) {
      const found = sessions.get(id);
      if (found === undefined || !isOf(found.principal, request)) return sessionNotFound(idOf(request));
      if (request.method !== 'DELETE') return found.session.send(request);
      sessions.delete(id);
      void found.held.release();
      return bare(200);
    },
    count: () => sessions.size,
  };
}

/** SECURITY: the gateway binds session ids to principals itself; here it is the last look before somebody else's process. */
export function isOf(principal: string, request: OutboundRequest): boolean {
  return request.principal === undefined || request.principal === principal;
}

export function idOf({ body }: OutboundRequest): string | number | null {
  return body === null ? null : (readRpc(body)?.id ?? null);
}
