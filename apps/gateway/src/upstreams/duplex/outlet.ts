// What a server says to one request, as the answer to an HTTP request: one JSON body where the answer is all there is, else an
// event stream. Bounded: a reader that is slower than its server is waited for, or cut off.
import { ok, type Result } from '../../errors.ts';
import type { UpstreamResponse } from '../../pipeline/types.ts';
import { callerGone, type SendFailure } from '../failures.ts';
import { onOneLine } from './rpc.ts';

type Answer = Result<UpstreamResponse, SendFailure>;

export interface Outlet {
  readonly response: Promise<Answer>;
  /** @param status of an answer that is told as one body. */
  put(message: Uint8Array, isFinal: boolean, status?: number): void;
  fail(failure: SendFailure): void;
  /** The end of a stream that needs no last word. */
  end(): void;
}

export interface OutletOptions {
  /** For messages: the server's registry name. */
  readonly server: string;
  readonly signal: AbortSignal;
  readonly headers: ReadonlyMap<string, string>;
  /** How long the server may take to begin; null is for ever, and a stream from the start. */
  readonly firstMs: number | null;
  /** How long it may then be silent; 0 is for ever. */
  readonly idleMs: number;
  /** Bytes that may wait for their reader before it is cut off; null waits for the reader, by `onFull`. */
  readonly maxWaiting: number | null;
  /** Nobody waits any more, before the last word was said. */
  readonly onGone: () => void;
  readonly onFull: () => void;
  readonly onDrained: () => void;
  /** The server said the first word. */
  readonly onFirstByte?: (() => void) | undefined;
}

/** Bytes that may wait for their reader before the server is paused. */
const READ_AHEAD = 64 * 1024;

export function openOutlet(options: OutletOptions): Outlet {
  const { server, signal, headers, firstMs, idleMs, maxWaiting } = options;
  const { promise, resolve } = Promise.withResolvers<Answer>();
  let out: ReadableStreamDefaultController<Uint8Array> | null = null;
  let isOver = false;
  let isFull = false;
  let hasBegun = false;
  let timer: NodeJS.Timeout | undefined;

  const drained = (): void => {
    if (isFull) options.onDrained();
    isFull = false;
  };

  /** True the first time. */
  function finish(): boolean {
    if (isOver) return false;
    isOver = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    drained();
    return true;
  }

  function fail(failure: SendFailure): void {
    if (!finish()) return;
    if (out === null) resolve({ ok: false, error: failure });
    else out.error(new Error(failure.reason));
  }

  function giveUp(failure: SendFailure): void {
    if (isOver) return;
    fail(failure);
    options.onGone();
  }

  function onAbort(): void {
    giveUp(callerGone(server, true));
  }

  function watch(ms: number): void {
    clearTimeout(timer);
    if (ms === 0) return;
    timer = setTimeout(() => giveUp(silent(server)), ms);
    timer.unref();
  }

  function stream(): ReadableStreamDefaultController<Uint8Array> {
    if (out !== null) return out;
    const body = new ReadableStream<Uint8Array>(
      {
        start(controller) {
          out = controller;
        },
        pull: drained,
        cancel() {
          if (finish()) options.onGone();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: READ_AHEAD }),
    );
    const type = [['content-type', 'text/event-stream']] as const;
    resolve(ok({ status: 200, headers: new Map([...headers, ...type]), body }));
    return out as unknown as ReadableStreamDefaultController<Uint8Array>;
  }

  if (signal.aborted) {
    isOver = true;
    resolve({ ok: false, error: callerGone(server, true) });
  } else {
    signal.addEventListener('abort', onAbort, { once: true });
    if (firstMs === null) stream();
    else watch(firstMs);
  }

  return {
    response: promise,
    put(message, isFinal, status = 200) {
      if (isOver) return;
      if (!hasBegun) {
        hasBegun = true;
        options.onFirstByte?.();
      }
      if (isFinal && out === null) {
        finish();
        const type = [['content-type', 'application/json']] as const;
        resolve(ok({ status, headers: new Map([...headers, ...type]), body: bodyOf(message) }));
        return;
      }
      const to = stream();
      to.enqueue(Buffer.concat([EVENT, onOneLine(message), EVENT_END]));
      if (isFinal) {
        finish();
        to.close();
        return;
      }
      watch(idleMs);
      const waiting = READ_AHEAD - (to.desiredSize ?? 0);
      if (maxWaiting !== null && waiting > maxWaiting) giveUp(tooSlow(server));
      else if (waiting >= READ_AHEAD && !isFull) {
        isFull = true;
        options.onFull();
      }
    },
    fail,
    end() {
      if (finish()) out?.close();
    },
  };
}

const EVENT = Buffer.from('event: message\ndata: ');
const EVENT_END = Buffer.from('\n\n');

export function bodyOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(out) {
      if (bytes.byteLength > 0) out.enqueue(bytes);
      out.close();
    },
  });
}

function silent(server: string): SendFailure {
  return {
    code: 'upstream_timeout',
    reason: `\`${server}\` did not answer in time`,
    message: 'the server behind this gateway did not answer in time: the call may have been carried out',
    isSent: true,
  };
}

function tooSlow(server: string): SendFailure {
  return {
    code: 'upstream_unavailable',
    reason: `the caller reads slower than \`${server}\` writes, and others use its process too: it was cut off`,
    message: 'the answer was read too slowly: the call may have been carried out',
    isSent: true,
  };
}
