import { describe, expect, it } from 'vitest';
import { relayEvents, type SseAction, type SseEnd } from './sse-relay.ts';
import { createSseSplitter, type SsePiece } from './sse.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const OPTIONS = { maxEventBytes: 1024 };

/** A source that the test feeds by hand, and that knows what was asked of it. */
function hand() {
  let out: ReadableStreamDefaultController<Uint8Array> | undefined;
  const state = { cancelled: undefined as unknown };
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        out = controller;
      },
      cancel(reason) {
        state.cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    state,
    send: (text: string) => out?.enqueue(encode(text)),
    end: () => out?.close(),
    fail: (error: Error) => out?.error(error),
  };
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += decode(chunk);
  return text;
}

function relayed(text: string, onEvent: (piece: SsePiece) => SseAction): Promise<string> {
  const source = new Blob([text]).stream();
  return readAll(relayEvents(source, onEvent, OPTIONS));
}

describe('relaying events', () => {
  it('keeps every byte of what it passes', async () => {
    const text =
      '\ufeff: hi\r\n\r\nid: 1\r\ndata: {"a": 1.0}\r\n\r\nretry: 5\n\ndata: x\rdata: y\r\rdata: rest';
    expect(await relayed(text, () => 'pass')).toBe(text);
  });

  it('replaces and drops events, and leaves comments to themselves', async () => {
    const asked: string[] = [];
    const out = await relayed(': c\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\n', (piece) => {
      asked.push(decode(piece.data ?? undefined));
      if (asked.length === 2) return 'drop';
      return asked.length === 3 ? encode('data: three\n\n') : 'pass';
    });
    expect(asked).toEqual(['1', '2', '3']);
    expect(out).toBe(': c\n\ndata: 1\n\ndata: three\n\n');
  });

  it('hands an event on before the next one comes', async () => {
    const source = hand();
    const reader = relayEvents(source.stream, () => 'pass', OPTIONS).getReader();
    source.send('data: 1\n\nda');
    expect(decode((await reader.read()).value)).toBe('data: 1\n\n');
    source.send('ta: 2\n\n');
    expect(decode((await reader.read()).value)).toBe('data: 2\n\n');
  });

  it('reads no further than its reader does', async () => {
    let pulls = 0;
    const source = new ReadableStream<Uint8Array>(
      { pull: (out) => out.enqueue(encode(`data: ${++pulls}\n\n`)) },
      { highWaterMark: 0 },
    );
    const reader = relayEvents(source, () => 'pass', OPTIONS).getReader();
    for (const wanted of [1, 2]) {
      expect(decode((await reader.read()).value)).toBe(`data: ${wanted}\n\n`);
      expect(pulls).toBe(wanted);
    }
  });
});

