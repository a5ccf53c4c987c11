// Puts the live stream onto HTTP: a body that is only filled as fast as it is read, and a connection that is cut when
// it is not read at all.
import type { Context } from 'hono';
import type { AdminDeps } from './deps.ts';
import type { Standing } from './principal.ts';
import { SlowReader, streamEntries, type StreamTimes } from './stream.ts';

const STREAM_TIMES: StreamTimes = { heartbeatMs: 15_000, stallMs: 30_000 };

const encoder = new TextEncoder();

interface StreamRequest {
  /** First index to send. */
  readonly from: number;
  /** Of whoever reads. */
  readonly standing: Standing;
  readonly times?: StreamTimes;
}

export function serveStream(
  c: Context,
  deps: Pick<AdminDeps, 'readers' | 'onCommitted' | 'report'>,
  { from, standing, times = STREAM_TIMES }: StreamRequest,
): Response {
  const gone = new AbortController();
  let wanted = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const write = (text: string): Promise<void> => {
          if (gone.signal.aborted) return Promise.resolve();
          wanted = Promise.withResolvers();
          controller.enqueue(encoder.encode(text));
          return wanted.promise;
        };
        streamEntries(deps, from, { write, signal: gone.signal, standing }, times).then(
          () => {
            if (!gone.signal.aborted) controller.close();
          },
          (error: unknown) => {
            if (!(error instanceof SlowReader)) deps.report(error);
            gone.abort();
            cut(c, controller, error);
          },
        );
      },
      pull: () => wanted.resolve(),
      cancel() {
        gone.abort();
        wanted.resolve();
      },
    },
    { highWaterMark: 1 },
  );
  return c.body(body, 200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-transform',
    // Reverse proxies that buffer would turn "live" into "sometime".
    'X-Accel-Buffering': 'no',
  });
}

/** An ended body would look like a whole one: the socket itself is dropped, so that the reader knows to resume. */
function cut(c: Context, controller: ReadableStreamDefaultController, error: unknown): void {
  const outgoing = (c.env as { outgoing?: { destroy(): void } } | undefined)?.outgoing;
  if (outgoing === undefined) controller.error(error);
  else outgoing.destroy();
}
