// Server-sent events as bytes (WHATWG HTML, section 9.2): cuts a stream into pieces that keep their raw bytes, so that
// an untouched event is relayed exactly as it came, and formats the gateway's own events. Pure.

/** An event, or a comment or empty line between events. The raw bytes of all pieces, joined, are the stream. */
export interface SsePiece {
  readonly raw: Uint8Array;
  /** The lines of `data` joined by a newline; null where there is none, so that no client dispatches anything. */
  readonly data: Uint8Array | null;
  /** Where `data` stands in `raw`; null unless it is all on one line. */
  readonly dataStart: number | null;
  /** `message` where the stream does not say. */
  readonly event: string;
  readonly id: string | null;
  /** Milliseconds. */
  readonly retry: number | null;
  /** Offset in `raw` of the bytes whose arrival makes a client dispatch the event: its closing empty line. */
  readonly dispatchAt: number;
  /** False for what stood after the last empty line when the stream ended: most clients discard it, some do not. */
  readonly isComplete: boolean;
}

/** The stream cannot be relayed: its sender is broken or hostile. */
export class SseError extends Error {
  readonly code: 'event_too_large' | 'ambiguous_line';
  constructor(code: SseError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface SseSplitter {
  /** Takes the next bytes of the stream and gives the pieces that they complete. Throws SseError. */
  push(chunk: Uint8Array): SsePiece[];
  /** What is left at the end of the stream. */
  end(): SsePiece | null;
  /** Bytes of the piece that is not complete yet. */
  readonly pending: number;
  /** Takes them away, for whoever reads the rest of that piece by other means; what is pushed next begins anew. */
  take(): Uint8Array;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const BOM = [0xef, 0xbb, 0xbf];
const DATA = [...Buffer.from('data')];

export function createSseSplitter(maxEventBytes: number): SseSplitter {
  const pending = createPending();
  // Offsets into the pending bytes.
  let lineStart = 0;
  let at = 0;
  let isAfterCr = false;
  let isStreamStart = true;
  let lines: Span[] = [];

  function limit(size: number): void {
    if (size <= maxEventBytes) return;
    throw new SseError('event_too_large', `an event of the stream is larger than ${maxEventBytes} bytes`);
  }

  function cut(end: number, dispatchAt: number, isComplete: boolean): SsePiece {
    limit(end);
    const piece = toPiece(pending.take(end), lines, dispatchAt, isComplete, isStreamStart);
    lineStart = 0;
    at = 0;
    lines = [];
    isStreamStart = false;
    return piece;
  }

  function endLine(bytes: Uint8Array): SsePiece | null {
    const line = { start: lineStart, end: at };
    isAfterCr = bytes[at] === CR && bytes[at + 1] !== LF;
    at += bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1;
    lineStart = at;
    const isEmpty = line.start === line.end;
    // A comment before any field is a keep-alive: it must not wait for the next event.
    const isLoneComment = lines.length === 0 && bytes[line.start] === COLON;
    if (!isEmpty) lines.push(line);
    return isEmpty || isLoneComment ? cut(at, line.start, true) : null;
  }

  function push(chunk: Uint8Array): SsePiece[] {
    const pieces: SsePiece[] = [];
    let bytes = pending.add(chunk);
    while (at < bytes.length) {
      const byte = bytes[at];
      if (byte === LF && isAfterCr) {
        // The second half of a CRLF whose first half came with the chunk before, and ended the line.
        isAfterCr = false;
        lineStart = ++at;
      } else if (byte === LF || byte === CR) {
        const piece = endLine(bytes);
        if (piece === null) continue;
        pieces.push(piece);
        bytes = pending.rest();
      } else {
        isAfterCr = false;
        at++;
      }
    }
    limit(pending.length);
    return pieces;
  }

  function end(): SsePiece | null {
    const { length } = pending;
    if (length === 0) return null;
    if (lineStart < length) lines.push({ start: lineStart, end: length });
    // A lenient client dispatches at the end of the stream: the last byte stands in for the empty line.
    return cut(length, length - 1, false);
  }

  function take(): Uint8Array {
    const { length } = pending;
    lineStart = 0;
    at = 0;
    lines = [];
    isAfterCr = false;
    return pending.take(length);
  }

  return {
    push,
    end,
    take,
    get pending() {
      return pending.length;
    },
  };
}

export interface SseFields {
  readonly data: string;
  readonly event?: string;
  readonly id?: string;
}

/** An event of the gateway's own. The event's name is always written: some clients hang on frames with data only. */
export function formatEvent({ data, event = 'message', id }: SseFields): string {
  const head =
    id === undefined ? `event: ${oneLine(event)}\n` : `event: ${oneLine(event)}\nid: ${oneLine(id)}\n`;
  return `${head}${dataLines(data)}\n\n`;
}

/** A comment, which keeps a connection alive and which no client dispatches. */
export function formatComment(text: string): string {
  return `: ${oneLine(text)}\n\n`;
}

/** The event with other data; its name, id, retry and every other byte stay where the data is on one line. */
export function withData(piece: SsePiece, data: string): Uint8Array {
  const { raw, dataStart } = piece;
  if (piece.data === null || dataStart === null || /[\r\n]/.test(data)) {
    const id = piece.id === null ? {} : { id: piece.id };
    return Buffer.from(formatEvent({ data, event: piece.event, ...id }));
  }
  const after = raw.subarray(dataStart + piece.data.length);
  return Buffer.concat([raw.subarray(0, dataStart), Buffer.from(data), after]);
}

// The bytes of the piece that is not complete yet. Growing by doubling keeps a stream of tiny chunks linear; bytes that
// were handed out are never written again.
interface Pending {
  readonly length: number;
  /** All of them, with these behind. */
  add(chunk: Uint8Array): Uint8Array;
  rest(): Uint8Array;
  take(length: number): Uint8Array;
}

function createPending(): Pending {
  let store: Uint8Array = new Uint8Array(0);
  let from = 0;
  let to = 0;
  let isOwn = false;

  // Views are dear where events are small.
  function part(start: number, end: number): Uint8Array {
    return start === 0 && end === store.length ? store : store.subarray(start, end);
  }

  return {
    get length() {
      return to - from;
    },
    rest: () => part(from, to),
    add(chunk) {
      if (from === to) {
        store = chunk;
        isOwn = false;
        from = 0;
        to = chunk.length;
      } else if (chunk.length > 0) {
        const length = to - from + chunk.length;
        if (!isOwn || to + chunk.length > store.length) {
          const grown = new Uint8Array(length * 2);
          grown.set(store.subarray(from, to));
          to -= from;
          from = 0;
          store = grown;
          isOwn = true;
        }
        store.set(chunk, to);
        to += chunk.length;
      }
      return part(from, to);
    },
    take(length) {
      from += length;
      return part(from - length, from);
    },
  };
}

function toPiece(
  raw: Uint8Array,
  lines: readonly Span[],
  dispatchAt: number,
  isComplete: boolean,
  isStreamStart: boolean,
): SsePiece {
  const data: Span[] = [];
  let event = '';
  let id: string | null = null;
  let retry: number | null = null;
  for (const line of lines) {
    const start =
      isStreamStart && line.start === 0 && BOM.every((byte, i) => raw[i] === byte) ? 3 : line.start;
    const nameEnd = endOfName(raw, start, line.end);
    const valueStart = nameEnd === line.end ? line.end : nameEnd + (raw[nameEnd + 1] === SPACE ? 2 : 1);
    const value = { start: Math.min(valueStart, line.end), end: line.end };
    if (isDataName(raw, start, nameEnd)) {
      data.push(value);
      continue;
    }
    refuseForeignBreak(textOf(raw, line));
    switch (textOf(raw, { start, end: nameEnd })) {
      case 'event':
        event = textOf(raw, value);
        break;
      case 'id':
        if (!textOf(raw, value).includes('\0')) id = textOf(raw, value);
        break;
      case 'retry':
        if (/^\d+$/.test(textOf(raw, value))) retry = Number(textOf(raw, value));
        break;
      default:
    }
  }
  const only = data.length === 1 ? data[0] : undefined;
  return {
    raw,
    data: only === undefined ? joinLines(raw, data) : raw.subarray(only.start, only.end),
    dataStart: only?.start ?? null,
    event: event === '' ? 'message' : event,
    id,
    retry,
    dispatchAt,
    isComplete,
  };
}

function endOfName(raw: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && raw[at] !== COLON) at++;
  return at;
}

function isDataName(raw: Uint8Array, start: number, end: number): boolean {
  return end - start === DATA.length && DATA.every((byte, at) => raw[start + at] === byte);
}

// SECURITY: some clients end lines where Unicode does. A comment or a field that hides `data` behind such a break would
// be a message to them that the gateway never saw.
function refuseForeignBreak(line: string): void {
  if (/[[\p{Cc}\p{Zl}\p{Zp}]--[\t\0]]/v.test(line)) {
    throw new SseError(
      'ambiguous_line',
      'a line of the stream holds a line break that only some clients take for one',
    );
  }
}

function joinLines(raw: Uint8Array, lines: readonly Span[]): Uint8Array | null {
  if (lines.length === 0) return null;
  const newline = Uint8Array.of(LF);
  return Buffer.concat(
    lines.flatMap(({ start, end }, i) => [...(i === 0 ? [] : [newline]), raw.subarray(start, end)]),
  );
}

function textOf(raw: Uint8Array, { start, end }: Span): string {
  return Buffer.from(raw.buffer, raw.byteOffset + start, end - start).toString('utf8');
}

function dataLines(data: string): string {
  return data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}`)
    .join('\n');
}

function oneLine(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new TypeError('a field of an event must be on one line');
  return text;
}
