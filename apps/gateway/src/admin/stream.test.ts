import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AdminDeps } from './deps.ts';
import { serveStream } from './serve-stream.ts';
import type { Standing } from './principal.ts';
import { SlowReader, streamEntries } from './stream.ts';
import { type AdminUnderTest, startAdmin } from './testing/admin-under-test.ts';
import { readEvents } from './testing/event-reader.ts';
import { recordCall } from './testing/recorded-calls.ts';

const standing: Standing = { isGood: async () => true, onDoubt: () => () => undefined };
const PATIENT = { heartbeatMs: 60_000, stallMs: 60_000 };

let admin: AdminUnderTest;
beforeEach(async () => {
  admin = await startAdmin();
});
afterEach(() => admin.close());

/** With how many are told of commits. */
function counted<T extends Pick<AdminDeps, 'onCommitted'>>(
  deps: T,
): { readonly deps: T; readonly listening: () => number } {
  let listening = 0;
  const onCommitted: AdminDeps['onCommitted'] = (listener) => {
    listening += 1;
    const stop = deps.onCommitted(listener);
    return () => {
      listening -= 1;
      stop();
    };
  };
  return { deps: { ...deps, onCommitted }, listening: () => listening };
}

describe('a reader of the stream', () => {
  test('that takes nothing is cut off, and stops being told of commits', async () => {
    const { deps, listening } = counted(admin.deps);
    const stuck = {
      write: () => new Promise<void>(() => undefined),
      signal: new AbortController().signal,
      standing,
    };
    await expect(streamEntries(deps, 0, stuck, { ...PATIENT, stallMs: 1 })).rejects.toThrow(SlowReader);
    expect(listening()).toBe(0);
  });

  test('of a log that cannot be read leaves nothing behind that is told of commits or of its access', async () => {
    let watching = 0;
    const watched: Standing = {
      ...standing,
      onDoubt() {
        watching += 1;
        return () => {
          watching -= 1;
        };
      },
    };
    const { deps, listening } = counted(admin.deps);
    const sink = {
      write: async () => undefined,
      signal: new AbortController().signal,
      standing: watched,
    };
    await admin.store.close();
    await expect(streamEntries(deps, 0, sink, PATIENT)).rejects.toThrow('not open');
    expect([listening(), watching]).toEqual([0, 0]);
  });

  test('that stopped reading finds its body broken off, not ended', async () => {
    const app = new Hono().get('/', (c) =>
      serveStream(c, admin.deps, { from: 0, standing, times: { ...PATIENT, stallMs: 1 } }),
    );
    const response = await app.request('/');
    const reader = response.body?.getReader();
    await expect(reader?.closed).rejects.toThrow('does not keep up');
    expect(admin.faults).toEqual([]);
  });

  test('is told that the line is alive while nothing happens', async () => {
    const app = new Hono().get('/', (c) =>
      serveStream(c, admin.deps, {
        from: admin.store.health().size,
        standing,
        times: { ...PATIENT, heartbeatMs: 1 },
      }),
    );
    const stream = readEvents(await app.request('/'));
    expect(await stream.comment()).toBe('connected');
    expect(await stream.comment()).toBe('heartbeat');
    await stream.cancel();
  });

  test('gets every entry although more were recorded than one read takes', async () => {
    const calls = await Promise.all(Array.from({ length: 450 }, () => recordCall(admin.store)));
    const app = new Hono().get('/', (c) => serveStream(c, admin.deps, { from: 0, standing, times: PATIENT }));
    const stream = readEvents(await app.request('/'));
    const events = await stream.take(calls.length);
    expect(events.map(({ index }) => index)).toEqual(calls.map(({ index }) => index).sort((a, b) => a - b));
    await stream.cancel();
  });

  test('whose access ends while nothing happens is told so at once', async () => {
    const access = { isGood: true, doubt: (): void => undefined };
    const watched: Standing = {
      isGood: async () => access.isGood,
      onDoubt(listener) {
        access.doubt = listener;
        return () => undefined;
      },
    };
    const app = new Hono().get('/', (c) =>
      serveStream(c, admin.deps, { from: admin.store.health().size, standing: watched, times: PATIENT }),
    );
    const stream = readEvents(await app.request('/'));
    expect(await stream.comment()).toBe('connected');
    access.isGood = false;
    access.doubt();
    await expect(stream.take(1)).rejects.toThrow('the stream ended');
  });

  test('whose access ended is told no more', async () => {
    const app = new Hono().get('/', (c) =>
      serveStream(c, admin.deps, {
        from: 0,
        standing: { ...standing, isGood: async () => false },
        times: { ...PATIENT, heartbeatMs: 1 },
      }),
    );
    const reader = (await app.request('/')).body?.getReader();
    let last = await reader?.read();
    while (last?.done === false) last = await reader?.read();
    expect(last?.done).toBe(true);
  });
});