describe('a held event', () => {
  it('lacks exactly the bytes that dispatch it until its promise resolves', async () => {
    const source = hand();
    const recorded = Promise.withResolvers<void>();
    const stream = relayEvents(source.stream, () => ({ hold: recorded.promise }), OPTIONS);
    const reader = stream.getReader();
    source.send('event: message\r\ndata: {}\r\n\r\n');
    expect(decode((await reader.read()).value)).toBe('event: message\r\ndata: {}\r\n');
    let hasMore = false;
    const rest = reader.read().then((result) => {
      hasMore = true;
      return result;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasMore).toBe(false);
    recorded.resolve();
    expect(decode((await rest).value)).toBe('\r\n');
  });

  it('may be replaced, and still waits', async () => {
    const source = hand();
    const recorded = Promise.withResolvers<void>();
    const bytes = encode('data: masked\n\n');
    const reader = relayEvents(source.stream, () => ({ hold: recorded.promise, bytes }), OPTIONS).getReader();
    source.send('data: secret\n\n');
    expect(decode((await reader.read()).value)).toBe('data: masked\n');
    recorded.resolve();
    expect(decode((await reader.read()).value)).toBe('\n');
  });

  it('that the stream ends without an empty line is still not whole before its promise resolves', async () => {
    const source = hand();
    const recorded = Promise.withResolvers<void>();
    const reader = relayEvents(source.stream, () => ({ hold: recorded.promise }), OPTIONS).getReader();
    source.send('data: {}\n');
    source.end();
    expect(decode((await reader.read()).value)).toBe('data: {}');
    recorded.resolve();
    expect(decode((await reader.read()).value)).toBe('\n');
    expect((await reader.read()).done).toBe(true);
  });

  it('never ends if its promise rejects: the stream breaks off and the source is cancelled', async () => {
    const source = hand();
    const failure = new Error('the outcome cannot be recorded');
    const held = Promise.reject(failure);
    held.catch(() => undefined);
    const reader = relayEvents(source.stream, () => ({ hold: held }), OPTIONS).getReader();
    source.send('data: {}\n\n');
    await expect(reader.read().then(() => reader.read())).rejects.toBe(failure);
    await expect.poll(() => source.state.cancelled).toBe(failure);
  });
});

describe('the end of a stream', () => {
  it('is told once, and may add an event', async () => {
    const ends: SseEnd[] = [];
    const onEnd = (end: SseEnd) => {
      ends.push(end);
      return encode('data: last\n\n');
    };
    const source = new Blob(['data: 1\n\n']).stream();
    expect(await readAll(relayEvents(source, () => 'pass', { ...OPTIONS, onEnd }))).toBe(
      'data: 1\n\ndata: last\n\n',
    );
    expect(ends).toEqual([{ kind: 'ended' }]);
  });

  it('is a failure where the source fails, and the reader sees it', async () => {
    const source = hand();
    const text = readAll(relayEvents(source.stream, () => 'pass', OPTIONS));
    source.fail(new Error('connection reset'));
    await expect(text).rejects.toThrow('connection reset');
  });

  it('may still say something where the source fails', async () => {
    const source = hand();
    const kinds: string[] = [];
    const onEnd = (end: SseEnd) => {
      kinds.push(end.kind);
      return encode('data: sorry\n\n');
    };
    const text = readAll(relayEvents(source.stream, () => 'pass', { ...OPTIONS, onEnd }));
    source.fail(new Error('connection reset'));
    expect(await text).toBe('data: sorry\n\n');
    expect(kinds).toEqual(['failed']);
  });

  it('is a failure, and stops the source, when an event is too large', async () => {
    const source = hand();
    const text = readAll(relayEvents(source.stream, () => 'pass', { maxEventBytes: 8 }));
    source.send('data: 0123456789');
    await expect(text).rejects.toThrow('larger than 8 bytes');
    expect(source.state.cancelled).toBeInstanceOf(Error);
  });

  it('comes to the source when the reader goes away, also while an event is held', async () => {
    const ends: string[] = [];
    const onEnd = (end: SseEnd) => {
      ends.push(end.kind);
      return null;
    };
    const idle = hand();
    const stream = relayEvents(idle.stream, () => 'pass', { ...OPTIONS, onEnd });
    await stream.cancel('gone');
    expect(idle.state.cancelled).toBe('gone');

    const source = hand();
    const recorded = Promise.withResolvers<void>();
    const reader = relayEvents(source.stream, () => ({ hold: recorded.promise }), {
      ...OPTIONS,
      onEnd,
    }).getReader();
    source.send('data: {}\n\n');
    await reader.read();
    const waiting = reader.read();
    await reader.cancel('gone');
    recorded.resolve();
    expect((await waiting).done).toBe(true);
    expect(source.state.cancelled).toBe('gone');
    expect(ends).toEqual(['cancelled', 'cancelled']);
  });
});

describe('an event of the gateway’s own', () => {
  it('stands between events, never within one, and is refused once the stream is over', async () => {
    const source = hand();
    const recorded = Promise.withResolvers<void>();
    const seen = Promise.withResolvers<void>();
    let insert: ((event: Uint8Array) => boolean) | undefined;
    const onEvent = (): SseAction => {
      seen.resolve();
      return { hold: recorded.promise };
    };
    const onOpen = (given: (event: Uint8Array) => boolean) => void (insert = given);
    const text = readAll(relayEvents(source.stream, onEvent, { ...OPTIONS, onOpen }));
    expect(insert?.(encode('data: first\n\n'))).toBe(true);
    source.send('data: held\n\n');
    await seen.promise;
    expect(insert?.(encode('data: later\n\n'))).toBe(true);
    recorded.resolve();
    source.end();
    expect(await text).toBe('data: first\n\ndata: held\n\ndata: later\n\n');
    expect(insert?.(encode('data: too late\n\n'))).toBe(false);
  });
});

describe('a stream that the gateway ends', () => {
  it('says its last word, stops its source, and tells that it was ended', async () => {
    const source = hand();
    const ends: string[] = [];
    let stop: ((last: Uint8Array) => void) | undefined;
    let insert: ((event: Uint8Array) => boolean) | undefined;
    const stream = relayEvents(source.stream, () => 'pass', {
      ...OPTIONS,
      onOpen: (given, ending) => void ([insert, stop] = [given, ending]),
      onEnd: ({ kind }) => {
        ends.push(kind);
        return null;
      },
    });
    const text = readAll(stream);
    source.send('data: 1\n\n');
    await expect.poll(() => insert?.(encode('data: own\n\n'))).toBe(true);
    stop?.(encode('data: last\n\n'));
    stop?.(encode('data: again\n\n'));
    expect(insert?.(encode('data: too late\n\n'))).toBe(false);
    expect(await text).toMatch(/data: last\n\n$/);
    expect(await text).not.toContain('again');
    expect(ends).toEqual(['stopped']);
    expect(source.state).toHaveProperty('cancelled', undefined);
  });

  it('does so after the event on its way, however long that takes', async () => {
    const source = hand();
    const recorded = Promise.withResolvers<void>();
    const seen = Promise.withResolvers<void>();
    let stop: ((last: Uint8Array) => void) | undefined;
    const onEvent = (): SseAction => {
      seen.resolve();
      return { hold: recorded.promise };
    };
    const onOpen = (_insert: unknown, ending: (last: Uint8Array) => void) => void (stop = ending);
    const text = readAll(relayEvents(source.stream, onEvent, { ...OPTIONS, onOpen }));
    source.send('data: held\n\ndata: never\n\n');
    await seen.promise;
    stop?.(encode('data: last\n\n'));
    recorded.resolve();
    expect(await text).toBe('data: held\n\ndata: last\n\n');
  });

  it('ends where an event is answered with the last, and reads nothing after it', async () => {
    const asked: string[] = [];
    const out = await relayed('data: 1\n\ndata: 2\n\ndata: 3\n\n', (piece) => {
      asked.push(decode(piece.data ?? undefined));
      return asked.length === 2 ? { last: encode('data: end\n\n') } : 'pass';
    });
    expect(out).toBe('data: 1\n\ndata: end\n\n');
    expect(asked).toEqual(['1', '2']);
  });

  it('breaks off where its end cannot be recorded', async () => {
    const stream = relayEvents(
      new Blob(['data: 1\n\n']).stream(),
      () => ({ last: encode('data: end\n\n') }),
      {
        ...OPTIONS,
        onEnd: () => Promise.reject(new Error('unrecorded')),
      },
    );
    await expect(readAll(stream)).rejects.toThrow('unrecorded');
  });
});

describe('one event that stands for several', () => {
  it('is looked at one by one, before what comes after it', async () => {
    const [first, second] = createSseSplitter(1024).push(encode('data: a\n\ndata: b\n\n'));
    const source = new Blob(['data: ab\n\ndata: c\n\n']).stream();
    const asked: string[] = [];
    const onEvent = (piece: SsePiece): SseAction => {
      asked.push(decode(piece.data ?? undefined));
      return 'pass';
    };
    const unpack = (piece: SsePiece) =>
      decode(piece.data ?? undefined) === 'ab' && first !== undefined && second !== undefined
        ? [first, second]
        : [piece];
    expect(await readAll(relayEvents(source, onEvent, { ...OPTIONS, unpack }))).toBe(
      'data: a\n\ndata: b\n\ndata: c\n\n',
    );
    expect(asked).toEqual(['a', 'b', 'c']);
  });
});
