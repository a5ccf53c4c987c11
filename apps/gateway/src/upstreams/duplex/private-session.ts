// One client session on a two-way stream that is its alone: every byte is the client's or the server's own. What the server
// says outside of any answer goes where its client listens.
import type { Result } from '../../errors.ts';
import type { UpstreamResponse } from '../../pipeline/types.ts';
import type { OutboundRequest } from '../exchange.ts';
import type { SendFailure } from '../failures.ts';
import { createMux } from './mux.ts';
import { openOutlet, type Outlet, type OutletOptions } from './outlet.ts';
import { bare, refusedAsk } from './replies.ts';
import { at, readRpc, type RpcMessage } from './rpc.ts';
import type { Channel } from './types.ts';

export interface StreamLimits {
  /** How long a server may take to begin its answer, in milliseconds. */
  readonly firstMs: number;
  /** How long an answer that has begun may be silent; 0 is for ever. */
  readonly idleMs: number;
  /** Bytes that one answer may have waiting for a slow reader where others use the same stream. */
  readonly maxWaiting: number;
}

export interface PrivateSession {
  send(request: OutboundRequest): Reply;
  /** The first request: its answer carries `headers`, unless it is an error. */
  open(request: OutboundRequest, headers: ReadonlyMap<string, string>, onRefused: () => void): Reply;
  isIdle(): boolean;
}

type Reply = Promise<Result<UpstreamResponse, SendFailure>>;

/** What a server may say before its client listens. */
const MAX_EARLY = 64;
const MAX_EARLY_BYTES = 256 * 1024;
/** Open questions whose stream is remembered, so that what takes one back follows it. */
const MAX_ASKED = 64;
const OWNER = 'session';
const NO_HEADERS: ReadonlyMap<string, string> = new Map();

export function createPrivateSession(channel: Channel, server: string, limits: StreamLimits): PrivateSession {
  let standalone: Outlet | null = null;
  let early: RpcMessage[] = [];
  const askedOn = new Map<string, Outlet>();
  const mux = createMux({ channel, server, isShared: false, onUnrelated });
  void channel.closed.then(() => standalone?.end());

  function onUnrelated(message: RpcMessage): void {
    const outlet = outletFor(message);
    if (outlet === null) return keepEarly(message);
    if (message.kind === 'request' && message.id !== null) {
      askedOn.set(JSON.stringify(message.id), outlet);
      const [oldest] = askedOn.keys();
      if (askedOn.size > MAX_ASKED && oldest !== undefined) askedOn.delete(oldest);
    }
    outlet.put(message.bytes, false);
  }

  function outletFor(message: RpcMessage): Outlet | null {
    // A server asks because of the call that it carries out: if that is the only one, the question is put in its chain.
    if (message.kind === 'request') return mux.only() ?? standalone;
    const takenBack = message.method === 'notifications/cancelled' ? at(message, 'cancels') : undefined;
    const asked = askedOn.get(JSON.stringify(takenBack));
    return asked ?? standalone ?? mux.only();
  }

  function keepEarly(message: RpcMessage): void {
    early.push(message);
    let bytes = early.reduce((sum, each) => sum + each.bytes.byteLength, 0);
    while (early.length > MAX_EARLY || bytes > MAX_EARLY_BYTES) {
      const dropped = early.shift();
      if (dropped === undefined) break;
      bytes -= dropped.bytes.byteLength;
      if (dropped.kind === 'request' && dropped.id !== null)
        void mux.tell(refusedAsk(dropped.id, dropped.method));
    }
  }

  function openFor(
    request: OutboundRequest,
    headers: ReadonlyMap<string, string>,
    more: Partial<OutletOptions>,
  ): Outlet {
    const outlet: Outlet = openOutlet({
      server,
      signal: request.signal,
      onFirstByte: request.onFirstByte,
      headers,
      firstMs: limits.firstMs,
      idleMs: limits.idleMs,
      maxWaiting: null,
      onGone: () => mux.abandon(outlet),
      onFull: () => mux.pause(outlet),
      onDrained: () => mux.resume(outlet),
      ...more,
    });
    return outlet;
  }

  function listen(request: OutboundRequest): Reply {
    // A client that comes again has lost the stream that it had, whether or not that was noticed here.
    standalone?.end();
    const outlet = openFor(request, NO_HEADERS, {
      firstMs: null,
      idleMs: 0,
      onGone: () => {
        if (standalone === outlet) standalone = null;
      },
    });
    standalone = outlet;
    const missed = early;
    early = [];
    for (const message of missed) onUnrelated(message);
    return outlet.response;
  }

  async function tell(message: RpcMessage, { signal, headers }: OutboundRequest): Reply {
    const sent = await mux.tell(message.bytes, signal, headers);
    return sent.ok ? bare(202) : sent;
  }

  function call(
    request: OutboundRequest,
    message: RpcMessage,
    headers: ReadonlyMap<string, string>,
    onRefused?: () => void,
  ): Reply {
    const outlet = openFor(request, headers, {});
    const refused = onRefused === undefined ? {} : { onRefused };
    mux.call(message, outlet, { owner: OWNER, isModern: false, headers: request.headers, ...refused });
    return outlet.response;
  }

  return {
    async send(request) {
      if (request.method === 'GET') return listen(request);
      const message = readRpc(request.body ?? new Uint8Array());
      if (message === null) return bare(400);
      if (message.kind === 'request') return call(request, message, NO_HEADERS);
      const cancels = message.method === 'notifications/cancelled' ? at(message, 'cancels') : undefined;
      if (typeof cancels === 'string' || typeof cancels === 'number') mux.cancelled(OWNER, cancels);
      return tell(message, request);
    },
    async open(request, headers, onRefused) {
      const message = readRpc(request.body ?? new Uint8Array());
      return message === null ? bare(400) : call(request, message, headers, onRefused);
    },
    isIdle: () => mux.isIdle() && standalone === null,
  };
}
