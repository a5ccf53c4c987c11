import { beforeEach, describe, expect, test } from 'vitest';
import type { EntryStreamListener } from './api/entry-stream.ts';
import type { StreamEvent } from './api/types.ts';
import { createLiveEntries, type LiveEntries } from './live-entries.ts';

const event = (index: number): StreamEvent => ({
  index,
  kind: 'call.decided',
  leaf: '0'.repeat(64),
  time: '2026-11-22T12:00:00.000Z',
  call: null,
  approval: null,
});
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

describe('the live stream', () => {
  let size: () => Promise<number>;
  let stream: EntryStreamListener | undefined;
  let tasks: { readonly task: () => void; readonly ms: number }[];
  let opened: number[];
  let closed: number;
  let signedOut: number;
  let entries: LiveEntries;
  const told: number[][] = [];
  const listen = (): (() => void) => entries.listen((events) => told.push(events.map(({ index }) => index)));
  const pass = (): void => {
    const due = tasks;
    tasks = [];
    for (const { task } of due) task();
  };

  beforeEach(() => {
    size = async () => 5;
    [stream, tasks, opened, closed, signedOut] = [undefined, [], [], 0, 0];
    told.length = 0;
    entries = createLiveEntries({
      logSize: () => size(),
      openStream: (from, listener) => {
        opened.push(from);
        stream = listener;
        return () => {
          closed += 1;
        };
      },
      defer: (task, ms) => {
        const entry = { task, ms };
        tasks.push(entry);
        return () => {
          tasks = tasks.filter((each) => each !== entry);
        };
      },
      onSignedOut: () => {
        signedOut += 1;
      },
    });
  });

  test('is one connection for all who listen, from where the log stood, and ends with the last', async () => {
    const leave = [listen(), listen()];
    await settled();
    expect(opened).toEqual([5]);
    expect(await entries.from()).toBe(5);
    leave[0]?.();
    expect(closed).toBe(0);
    leave[1]?.();
    expect(closed).toBe(1);
  });

  test('passes a burst on at once, every entry of it', async () => {
    listen();
    await settled();
    for (let index = 5; index < 105; index += 1) stream?.onEvent(event(index));
    expect(told).toEqual([]);
    pass();
    expect(told.map((each) => each.length)).toEqual([100]);
  });

  test('says when it is not live, and when the session is over', async () => {
    const seen: string[] = [];
    entries.subscribe(() => seen.push(entries.status()));
    listen();
    await settled();
    stream?.onStatus('live');
    stream?.onStatus('reconnecting');
    stream?.onStatus('live');
    expect(seen).toEqual(['live', 'reconnecting', 'live']);
    stream?.onStatus('signed_out');
    expect(signedOut).toBe(1);
  });

  test('tries again where the gateway does not say how long the log is', async () => {
    size = () => Promise.reject(new Error('away'));
    listen();
    await settled();
    expect(entries.status()).toBe('reconnecting');
    expect(opened).toEqual([]);
    size = async () => 9;
    pass();
    await settled();
    expect(opened).toEqual([9]);
  });

  test('does not open after everybody left', async () => {
    listen()();
    await settled();
    expect(opened).toEqual([]);
  });
});
