// One HTTP exchange on a connection of the pool: raw bytes out, raw bytes back as they come, at the reader's pace. No
// redirect is followed, nothing is decompressed, and nothing is sent a second time.
import type { Dispatcher } from 'undici';
import type { Result } from '../errors.ts';
import { createOutlet, type Outlet } from '../flow.ts';
import type { UpstreamResponse } from '../pipeline/types.ts';
import { callerGone, dialFailure, exchangeFailure, invalidAnswer, type SendFailure } from './failures.ts';

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** By lower-cased name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array | null;
  readonly signal: AbortSignal;
  /** For whom: connections that keep a state are never shared by two principals unless the server's manifest says so. */
  readonly principal?: string;
  /** Told when the first byte of what is in the answer comes; once, or not at all. */
  readonly onFirstByte?: (() => void) | undefined;
}

export interface Exchange extends OutboundRequest {
  readonly origin: string;
  readonly path: string;
  readonly headersTimeoutMs: number;
  /** 0 is for ever. */
  readonly idleTimeoutMs: number;
}

type Answer = Result<UpstreamResponse, SendFailure>;

/** What of an answer may wait for its reader before the connection is paused. */
const READ_AHEAD = { bytes: 64 * 1024, chunks: 256 };
// Two of these and readers differ on which one counts.
const SINGLE: readonly string[] = ['content-type', 'mcp-session-id', 'content-encoding', 'retry-after'];

export function exchange(dispatcher: Dispatcher, request: Exchange): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const { origin, path, method, body, signal } = request;
  let connection: Dispatcher.DispatchController | null = null;
  let out: Outlet | null = null;
  let hasBegun = false;

  const onAbort = (): void => {
    resolve(failed(callerGone(origin, connection !== null)));
    connection?.abort(new Error('the caller went away'));
  };
  const stopListening = (): void => signal.removeEventListener('abort', onAbort);
  if (signal.aborted) return Promise.resolve(failed(callerGone(origin, false)));
  signal.addEventListener('abort', onAbort, { once: true });

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(controller) {
      // Called when there is a connection and before anything is written to it.
      if (signal.aborted) controller.abort(new Error('the caller went away'));
      else connection = controller;
    },
    onResponseStart(controller, status, headers) {
      if (status < 200) return;
      const read = readHeaders(headers);
      const problem = read.ok ? unfitAnswer(status, read.value) : read.error;
      if (!read.ok || problem !== null) {
        resolve(failed(invalidAnswer(origin, String(problem))));
        controller.abort(new Error('the answer was refused'));
        return;
      }
      out = createOutlet({
        wanted: () => controller.resume(),
        cancel(reason) {
          out = null;
          controller.abort(reason instanceof Error ? reason : new Error('the answer is no longer wanted'));
        },
      });
      resolve({ ok: true, value: { status, headers: read.value, body: out.stream } });
    },
    onResponseData(controller, chunk) {
      if (!hasBegun && out !== null) {
        hasBegun = true;
        request.onFirstByte?.();
      }
      out?.write(chunk);
      if (out !== null && isMuch(out.waiting)) controller.pause();
    },
    onResponseEnd() {
      stopListening();
      out?.end();
      out = null;
    },
    onResponseError(_controller, error) {
      stopListening();
      const failure = connection === null ? dialFailure(origin, error) : exchangeFailure(origin, error);
      resolve(failed(failure));
      out?.fail(new Error(failure.reason, { cause: error }));
      out = null;
    },
  };
  dispatcher.dispatch(
    {
      origin,
      path,
      method,
      body,
      // Whatever comes back must be readable as it is: it is inspected and recorded.
      headers: { ...Object.fromEntries(request.headers), 'accept-encoding': 'identity' },
      headersTimeout: request.headersTimeoutMs,
      bodyTimeout: request.idleTimeoutMs,
    },
    handler,
  );
  return promise;
}

function readHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Result<ReadonlyMap<string, string>, string> {
  const read = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (typeof value !== 'string' && SINGLE.includes(name)) {
      return { ok: false, error: `it has more than one \`${name}\` header` };
    }
    read.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return { ok: true, value: read };
}

function unfitAnswer(status: number, headers: ReadonlyMap<string, string>): string | null {
  // SECURITY: following it would take the call, and its credential, to a place that no operator named.
  if (status < 400 && status >= 300)
    return `it is a redirect (${status}): register the server under its own address`;
  const encoding = headers.get('content-encoding');
  if (encoding !== undefined && encoding !== 'identity')
    return `it is encoded as \`${encoding}\`, which was not asked for`;
  return null;
}

function isMuch({ bytes, chunks }: Outlet['waiting']): boolean {
  return bytes >= READ_AHEAD.bytes || chunks >= READ_AHEAD.chunks;
}

function failed(error: SendFailure): Answer {
  return { ok: false, error };
}
