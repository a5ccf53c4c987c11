// The live stream of the log, outside React: one connection for the whole console, opened at a known place, passed on in
// batches. What it needs of the world comes in as `Ports`, so that its behaviour can be tested without a browser.
import type { EntryStreamListener } from './api/entry-stream.ts';
import { backoffMs } from './api/backoff.ts';
import type { StreamEvent } from './api/types.ts';

export interface Ports {
  /** The size of the log: where the stream begins. */
  readonly logSize: () => Promise<number>;
  readonly openStream: (from: number, listener: EntryStreamListener) => () => void;
  /** Runs `task` once after `ms`; returns what cancels it. */
  readonly defer: (task: () => void, ms: number) => () => void;
  readonly onSignedOut: () => void;
}

export type LiveStatus = 'connecting' | 'live' | 'reconnecting';

export interface LiveEntries {
  /** Starts with its first listener and stops with its last. */
  readonly listen: (onEvents: (events: readonly StreamEvent[]) => void) => () => void;
  /** Index of the first entry that listeners are told of; waits until that is known. */
  readonly from: () => Promise<number>;
  readonly status: () => LiveStatus;
  /** Told when the status changes. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** Entries are passed on in batches, so that a busy gateway costs one drawing per fifth of a second. */
const BATCH_MS = 200;

export function createLiveEntries(ports: Ports): LiveEntries {
  const listeners = new Set<(events: readonly StreamEvent[]) => void>();
  const watchers = new Set<() => void>();
  let status: LiveStatus = 'connecting';
  let pending: StreamEvent[] = [];
  let session = 0;
  let begun = Promise.withResolvers<number>();
  /** What runs for the current session, by name, each with what ends it. */
  const running = new Map<'stream' | 'batch' | 'retry', () => void>();

  const setStatus = (next: LiveStatus): void => {
    if (next === status) return;
    status = next;
    for (const watcher of watchers) watcher();
  };

  const pass = (): void => {
    const events = pending;
    pending = [];
    for (const listener of listeners) listener(events);
  };

  const start = async (attempt: number): Promise<void> => {
    const mine = session;
    try {
      const from = await ports.logSize();
      if (mine !== session) return;
      running.set(
        'stream',
        ports.openStream(from, {
          onEvent: (event) => {
            if (pending.length === 0) running.set('batch', ports.defer(pass, BATCH_MS));
            pending.push(event);
          },
          onStatus: (next) => {
            if (next === 'signed_out') ports.onSignedOut();
            else setStatus(next);
          },
        }),
      );
      begun.resolve(from);
    } catch {
      if (mine !== session) return;
      setStatus('reconnecting');
      running.set(
        'retry',
        ports.defer(() => void start(attempt + 1), backoffMs(attempt, 0.5)),
      );
    }
  };

  const stop = (): void => {
    session += 1;
    for (const end of running.values()) end();
    running.clear();
    pending = [];
    status = 'connecting';
    begun = Promise.withResolvers<number>();
  };

  return {
    listen: (listener) => {
      listeners.add(listener);
      if (listeners.size === 1) void start(1);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    from: () => begun.promise,
    status: () => status,
    subscribe: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}
