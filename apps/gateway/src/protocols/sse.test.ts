import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseSplitter, formatComment, formatEvent, SseError, type SsePiece, withData } from './sse.ts';

const LIMIT = 1024;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | null): string | null =>
  bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

function split(...chunks: (string | Uint8Array)[]): SsePiece[] {
  const splitter = createSseSplitter(LIMIT);
  const pieces = chunks.flatMap((chunk) => splitter.push(typeof chunk === 'string' ? encode(chunk) : chunk));
  const tail = splitter.end();
  return tail === null ? pieces : [...pieces, tail];
}
const seen = (pieces: readonly SsePiece[]) =>
  pieces
    .filter((piece) => piece.data !== null)
    .map(({ event, data, id, retry }) => ({ event, data: decode(data), id, retry }));

describe('splitting a stream', () => {
  it('reads name, data, id and retry, and joins lines of data', () => {
    expect(seen(split('event: status\nid: 7\nretry: 1500\ndata: {"a":\ndata:1}\n\n'))).toEqual([
      { event: 'status', data: '{"a":\n1}', id: '7', retry: 1500 },
    ]);
  });

  it('takes LF, CR and CRLF for line ends, also mixed', () => {
    for (const stream of [
      'data: x\n\n',
      'data: x\r\r',
      'data: x\r\n\r\n',
      'data: x\r\n\n',
      'data: x\n\r\n',
    ]) {
      expect(seen(split(stream, 'data: y\n\n'))).toMatchObject([{ data: 'x' }, { data: 'y' }]);
    }
  });

  it('gives an event with a CR at the end of a chunk at once, and takes the LF after it for the same line end', () => {
    const splitter = createSseSplitter(LIMIT);
    expect(splitter.push(encode('data: x\r\n\r'))).toHaveLength(1);
    expect(splitter.push(encode('\ndata: y\n\n')).map((piece) => decode(piece.data))).toEqual(['y']);
  });

  it('gives comments at once, without waiting for an event', () => {
    const splitter = createSseSplitter(LIMIT);
    const [comment] = splitter.push(encode(': keep-alive\n'));
    expect(comment).toMatchObject({ data: null });
    expect(decode(comment?.raw ?? null)).toBe(': keep-alive\n');
  });

  it('keeps apart an event without data, with empty data, and with a field that has no colon', () => {
    const pieces = split('id: 1\n\n', 'data:\n\n', 'data\nunknown\n\n');
    expect(pieces.map((piece) => decode(piece.data))).toEqual([null, '', '']);
    expect(pieces[0]?.id).toBe('1');
  });

  it('ignores an id with a NUL, a retry that is no number, and a byte order mark at the start', () => {
    expect(seen(split('\ufeffdata: x\nid: a\0b\nretry: 1s\n\n'))).toEqual([
      { event: 'message', data: 'x', id: null, retry: null },
    ]);
    expect(seen(split(': first\n', '\ufeffdata: x\n\n'))).toEqual([]);
  });

  it('says where the bytes begin that dispatch the event', () => {
    for (const [stream, rest] of [
      ['data: x\n\n', '\n'],
      ['data: x\r\n\r\n', '\r\n'],
      ['data: x\r\r', '\r'],
    ] as const) {
      const [piece] = split(stream);
      expect(decode(piece?.raw.subarray(piece.dispatchAt) ?? null)).toBe(rest);
    }
  });

  it('gives what the stream ends with, as an event that is not complete', () => {
    const [piece] = split('data: x\nda', 'ta: y');
    expect(piece).toMatchObject({ isComplete: false, event: 'message' });
    expect(decode(piece?.data ?? null)).toBe('x\ny');
    expect(split('data: x\n\n').map((each) => each.isComplete)).toEqual([true]);
  });

  it('refuses an event that is larger than the limit, whole or in parts', () => {
    expect(() => split(`data: ${'x'.repeat(LIMIT)}`)).toThrow(SseError);
    expect(() => split(...Array.from({ length: 200 }, () => 'data: xyz\n'))).toThrow(
      /larger than 1024 bytes/,
    );
    expect(seen(split(...Array.from({ length: 200 }, () => 'data: xyz\n\n')))).toHaveLength(200);
  });

  it.each([': x\u2028data: {}\n\n', 'event: x\u0085data: {}\ndata: y\n\n', 'x\vdata: {}\n\n'])(
    'refuses a line break of Unicode outside of data: %j',
    (stream) => {
      expect(() => split(stream)).toThrow(SseError);
    },
  );

  it('leaves a line break of Unicode inside of data alone', () => {
    expect(seen(split('data: {"a":"\u2028"}\n\n'))).toMatchObject([{ data: '{"a":"\u2028"}' }]);
  });

  it('loses no byte and finds the same events, wherever the stream is cut into chunks', () => {
    const part = fc.constantFrom(
      'data: é',
      'data:',
      'event: e',
      'id: 1',
      ': c',
      'retry: 5',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      'x',
    );
    const stream = fc.array(part, { maxLength: 30 }).map((parts) => encode(parts.join('')));
    const property = fc.property(stream, fc.array(fc.nat(20)), (bytes, cuts) => {
      const chunks: Uint8Array[] = [];
      let rest = bytes;
      for (const cut of cuts) {
        chunks.push(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      const pieces = split(...chunks, rest);
      const isWhole = Buffer.concat(pieces.map((piece) => piece.raw)).equals(bytes);
      return isWhole && JSON.stringify(seen(pieces)) === JSON.stringify(seen(split(bytes)));
    });
    expect(fc.check(property, { numRuns: 3000 })).toMatchObject({ failed: false });
  });
});

describe('formatting', () => {
  it('names the event and puts each line of data on its own', () => {
    expect(formatEvent({ data: '{}' })).toBe('event: message\ndata: {}\n\n');
    expect(formatEvent({ event: 'e', id: '3', data: 'a\r\nb\nc' })).toBe(
      'event: e\nid: 3\ndata: a\ndata: b\ndata: c\n\n',
    );
    expect(formatComment('still here')).toBe(': still here\n\n');
  });

  it('refuses a field with a line break: it could forge another', () => {
    expect(() => formatEvent({ id: '1\ndata: x', data: '' })).toThrow(TypeError);
    expect(() => formatComment('x\n\ndata: y')).toThrow(TypeError);
  });

  it('replaces the data of an event and leaves every other byte of it', () => {
    const [piece] = split('id:9\r\nevent: message\r\ndata:  {"a":1}\r\nretry: 5\r\n\r\n');
    if (piece === undefined) throw new Error('no event');
    expect(decode(withData(piece, '{"b":2}'))).toBe(
      'id:9\r\nevent: message\r\ndata: {"b":2}\r\nretry: 5\r\n\r\n',
    );
  });

  it('formats the event anew where its data was on several lines', () => {
    const [piece] = split('id: 9\ndata: {\ndata: }\n\n');
    if (piece === undefined) throw new Error('no event');
    expect(decode(withData(piece, '{"b":2}'))).toBe('event: message\nid: 9\ndata: {"b":2}\n\n');
  });
});
