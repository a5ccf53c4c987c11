// Relays a stream of server-sent events: piece by piece as they come, never buffering more than one event, at the pace
// of the reader. Untouched events keep their bytes. A held event's last bytes, those that make a client dispatch it,
// wait until its promise resolves: no outcome on record, no answer (DESIGN section 9).
import { type LongEvent, type LongReader, readLongEvent } from './sse-long.ts';
import { createSseSplitter, SseError, type SsePiece } from './sse.ts';

/** What becomes of a piece of the stream. */
export type SseAction =
  | 'pass'
  | 'drop'
  /** Sent in its place. */
  | Uint8Array
  /** `bytes` (or the piece itself) is sent but for what dispatches it, which waits. If it rejects, the stream breaks off. */
  | { readonly hold: Promise<unknown>; readonly bytes?: Uint8Array }
  /** Sent in its place, as the last of the stream. */
  | { readonly last: Uint8Array };

/** Puts an event of the gateway's own between those of the stream; false where the stream is over. */
export type SseInsert = (event: Uint8Array) => boolean;

/** Ends the stream with these bytes, after what is being sent; a stream that is over stays as it is. */
export type SseStop = (last: Uint8Array) => void;

export interface SseRelayOptions {
  readonly maxEventBytes: number;
  /** Called once, before anything is read. */
  readonly onOpen?: (insert: SseInsert, stop: SseStop) => void;
  /** The events that one event of the source stands for, in its place; without it, itself. */
  readonly unpack?: (piece: SsePiece) => readonly SsePiece[];
  /** Who looks at an event that is larger than `heldBytes`, so that it passes as it comes; null where it must be held. */
  readonly long?: { readonly heldBytes: number; readonly open: () => LongEvent | null };
  /** What is sent in the place of a comment, or of another piece without data; without it they pass. */
  readonly quieten?: (piece: SsePiece) => Uint8Array;
  /**
   * The source ended, failed, or its reader went away, or the gateway ended the stream: called exactly once, unless
   * `onEvent` or a hold failed. For `ended` and `failed`, the bytes it gives are sent last; without any, a failure
   * breaks the stream off.
   */
  readonly onEnd?: (end: SseEnd) => Promise<Uint8Array | null> | Uint8Array | null;
}

export type SseEnd =
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'cancelled'; readonly reason: unknown }
  | { readonly kind: 'stopped' };

/** Chunks that a reader has not taken yet; beyond them nothing is put between the events of a stream. */
const MAX_UNREAD = 256;

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
  /** What ends the stream, once the event on its way is sent. */
  let stopping: Uint8Array | null = null;
  let long: { readonly event: LongEvent; readonly reader: LongReader; held: Uint8Array } | null = null;

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
    if (stopping !== null) await stop(stopping, out);
  }

  /** The reader is told what is the last word only when that is settled. */
  async function stop(last: Uint8Array, out: Output): Promise<void> {
    if (isOver || isCancelled) return;
    isOver = true;
    await options.onEnd?.({ kind: 'stopped' });
    enqueue(out, last);
    if (!isCancelled) out.close();
    await reader.cancel().catch(() => undefined);
  }

  async function sendPiece(piece: SsePiece, out: Output): Promise<void> {
    const action = piece.data === null ? (options.quieten?.(piece) ?? 'pass') : await onEvent(piece);
    if (action === 'drop') return;
    if (action === 'pass') return enqueue(out, piece.raw);
    if (action instanceof Uint8Array) return enqueue(out, action);
    if ('last' in action) {
      stopping = action.last;
      return;
    }
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

  async function fail(error: unknown, out: Output): Promise<void> {
    isOver = true;
    if (!isCancelled) out.error(error);
    await reader.cancel(error).catch(() => undefined);
  }

  function taken(chunk: Uint8Array): Next {
    if (long !== null) return { kind: 'more', pieces: [], long: chunk };
    const pieces = splitter.push(chunk);
    const isLong = options.long !== undefined && splitter.pending > options.long.heldBytes;
    const event = isLong ? options.long?.open() : null;
    if (event == null) return { kind: 'more', pieces };
    long = { event, reader: readLongEvent(event), held: NOTHING };
    return { kind: 'more', pieces, long: splitter.take() };
  }

  /** Sends of a long event what is certainly not its end; gives what stands behind it, once it was told. */
  async function sendLong(chunk: Uint8Array, out: Output): Promise<Uint8Array | null> {
    if (long === null) return chunk;
    isSending = true;
    const { event, reader, held } = long;
    try {
      const rest = reader.push(chunk);
      const own = rest === null ? chunk : chunk.subarray(0, chunk.length - rest.length);
      event.raw(own);
      enqueue(out, held);
      long.held = own;
      if (rest === null) return null;
      await event.end();
      enqueue(out, own);
      long = null;
      isSending = false;
      flush(out);
      return rest;
    } catch (error) {
      await event.fail(error);
      throw error;
    }
  }

  async function readNext(): Promise<Next> {
    try {
      const { done, value } = await reader.read();
      if (!done) return taken(value);
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
      if (isCancelled || isOver) return;
      if (next.kind === 'failed') return finish(next, out);
      for (const whole of next.pieces) {
        for (const piece of options.unpack?.(whole) ?? [whole]) {
          await send(piece, out);
          if (isCancelled || isOver) return;
        }
      }
      const rest = next.long === undefined ? null : await sendLong(next.long, out);
      if (stopping !== null) await stop(stopping, out);
      if (isCancelled || isOver) return;
      for (const piece of rest === null || rest.length === 0 ? [] : splitter.push(rest)) {
        await send(piece, out);
        if (isCancelled || isOver) return;
      }
      if (next.kind === 'ended') return finish({ kind: 'ended' }, out);
      if (hasSent) return;
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      start(out) {
        const insert: SseInsert = (event) => {
          if (isOver || isCancelled || stopping !== null) return false;
          if ((out.desiredSize ?? 0) < -MAX_UNREAD) return false;
          inserted.push(event);
          if (!isSending) flush(out);
          return true;
        };
        options.onOpen?.(insert, (last) => {
          stopping ??= last;
          if (!isSending) stop(stopping, out).catch((error: unknown) => fail(error, out));
        });
      },
      async pull(out) {
        await pull(out).catch((error: unknown) => fail(error, out));
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

const NOTHING = new Uint8Array();

type Output = ReadableStreamDefaultController<Uint8Array>;
type Next =
  | {
      readonly kind: 'more' | 'ended';
      readonly pieces: readonly SsePiece[];
      /** Behind them, bytes of an event that is not held. */
      readonly long?: Uint8Array;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

// The bytes that end an event: its last line break.
function lastLineBreak(event: Uint8Array): number {
  const isCrLf = event.at(-2) === 0x0d && event.at(-1) === 0x0a;
  return event.length - (isCrLf ? 2 : 1);
}
