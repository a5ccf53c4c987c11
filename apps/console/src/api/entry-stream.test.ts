import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EntryStreamListener } from './entry-stream.ts';
import type { StreamEvent } from './types.ts';

/** The browser's end of a stream, moved by hand. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static all: Source[] = [];
  readyState = 0;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    Source.all.push(this);
  }
  opens(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }
  sends(index: number): void {
    const event: Partial<StreamEvent> = { index, kind: 'call.decided', call: null, approval: null };
    this.dispatchEvent(new MessageEvent('entry', { data: JSON.stringify(event) }));
  }
  /** The connection dropped: the browser itself tries again. */
  drops(): void {
    this.readyState = 0;
    this.dispatchEvent(new Event('error'));
  }
  /** The answer was an HTTP error: the browser gives up. */
  fails(): void {
    this.readyState = Source.CLOSED;
    this.dispatchEvent(new Event('error'));
  }
  close(): void {
    this.readyState = Source.CLOSED;
  }
}

const last = (): Source => {
  const source = Source.all.at(-1);
  if (source === undefined) throw new Error('no stream was opened');
  return source;
};

describe('the stream of entries', () => {
  const seen: (number | string)[] = [];
  const listener: EntryStreamListener = {
    onEvent: (event) => seen.push(event.index),
    onStatus: (status) => seen.push(status),
  };
  let sessionStatus = 200;
  let open: (from: number, to: EntryStreamListener) => () => void;

  beforeEach(async () => {
    seen.length = 0;
    Source.all = [];
    sessionStatus = 200;
    vi.useFakeTimers();
    vi.stubGlobal('EventSource', Source);
    vi.stubGlobal('window', { location: { origin: 'http://console.test' }, setTimeout, clearTimeout });
    vi.stubGlobal('fetch', async () => Response.json({}, { status: sessionStatus }));
    open = (await import('./entry-stream.ts')).openEntryStream;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('begins at the entry it is asked for and passes each on once', () => {
    open(7, listener);
    expect(last().url).toBe('/api/v1/calls/stream?from=7');
    last().opens();
    for (const index of [7, 8, 8, 7, 9]) last().sends(index);
    expect(seen).toEqual(['live', 7, 8, 9]);
  });

  test('says when it is not live, and leaves a dropped connection to the browser', async () => {
    open(0, listener);
    last().opens();
    last().drops();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Source.all).toHaveLength(1);
    last().opens();
    expect(seen).toEqual(['live', 'reconnecting', 'live']);
  });

  test('opens a stream that was refused again, from where it stopped', async () => {
    open(7, listener);
    last().opens();
    last().sends(7);
    last().sends(12);
    last().fails();
    await vi.advanceTimersByTimeAsync(500);
    expect(Source.all.map((source) => source.url)).toEqual([
      '/api/v1/calls/stream?from=7',
      '/api/v1/calls/stream?from=13',
    ]);
  });

  test('waits longer after each refusal', async () => {
    open(0, listener);
    last().fails();
    await vi.advanceTimersByTimeAsync(500);
    expect(Source.all).toHaveLength(2);
    last().fails();
    await vi.advanceTimersByTimeAsync(499);
    expect(Source.all).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(501);
    expect(Source.all).toHaveLength(3);
  });

  test('says that the session is over instead of trying for ever', async () => {
    sessionStatus = 401;
    open(0, listener);
    last().fails();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual(['reconnecting', 'signed_out']);
    expect(Source.all).toHaveLength(1);
  });

  test('does not come back after it was closed', async () => {
    const close = open(0, listener);
    last().fails();
    close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Source.all).toHaveLength(1);
  });
});
