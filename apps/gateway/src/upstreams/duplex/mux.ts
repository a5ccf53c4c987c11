// Many requests over one two-way stream: whose answer, progress or subscription a message of the server is, is known by id and
// token, and by nothing else. Where several clients share the stream, ids and tokens are replaced by the gateway's own.
import type { Result } from '../../errors.ts';
import type { JsonValue } from '../../protocols/json/types.ts';
import type { SendFailure } from '../failures.ts';
import type { Outlet } from './outlet.ts';
import { at, type Place, type RequestId, rewritten, type RpcMessage, textAt } from './rpc.ts';
import type { Channel } from './types.ts';

export interface MuxOptions {
  readonly channel: Channel;
  /** For messages: the server's registry name. */
  readonly server: string;
  /** Whether requests travel under ids of the gateway's own, because clients that know nothing of each other send them. */
  readonly isShared: boolean;
  /** What belongs to no request: notifications, and what the server asks. */
  readonly onUnrelated: (message: RpcMessage) => void;
}

export interface CallOptions {
  /** Whose ids these are. */
  readonly owner: string;
  readonly isModern: boolean;
  /** For a transport that has any. */
  readonly headers?: ReadonlyMap<string, string>;
  /** The server answered with this error, before anybody is told. */
  readonly onRefused?: (error: JsonValue) => void;
}

export interface Mux {
  /** Sends a request; its outlet gets what comes of it, or the failure to send it. */
  call(request: RpcMessage, outlet: Outlet, options: CallOptions): void;
  /** The one whom the outlet was for is gone: the server is told so where the protocol says, and its words are dropped. */
  abandon(outlet: Outlet): void;
  /** The owner cancels a request by its id: that request's own id, for the server; null where it has none open. */
  cancelled(owner: string, id: RequestId): RequestId | null;
  tell(
    message: Uint8Array,
    signal?: AbortSignal,
    headers?: ReadonlyMap<string, string>,
  ): Promise<Result<void, SendFailure>>;
  /** The outlet of the one request that is open; null where there is none, or are several. */
  only(): Outlet | null;
  isIdle(): boolean;
  pause(by: object): void;
  resume(by: object): void;
}

interface Open extends CallOptions {
  readonly wireId: RequestId;
  /** JSON text of what its client wrote. */
  readonly id: string;
  readonly token: string | null;
  readonly outlet: Outlet;
  /** Milliseconds of the monotonic clock; null while somebody waits. */
  abandonedAt: number | null;
}

/** Requests without an answer on one stream, abandoned ones included. */
const MAX_OPEN = 1_000;
/** How long the id of an abandoned request is kept from being used again, since its answer may still come. */
const REMEMBERED_MS = 10 * 60_000;
/** A server that was told of a cancellation, and still answers, has so long to do it. */
const CANCELLED_MS = 2_000;
const TELL_MS = 10_000;

