// The live stream of entries (server-sent events, id = entry index). Reconnects for ever and from where it stopped,
// so that nothing is lost between two connections; says when it is not live.
import { backoffMs } from './backoff.ts';
import { BASE, fetchSession } from './client.ts';
import { ApiError } from './error.ts';
import type { StreamEvent } from './types.ts';

export interface EntryStreamListener {
  readonly onEvent: (event: StreamEvent) => void;
  readonly onStatus: (status: 'live' | 'reconnecting' | 'signed_out') => void;
}

/**
 * Streams every entry from index `from` on, until the returned function is called.
 *
 * WHY: the browser retries a dropped connection by itself, but gives up for good on any HTTP error; a gateway that
 * restarts answers with one, so that case is retried here.
 */
export function openEntryStream(from: number, listener: EntryStreamListener): () => void {
  let next = from;
  let attempt = 0;
  let source: EventSource | undefined;
  let timer: number | undefined;
  let closed = false;

  const connect = (): void => {
    source = new EventSource(`${BASE}/calls/stream?from=${next}`);
    source.addEventListener('open', () => {
      attempt = 0;
      listener.onStatus('live');
    });
    source.addEventListener('entry', (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as StreamEvent;
      // A reconnection may repeat the last entry.
      if (event.index < next) return;
      next = event.index + 1;
      listener.onEvent(event);
    });
    source.addEventListener('error', () => {
      listener.onStatus('reconnecting');
      if (source?.readyState === EventSource.CLOSED) void retry();
    });
  };

  const retry = async (): Promise<void> => {
    attempt += 1;
    const signedOut = await fetchSession().then(
      () => false,
      (error: unknown) => error instanceof ApiError && error.status === 401,
    );
    if (closed) return;
    if (signedOut) listener.onStatus('signed_out');
    else timer = window.setTimeout(connect, backoffMs(attempt, Math.random()));
  };

  connect();
  return () => {
    closed = true;
    window.clearTimeout(timer);
    source?.close();
  };
}
