// Relays a stream of server-sent events: piece by piece as they come, never buffering more than one event, at the pace
// of the reader. Untouched events keep their bytes. A held event's last bytes, those that make a client dispatch it,
// wait until its promise resolves: no outcome on record, no answer (DESIGN section 9).
import { createSseSplitter, SseError, type SsePiece } from './sse.ts';

/** What becomes of a piece of the stream. */
export type SseAction =
  | 'pass'
  | 'drop'
  /** Sent in its place. */
  | Uint8Array
  /** `bytes` (or the piece itself) is sent but for what dispatches it, which waits. If it rejects, the stream breaks off. */
  | { readonly hold: Promise<unknown>; readonly bytes?: Uint8Array };

/** Puts an event of the gateway's own between those of the stream; false where the stream is over. */
export type SseInsert = (event: Uint8Array) => boolean;

export interface SseRelayOptions {
  readonly maxEventBytes: number;
  /** Called once, before anything is read. */
  readonly onOpen?: (insert: SseInsert) => void;
  /** What is sent in the place of a comment, or of another piece without data; without it they pass. */
  readonly quieten?: (piece: SsePiece) => Uint8Array;
  /**
   * The source ended, failed, or its reader went away: called exactly once, unless `onEvent` or a hold failed. For
   * `ended` and `failed`, the bytes it gives are sent last; without any, a failure breaks the stream off.
   */
  readonly onEnd?: (end: SseEnd) => Promise<Uint8Array | null> | Uint8Array | null;
}

export type SseEnd =
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'cancelled'; readonly reason: unknown };

/** @param onEvent sees every piece that holds data, in order; comments and empty lines pass by themselves. */
export function relayEvents(
  source: ReadableStream<Uint8Array>,
  onEvent: (piece: SsePiece) => SseAction | Promise<SseAction>,
  options: SseRelayOptions,
): ReadableStream<Uint8Array> {
  const splitter = createSseSplitter(options.maxEventBytes);
  const reader = source.getReader();
  let isCancelled = false;
  let isOver = false;
  let hasSent = false;
  /** While one event is on its way, others wait: an event must not end up within another. */
  let isSending = false;
  let inserted: Uint8Array[] = [];

  function flush(out: Output): void {
    const waiting = inserted;
    inserted = [];
    for (const event of waiting) enqueue(out, event);
  }

  function enqueue(out: Output, bytes: Uint8Array): void {
    if (isCancelled || bytes.length === 0) return;
    out.enqueue(bytes);
    hasSent = true;
  }

  async function send(piece: SsePiece, out: Output): Promise<void> {
    isSending = true;
    try {
      await sendPiece(piece, out);
    } finally {
      isSending = false;
    }
    flush(out);
  }

  async function sendPiece(piece: SsePiece, out: Output): Promise<void> {
    const action = piece.data === null ? (options.quieten?.(piece) ?? 'pass') : await onEvent(piece);
    if (action === 'drop') return;
    if (action === 'pass') return enqueue(out, piece.raw);
    if (action instanceof Uint8Array) return enqueue(out, action);
    const bytes = action.bytes ?? piece.raw;
    const dispatchAt = action.bytes === undefined ? piece.dispatchAt : lastLineBreak(bytes);
    enqueue(out, bytes.subarray(0, dispatchAt));
    await action.hold;
    enqueue(out, bytes.subarray(dispatchAt));
  }

  async function finish(end: SseEnd, out: Output): Promise<void> {
    isOver = true;
    const last = (await options.onEnd?.(end)) ?? null;
    if (last !== null) enqueue(out, last);
    if (isCancelled) return;
    if (last === null && end.kind === 'failed') out.error(end.error);
    else out.close();
  }

  async function readNext(): Promise<Next> {
    try {
      const { done, value } = await reader.read();
      if (!done) return { kind: 'more', pieces: splitter.push(value) };
      const tail = splitter.end();
      return { kind: 'ended', pieces: tail === null ? [] : [tail] };
    } catch (error) {
      // A sender that is refused must not keep sending.
      if (error instanceof SseError) await reader.cancel(error).catch(() => undefined);
      return { kind: 'failed', error };
    }
  }

  // Reads until there is something to hand on: an event may come in many chunks.
  async function pull(out: Output): Promise<void> {
    hasSent = false;
    while (!isOver) {
      const next = await readNext();
      if (isCancelled) return;
      if (next.kind === 'failed') return finish(next, out);
      for (const piece of next.pieces) await send(piece, out);
      if (isCancelled) return;
      if (next.kind === 'ended') return finish({ kind: 'ended' }, out);
      if (hasSent) return;
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      start(out) {
        options.onOpen?.((event) => {
          if (isOver || isCancelled) return false;
          inserted.push(event);
          if (!isSending) flush(out);
          return true;
        });
      },
      async pull(out) {
        try {
          await pull(out);
        } catch (error) {
          isOver = true;
          if (!isCancelled) out.error(error);
          await reader.cancel(error).catch(() => undefined);
        }
      },
      async cancel(reason) {
        isCancelled = true;
        if (isOver) return;
        isOver = true;
        await reader.cancel(reason).catch(() => undefined);
        await options.onEnd?.({ kind: 'cancelled', reason });
      },
    },
    { highWaterMark: 0 },
  );
}

type Output = ReadableStreamDefaultController<Uint8Array>;
type Next =
  | { readonly kind: 'more' | 'ended'; readonly pieces: readonly SsePiece[] }
  | { readonly kind: 'failed'; readonly error: unknown };

// The bytes that end an event: its last line break.
function lastLineBreak(event: Uint8Array): number {
  const isCrLf = event.at(-2) === 0x0d && event.at(-1) === 0x0a;
  return event.length - (isCrLf ? 2 : 1);
}
