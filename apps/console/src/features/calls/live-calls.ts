// The live list of calls, outside React: loads the newest page, then follows the stream from exactly there. What it
// needs of the world comes in as `Ports`, so that its behaviour can be tested without a browser.
import type { EntryStreamListener } from '../../api/entry-stream.ts';
import type { Call, CallPage, StreamEvent } from '../../api/types.ts';
import { emptyFeed, receive, release, type Feed } from './model/feed.ts';
import { arrivalText } from './model/wording.ts';

export interface Ports {
  readonly loadPage: () => Promise<CallPage>;
  readonly openStream: (from: number, listener: EntryStreamListener) => () => void;
  /** Runs `task` once after `ms`; returns what cancels it. */
  readonly defer: (task: () => void, ms: number) => () => void;
  /** Told of every batch, for the parts of the page that show the same calls and approvals. */
  readonly onEvents: (events: readonly StreamEvent[]) => void;
  readonly onSignedOut: () => void;
}

export interface LiveState {
  readonly status: 'loading' | 'live' | 'reconnecting' | 'failed';
  readonly feed: Feed<Call>;
  /** Whether calls exist that are older than the page that was loaded. */
  readonly older: boolean;
  /** Set while `failed`. */
  readonly error: Error | null;
  /** Newest summary of arrivals for assistive technology; changes at most every ten seconds. */
  readonly announcement: string;
}

export interface LiveCalls {
  readonly subscribe: (listener: () => void) => () => void;
  readonly state: () => LiveState;
  /** Holds the list still: new calls wait until it is let go or released. */
  readonly holdStill: (still: boolean) => void;
  /** Shows what waits, once, whether or not the list is held still. */
  readonly showWaiting: () => void;
  readonly retry: () => void;
}

/** New entries are drawn in batches, so that a busy gateway costs one drawing per fifth of a second. */
const BATCH_MS = 200;
const ANNOUNCE_MS = 10_000;

/** Creates the list; it starts with its first subscriber and stops with its last. */
export function createLiveCalls(ports: Ports): LiveCalls {
  const initial: LiveState = {
    status: 'loading',
    feed: emptyFeed,
    older: false,
    error: null,
    announcement: '',
  };
  const listeners = new Set<() => void>();
  let state = initial;
  let still = false;
  let pending: StreamEvent[] = [];
  let unannounced: Call[] = [];
  let session = 0;
  /** What runs for the current session, by name, each with what ends it. */
  const running = new Map<'stream' | 'drawing' | 'announcing', () => void>();

  const set = (change: Partial<LiveState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const announce = (): void => {
    const announcement = arrivalText(unannounced);
    unannounced = [];
    set({ announcement });
  };

  const draw = (): void => {
    const events = pending;
    pending = [];
    const calls = events.flatMap((event) => (event.call === null ? [] : [event.call]));
    const decided = events.flatMap((event) =>
      event.kind === 'call.decided' && event.call?.round === 1 ? [event.call] : [],
    );
    if (decided.length > 0 && unannounced.length === 0) {
      running.set('announcing', ports.defer(announce, ANNOUNCE_MS));
    }
    unannounced.push(...decided);
    set({ feed: receive(state.feed, calls, still) });
    ports.onEvents(events);
  };

  const listener: EntryStreamListener = {
    onEvent: (event) => {
      if (pending.length === 0) running.set('drawing', ports.defer(draw, BATCH_MS));
      pending.push(event);
    },
    onStatus: (status) => {
      if (status === 'signed_out') ports.onSignedOut();
      else set({ status });
    },
  };

  const start = async (): Promise<void> => {
    const mine = session;
    try {
      const page = await ports.loadPage();
      if (mine !== session) return;
      set({ feed: receive(emptyFeed, page.calls, false), older: page.nextCursor !== null, error: null });
      running.set('stream', ports.openStream(page.asOf, listener));
    } catch (error) {
      if (mine === session) set({ status: 'failed', error: error as Error });
    }
  };

  const stop = (): void => {
    session += 1;
    for (const end of running.values()) end();
    running.clear();
    pending = [];
    unannounced = [];
    state = initial;
  };

  return {
    subscribe: (added) => {
      listeners.add(added);
      if (listeners.size === 1) void start();
      return () => {
        listeners.delete(added);
        if (listeners.size === 0) stop();
      };
    },
    state: () => state,
    holdStill: (wanted) => {
      if (wanted === still) return;
      still = wanted;
      if (!still) set({ feed: release(state.feed) });
    },
    showWaiting: () => set({ feed: release(state.feed) }),
    retry: () => {
      stop();
      set({});
      void start();
    },
  };
}
