// One session of the old HTTP+SSE transport (2024-11-05): an event stream from the server, and messages by POST to the address
// that the stream begins with. When the stream ends, what was asked on it is unknown, and nothing is sent again.
import { ok, type Result } from '../../errors.ts';
import { createSseSplitter, type SsePiece } from '../../protocols/sse.ts';
import type { UpstreamClient } from '../client.ts';
import { unavailable } from '../duplex/replies.ts';
import { readRpc } from '../duplex/rpc.ts';
import type { Channel, ChannelEvents } from '../duplex/types.ts';
import { invalidAnswer, type SendFailure } from '../failures.ts';
import { idAtEdges } from '../stdio/lines.ts';
import { endpointOf } from './endpoint.ts';
import { messageOf } from '../../message-of.ts';

export interface SseChannelOptions {
  readonly server: string;
  /** Of the event stream. */
  readonly url: string;
  readonly client: UpstreamClient;
  /** The server's credential, as it is now. */
  readonly credential: () => Promise<Result<ReadonlyMap<string, string>>>;
  readonly maxEventBytes: number;
  /** For the operator. */
  readonly tell: (message: string) => void;
}

/** Of the session that the gateway keeps with its own client, and of the stream that carries a message back to it. */
const NOT_SENT_ON: ReadonlySet<string> = new Set(['mcp-session-id', 'last-event-id', 'accept']);
const COULD_NOT_OPEN = 'the server behind this gateway could not be reached: try again later';

export async function openSseChannel(
  options: SseChannelOptions,
  signal: AbortSignal,
): Promise<Result<Channel, SendFailure>> {
  const { server, url, client } = options;
  const credential = await options.credential();
  if (!credential.ok) return { ok: false, error: { ...credential.error, isSent: false } };
  const ending = new AbortController();
  const headers = new Map([['accept', 'text/event-stream'], ...credential.value]);
  const opened = await client.send(url, {
    method: 'GET',
    headers,
    body: null,
    signal: AbortSignal.any([signal, ending.signal]),
  });
  // Whatever it was, no message of anybody was sent.
  if (!opened.ok) return { ok: false, error: { ...opened.error, isSent: false } };
  const { status, headers: answered, body } = opened.value;
  const type = answered.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (status !== 200 || type !== 'text/event-stream') {
    await body.cancel().catch(() => undefined);
    return notOpened(
      server,
      `it answers with HTTP ${status} and \`${type ?? 'no content type'}\`, and no event stream`,
    );
  }
  const events = eventsOf(body, options.maxEventBytes);
  try {
    const first = await events.next();
    const data = first.done === true ? null : first.value;
    if (data === null || data.event !== 'endpoint')
      return await close(notOpened(server, 'its event stream does not begin with the address for messages'));
    const found = endpointOf(textOf(data), url);
    if (!found.ok) return await close(notOpened(server, found.why));
    return ok(channelOf(options, found.url, events, ending));
  } catch (error) {
    const why = signal.aborted ? 'it did not name the address for messages in time' : messageOf(error);
    return close(notOpened(server, why));
  }

  async function close<T>(result: T): Promise<T> {
    ending.abort();
    await events.return(undefined).catch(() => undefined);
    return result;
  }
}

function channelOf(
  { server, client, credential, tell }: SseChannelOptions,
  endpoint: string,
  stream: AsyncGenerator<SsePiece, void>,
  ending: AbortController,
): Channel {
  const { promise: closed, resolve: close } = Promise.withResolvers<SendFailure>();
  let open = Promise.withResolvers<void>();
  let isPaused = false;
  let isOver = false;

  function end(failure: SendFailure): void {
    isOver = true;
    close(failure);
    ending.abort();
    open.resolve();
  }

  function onEvent(piece: SsePiece, { onMessage, onUnfit }: ChannelEvents): void {
    // SECURITY: the address is named once; a later one is not followed.
    if (piece.event !== 'message' || piece.data === null) return;
    const message = readRpc(piece.data);
    if (message !== null) return onMessage(message);
    const text = textOf(piece);
    const id = idAtEdges(text.slice(0, 512), text.slice(-512));
    if (id !== null) onUnfit(id, invalidAnswer(server, 'it is no JSON-RPC message that can be read'));
    else tell(`server \`${server}\` sends events that are no JSON-RPC messages: they are left out`);
  }

  async function read(events: ChannelEvents): Promise<void> {
    try {
      for await (const piece of stream) {
        if (isPaused) await open.promise;
        if (isOver) break;
        onEvent(piece, events);
      }
      end(broken(server, 'its event stream ended'));
    } catch (error) {
      end(broken(server, `its event stream broke off: ${messageOf(error)}`));
    }
  }

  return {
    closed,
    listen: (events) => void read(events),
    async send(message, signal, headers = new Map()) {
      if (isOver)
        return { ok: false, error: unavailable(server, 'its event stream is over', COULD_NOT_OPEN) };
      const own = await credential();
      if (!own.ok) return { ok: false, error: { ...own.error, isSent: false } };
      const passed = [...headers].filter(([name]) => !NOT_SENT_ON.has(name));
      const sent = await client.send(endpoint, {
        method: 'POST',
        headers: new Map([...passed, ['content-type', 'application/json'], ...own.value]),
        body: message,
        signal: AbortSignal.any([signal, ending.signal]),
      });
      if (!sent.ok) return sent;
      await sent.value.body.cancel().catch(() => undefined);
      const { status } = sent.value;
      return status < 300
        ? ok(undefined)
        : { ok: false, error: invalidAnswer(server, `it did not take the message: HTTP ${status}`) };
    },
    pause() {
      if (isPaused) return;
      isPaused = true;
      open = Promise.withResolvers<void>();
    },
    resume() {
      isPaused = false;
      open.resolve();
    },
    async close() {
      end({ ...unavailable(server, 'the gateway closed its event stream', STOPPED), isSent: true });
      await stream.return(undefined).catch(() => undefined);
    },
  };
}

const STOPPED =
  'the session with the server behind this gateway was closed: the call may have been carried out';

async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  maxEventBytes: number,
): AsyncGenerator<SsePiece, void> {
  const splitter = createSseSplitter(maxEventBytes);
  for await (const chunk of body)
    for (const piece of splitter.push(chunk)) if (piece.data !== null) yield piece;
}

function textOf({ data }: SsePiece): string {
  return Buffer.from(data ?? []).toString('utf8');
}

function notOpened(server: string, why: string): Result<never, SendFailure> {
  return { ok: false, error: unavailable(server, why, COULD_NOT_OPEN) };
}

function broken(server: string, why: string): SendFailure {
  return {
    code: 'upstream_unavailable',
    reason: `\`${server}\`: ${why}`,
    message: 'the connection to the server behind this gateway broke: the call may have been carried out',
    isSent: true,
  };
}
