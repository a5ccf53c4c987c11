// Relays a stream of server-sent events: piece by piece as they come, never buffering more than one event, at the pace
// of the reader. Untouched events keep their bytes. A held event's last bytes, those that make a client dispatch it,
// wait until its promise resolves: no outcome on record, no answer (DESIGN section 9).
import { createOutlet, openFlow } from '../flow.ts';
import { type LongEvent, type LongReader, readLongEvent } from './sse-long.ts';
import { createSseSplitter, type SsePiece } from './sse.ts';

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

/** Work that is done, or that the rest of the stream has to wait for. */
type Later = Promise<void> | undefined;

/**
 * What passes is handed on in the turn in which it came.
 *
 * @param onEvent sees every piece that holds data, in order; comments and empty lines pass by themselves.
 */
export function relayEvents(
  source: ReadableStream<Uint8Array>,
  onEvent: (piece: SsePiece) => SseAction | Promise<SseAction>,
  options: SseRelayOptions,
): ReadableStream<Uint8Array> {
  const splitter = createSseSplitter(options.maxEventBytes);
  let isCancelled = false;
  let isOver = false;
  /** While something of the stream waits, nothing more of it is read. */
  let isBusy = false;
  /** While one event is on its way, others wait: an event must not end up within another. */
  let isSending = false;
  let inserted: Uint8Array[] = [];
  /** What ends the stream, once the event on its way is sent. */
  let stopping: Uint8Array | null = null;
  let long: { readonly event: LongEvent; readonly reader: LongReader; held: Uint8Array } | null = null;

  const out = createOutlet({ wanted: drive, cancel });
  const from = openFlow(source, {
    data: (chunk) => work(() => onChunk(chunk)),
    end: () => work(onSourceEnd),
    fail: (error) => work(() => finish({ kind: 'failed', error })),
  });
  options.onOpen?.(insert, stopSoon);
  return out.stream;

  function isGone(): boolean {
    return isCancelled || isOver;
  }

  /** Reads on where somebody waits for it. */
  function drive(): void {
    if (out.isWanted && !isBusy && !isOver) from.resume();
    else from.pause();
  }

  function work(step: () => Later): void {
    if (isGone()) return;
    const waiting = attempt(step);
    out.flush();
    if (waiting === undefined) return drive();
    isBusy = true;
    from.pause();
    void waiting.catch(fail).then(() => {
      isBusy = false;
      drive();
    });
  }

  function attempt(step: () => Later): Later {
    try {
      return step();
    } catch (error) {
      return fail(error);
    }
  }

  async function fail(error: unknown): Promise<void> {
    isOver = true;
    if (!isCancelled) out.fail(error);
    await from.cancel(error).catch(() => undefined);
  }

  async function finish(end: SseEnd): Promise<void> {
    isOver = true;
    const last = (await options.onEnd?.(end)) ?? null;
    if (isCancelled) return;
    if (last !== null) out.write(last);
    if (last === null && end.kind === 'failed') out.fail(end.error);
    else out.end();
  }

  async function cancel(reason: unknown): Promise<void> {
    isCancelled = true;
    if (isOver) return;
    isOver = true;
    await from.cancel(reason).catch(() => undefined);
    await options.onEnd?.({ kind: 'cancelled', reason });
  }

  /** The reader is told what is the last word only when that is settled. */
  async function stop(last: Uint8Array): Promise<void> {
    if (isGone()) return;
    isOver = true;
    await options.onEnd?.({ kind: 'stopped' });
    if (!isCancelled) {
      out.write(last);
      out.end();
    }
    await from.cancel(undefined).catch(() => undefined);
  }

  function stopSoon(last: Uint8Array): void {
    stopping ??= last;
    if (!isSending) stop(stopping).catch(fail);
  }

  function insert(event: Uint8Array): boolean {
    if (isGone() || stopping !== null || out.waiting.chunks > MAX_UNREAD) return false;
    inserted.push(event);
    if (!isSending) flush();
    return true;
  }

  function flush(): void {
    if (inserted.length === 0) return;
    const waiting = inserted;
    inserted = [];
    for (const event of waiting) write(event);
  }

  function write(bytes: Uint8Array): void {
    if (!isCancelled) out.write(bytes);
  }

  function onChunk(chunk: Uint8Array): Later {
    if (long !== null) return sendLong(chunk);
    const pieces = split(() => splitter.push(chunk));
    if (!Array.isArray(pieces)) return pieces;
    const isLong = options.long !== undefined && splitter.pending > options.long.heldBytes;
    const event = isLong ? options.long?.open() : null;
    if (event == null) return inOrder(pieces, sendWhole, isGone);
    long = { event, reader: readLongEvent(event), held: NOTHING };
    const begun = splitter.take();
    return andThen(inOrder(pieces, sendWhole, isGone), () => sendLong(begun));
  }

  function onSourceEnd(): Later {
    const pieces = split(() => [splitter.end()].filter((piece) => piece !== null));
    if (!Array.isArray(pieces)) return pieces;
    return andThen(inOrder(pieces, sendWhole, isGone), () => finish({ kind: 'ended' }));
  }

  /** A sender that is refused must not keep sending. */
  function split(take: () => SsePiece[]): SsePiece[] | Promise<void> {
    try {
      return take();
    } catch (error) {
      return from
        .cancel(error)
        .catch(() => undefined)
        .then(() => finish({ kind: 'failed', error }));
    }
  }

  /** Unless the stream ended meanwhile. */
  function andThen(before: Later, next: () => Later): Later {
    if (before !== undefined) return before.then(() => andThen(undefined, next));
    return isGone() ? undefined : next();
  }

  function sendWhole(whole: SsePiece): Later {
    return options.unpack === undefined ? send(whole) : inOrder(options.unpack(whole), send, isGone);
  }

  function send(piece: SsePiece): Later {
    isSending = true;
    const action = piece.data === null ? (options.quieten?.(piece) ?? 'pass') : onEvent(piece);
    const waiting =
      action instanceof Promise ? action.then((one) => carryOut(piece, one)) : carryOut(piece, action);
    return waiting === undefined ? sent() : waiting.then(sent);
  }

  function sent(): Later {
    isSending = false;
    flush();
    return stopping === null ? undefined : stop(stopping);
  }

  function carryOut(piece: SsePiece, action: SseAction): Later {
    if (action === 'drop') return undefined;
    if (action === 'pass') {
      write(piece.raw);
      return undefined;
    }
    if (action instanceof Uint8Array) {
      write(action);
      return undefined;
    }
    if ('last' in action) {
      stopping = action.last;
      return undefined;
    }
    const bytes = action.bytes ?? piece.raw;
    const dispatchAt = action.bytes === undefined ? piece.dispatchAt : lastLineBreak(bytes);
    write(bytes.subarray(0, dispatchAt));
    return action.hold.then(() => write(bytes.subarray(dispatchAt)));
  }

  async function sendLong(chunk: Uint8Array): Promise<void> {
    const rest = await passLong(chunk);
    if (stopping !== null) await stop(stopping);
    if (isGone() || rest === null || rest.length === 0) return;
    const pieces = split(() => splitter.push(rest));
    await (Array.isArray(pieces) ? inOrder(pieces, send, isGone) : pieces);
  }

  /** Sends of a long event what is certainly not its end; gives what stands behind it, once it was told. */
  async function passLong(chunk: Uint8Array): Promise<Uint8Array | null> {
    if (long === null) return chunk;
    isSending = true;
    const { event, reader, held } = long;
    try {
      const rest = reader.push(chunk);
      const own = rest === null ? chunk : chunk.subarray(0, chunk.length - rest.length);
      event.raw(own);
      write(held);
      long.held = own;
      if (rest === null) return null;
      await event.end();
      write(own);
      long = null;
      isSending = false;
      flush();
      return rest;
    } catch (error) {
      await event.fail(error);
      throw error;
    }
  }
}

const NOTHING = new Uint8Array();

/** One after the other, until it is over: where one has to wait, those behind it wait too. */
function inOrder<T>(items: readonly T[], each: (item: T) => Later, isOver: () => boolean, first = 0): Later {
  for (let at = first; at < items.length && !isOver(); at += 1) {
    const waiting = each(items[at] as T);
    if (waiting !== undefined) return waiting.then(() => inOrder(items, each, isOver, at + 1));
  }
  return undefined;
}

// The bytes that end an event: its last line break.
function lastLineBreak(event: Uint8Array): number {
  const isCrLf = event.at(-2) === 0x0d && event.at(-1) === 0x0a;
  return event.length - (isCrLf ? 2 : 1);
}