export function createMux({ channel, server, isShared, onUnrelated }: MuxOptions): Mux {
  const open = new Map<string, Open>();
  const byToken = new Map<string, Open>();
  const pausedBy = new Set<object>();
  let lastId = 0;
  let ended: SendFailure | null = null;

  function forget(entry: Open): void {
    open.delete(keyOf(entry.wireId));
    if (entry.token !== null && byToken.get(entry.token) === entry) byToken.delete(entry.token);
  }

  const tell: Mux['tell'] = (message, signal = AbortSignal.timeout(TELL_MS), headers) =>
    channel.send(message, signal, headers);

  function refuse(reason: string, message: string): SendFailure {
    return { code: 'upstream_unavailable', reason: `\`${server}\`: ${reason}`, message, isSent: false };
  }

  function call(request: RpcMessage, outlet: Outlet, options: CallOptions): void {
    const { id } = request;
    if (ended !== null) return outlet.fail(refuse(ended.reason, 'it could not be reached: try again'));
    if (id === null) return;
    const wireId = isShared ? ++lastId : id;
    const now = performance.now();
    for (const old of open.values())
      if (old.abandonedAt !== null && now - old.abandonedAt > REMEMBERED_MS) forget(old);
    if (open.has(keyOf(wireId))) {
      const why = `a request of the id ${JSON.stringify(id)} is open in this session: use another id`;
      return outlet.fail({
        code: 'malformed_request',
        reason: why,
        message: why,
        status: 400,
        isSent: false,
      });
    }
    if (open.size >= MAX_OPEN)
      return outlet.fail(
        refuse(`${MAX_OPEN} requests are open`, 'too many requests are open: try again later'),
      );
    const token = textAt(request, 'progressToken');
    const entry: Open = { ...options, wireId, id: JSON.stringify(id), token, outlet, abandonedAt: null };
    open.set(keyOf(wireId), entry);
    if (token !== null && !isShared) byToken.set(token, entry);
    const own = JSON.stringify(wireId);
    const bytes = isShared ? rewritten(request, { id: own, progressToken: own }) : request.bytes;
    const sending = new AbortController();
    void outlet.response.then((response) => {
      if (!response.ok) sending.abort();
    });
    void channel.send(bytes, sending.signal, options.headers).then((sent) => {
      if (sent.ok) return;
      forget(entry);
      outlet.fail(sent.error);
    });
  }

  /** @param places where the server wrote the gateway's own id or token, and its client must find its own. */
  function restored(message: RpcMessage, entry: Open, places: readonly Place[]): Uint8Array {
    if (!isShared) return message.bytes;
    const own = places.map((place) => [place, place === 'progressOf' ? (entry.token ?? 'null') : entry.id]);
    return rewritten(message, Object.fromEntries(own) as Partial<Record<Place, string>>);
  }

  function onAnswer(message: RpcMessage): void {
    const entry = message.id === null ? undefined : open.get(keyOf(message.id));
    if (entry === undefined) return;
    forget(entry);
    if (message.value['error'] !== undefined) entry.onRefused?.(message.value['error']);
    if (entry.abandonedAt !== null) return;
    const status = entry.isModern ? statusOf(message) : 200;
    entry.outlet.put(restored(message, entry, ['id', 'subscriptionEnded']), true, status);
  }

  function related(message: RpcMessage): { entry: Open | undefined; place: Place } | null {
    if (message.method === 'notifications/progress') {
      const token = textAt(message, 'progressOf') ?? '';
      const entry = isShared ? open.get(token) : byToken.get(token);
      return { entry: entry?.token === null ? undefined : entry, place: 'progressOf' };
    }
    const subscription = at(message, 'subscription');
    if (typeof subscription !== 'string' && typeof subscription !== 'number') return null;
    return { entry: open.get(keyOf(subscription)), place: 'subscription' };
  }

  function onMessage(message: RpcMessage): void {
    if (message.kind === 'answer') return onAnswer(message);
    const found = message.kind === 'notification' ? related(message) : null;
    if (found === null) return onUnrelated(message);
    const { entry, place } = found;
    if (entry === undefined || entry.abandonedAt !== null) return;
    entry.outlet.put(restored(message, entry, [place]), false);
  }

  channel.listen({
    onMessage,
    onUnfit(id, failure) {
      const entry = open.get(keyOf(id));
      if (entry === undefined) return;
      forget(entry);
      entry.outlet.fail(failure);
    },
  });
  void channel.closed.then((failure) => {
    ended = failure;
    const all = [...open.values()];
    open.clear();
    byToken.clear();
    for (const { outlet } of all) outlet.fail(failure);
  });

  return {
    call,
    tell,
    abandon(outlet) {
      for (const entry of open.values()) {
        if (entry.outlet !== outlet) continue;
        entry.abandonedAt = performance.now();
        // SPEC: MCP 2026-07-28: whoever closes the stream of a request cancels it. In the older revisions he does not.
        if (!entry.isModern) continue;
        forget(entry);
        void tell(cancellation(entry.wireId));
      }
    },
    cancelled(owner, id) {
      const text = JSON.stringify(id);
      for (const entry of open.values()) {
        if (entry.owner !== owner || entry.id !== text) continue;
        const { outlet } = entry;
        const why = refuse('the caller cancelled the request', 'the call was cancelled');
        const timer = setTimeout(() => {
          entry.abandonedAt ??= performance.now();
          outlet.fail({ ...why, isSent: true });
        }, CANCELLED_MS);
        timer.unref();
        return entry.wireId;
      }
      return null;
    },
    only() {
      const waiting = [...open.values()].filter(({ abandonedAt }) => abandonedAt === null);
      return waiting.length === 1 ? (waiting[0]?.outlet ?? null) : null;
    },
    isIdle: () => [...open.values()].every(({ abandonedAt }) => abandonedAt !== null),
    pause(by) {
      pausedBy.add(by);
      channel.pause();
    },
    resume(by) {
      if (pausedBy.delete(by) && pausedBy.size === 0) channel.resume();
    },
  };
}

function cancellation(requestId: RequestId): Uint8Array {
  const params = { requestId, reason: 'the client closed the stream of this request' };
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }));
}

// SPEC: MCP 2026-07-28, streamable HTTP: these errors have a status of their own.
function statusOf({ value }: RpcMessage): number {
  const error = value['error'];
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  switch (code) {
    case -32601:
      return 404;
    case -32020:
    case -32021:
    case -32022:
      return 400;
    default:
      return 200;
  }
}

/** `1` and `"1"` are two ids. */
function keyOf(id: RequestId): string {
  return JSON.stringify(id);
}
