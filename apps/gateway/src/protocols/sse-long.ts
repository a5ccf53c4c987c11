// One event that is too large to be held, read as it passes: its data goes to whoever looks at it, and it is known when it is
// over. Its data stands on one line; whatever else a line of it may be is short (WHATWG HTML, section 9.2).
import { SseError } from './sse.ts';

/** Who looks at the event. */
export interface LongEvent {
  /** Every byte of it, in order. */
  raw(bytes: Uint8Array): void;
  /** The bytes of its data, in order. Throws what makes the event unfit to be told. */
  data(bytes: Uint8Array): void;
  id(id: string): void;
  /** It is complete: resolves when it may be told. */
  end(): Promise<unknown>;
  /** It will not be told. */
  fail(error: unknown): Promise<unknown>;
}

export interface LongReader {
  /** Takes the next bytes of the stream; gives those behind the event where it ends among them, else null. */
  push(chunk: Uint8Array): Uint8Array | null;
}

const MAX_LINE = 4_096;
const [LF, CR, COLON, SPACE] = [0x0a, 0x0d, 0x3a, 0x20];
const DATA = Buffer.from('data');

export function readLongEvent(event: Pick<LongEvent, 'data' | 'id'>): LongReader {
  /** Of the line that is being read, if it is not data. */
  let line: number[] = [];
  /** How far the line of data is read: in its name, before the space that may follow, or in the value. */
  let inData: 'space' | 'value' | null = null;
  let hasData = false;
  let isAfterCr = false;

  function name(byte: number): void {
    line.push(byte);
    if (byte === COLON && line.length === DATA.length + 1 && DATA.every((each, at) => line[at] === each)) {
      if (hasData) throw new SseError('event_too_large', 'a large event has data on more than one line');
      [hasData, inData, line] = [true, 'space', []];
    }
    if (line.length > MAX_LINE) throw new SseError('event_too_large', 'a line of an event is too long');
  }

  function endLine(): boolean {
    const isEmpty = line.length === 0 && inData === null;
    const text = Buffer.from(line).toString('utf8');
    const id = /^id: ?(.*)$/s.exec(text)?.[1];
    if (id !== undefined && !id.includes('\0')) event.id(id);
    [line, inData] = [[], null];
    return isEmpty;
  }

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length) {
        const byte = chunk[at] as number;
        if (byte === LF && isAfterCr) {
          isAfterCr = false;
          at++;
          continue;
        }
        isAfterCr = byte === CR;
        if (byte === LF || byte === CR) {
          at++;
          if (endLine()) return chunk.subarray(at);
        } else if (inData === null) {
          name(byte);
          at++;
        } else if (inData === 'space' && byte === SPACE) {
          inData = 'value';
          at++;
        } else {
          inData = 'value';
          const end = lineEnd(chunk, at);
          event.data(chunk.subarray(at, end));
          at = end;
        }
      }
      return null;
    },
  };
}

function lineEnd(chunk: Uint8Array, from: number): number {
  const [lf, cr] = [chunk.indexOf(LF, from), chunk.indexOf(CR, from)];
  return Math.min(lf === -1 ? chunk.length : lf, cr === -1 ? chunk.length : cr);
}
