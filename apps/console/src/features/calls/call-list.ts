// The list of calls that a query asks for, outside React: fetches the page at hand, follows the stream from exactly there, and
// fetches more when it is scrolled to. What it needs of the world comes in as `Ports`.
import type { Call, CallPage, StreamEvent } from '../../api/types.ts';
import {
  type CallWindow,
  canRelease,
  emptyWindow,
  firstRows,
  received,
  released,
  withNewer,
  withOlder,
} from './model/call-window.ts';
import { arrivalText } from './model/wording.ts';

export interface Ask {
  /** The query as the API takes it; null: every call. */
  readonly q: string | null;
  /** Started at or after, and before; RFC 3339. */
  readonly from: string | null;
  readonly to: string | null;
  /** Whether a call that the stream brings is asked for: by its conditions and by its time. */
  readonly isWanted: (call: Call) => boolean;
}

export interface Place {
  readonly at?: string;
  readonly direction?: 'older' | 'newer';
}

export interface Ports {
  readonly loadPage: (ask: Ask, place: Place, signal: AbortSignal) => Promise<CallPage>;
  readonly listen: (onEvents: (events: readonly StreamEvent[]) => void) => () => void;
  /** Index of the first entry that `listen` tells of. */
  readonly streamFrom: () => Promise<number>;
  readonly defer: (task: () => void, ms: number) => () => void;
}

export interface ListState {
  /** `loading`: the rows, if there are any, answer an earlier question. */
  readonly status: 'loading' | 'ready' | 'failed';
  readonly window: CallWindow;
  /** Calls that may have been asked for and are in archives; null where none can be. */
  readonly archived: CallPage['archived'];
  /** Why the first page could not be read, while `failed`. */
  readonly error: Error | null;
  /** What is being fetched beside what is shown, or could not be. */
  readonly more: 'older' | 'newer' | null;
  readonly moreError: Error | null;
  /** Newest summary of arrivals for assistive technology; changes at most every ten seconds. */
  readonly announcement: string;
  /** How many batches brought a call that is asked for: what is counted has become old. */
  readonly arrivals: number;
}

export interface CallList {
  readonly subscribe: (listener: () => void) => () => void;
  readonly state: () => ListState;
  /** Asks something else, or the same again. */
  readonly ask: (ask: Ask) => void;
  readonly reload: () => void;
  /** Holds the list still: new calls wait until it is let go or they are asked for. */
  readonly holdStill: (still: boolean) => void;
  readonly showWaiting: () => void;
  readonly loadOlder: () => void;
  readonly loadNewer: () => void;
}

const ANNOUNCE_MS = 10_000;

const INITIAL: ListState = {
  status: 'loading',
  window: emptyWindow,
  archived: null,
  error: null,
  more: null,
  moreError: null,
  announcement: '',
  arrivals: 0,
};

export function createCallList(ports: Ports): CallList {
  const listeners = new Set<() => void>();
  let state = INITIAL;
  let asked: Ask | null = null;
  let still = false;
  let unannounced: Call[] = [];
  /** Entries that came while the first page is on its way; null once it is there. */
  let early: StreamEvent[] | null = null;
  let request = new AbortController();
  let cancelAnnouncement = (): void => undefined;

  const set = (change: Partial<ListState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const announce = (): void => {
    const announcement = arrivalText(unannounced);
    unannounced = [];
    set({ announcement });
  };

  const take = (events: readonly StreamEvent[]): void => {
    if (asked === null) return;
    const { isWanted } = asked;
    const calls = events.flatMap(({ call }) => (call === null ? [] : [call]));
    const window = received(state.window, calls, isWanted, still);
    const isAny = calls.some(isWanted);
    if (window === state.window && !isAny) return;
    const decided = events.flatMap(({ kind, call }) =>
      kind === 'call.decided' && call?.round === 1 && isWanted(call) ? [call] : [],
    );
    if (decided.length > 0 && unannounced.length === 0)
      cancelAnnouncement = ports.defer(announce, ANNOUNCE_MS);
    unannounced.push(...decided);
    set({ window, arrivals: state.arrivals + (isAny ? 1 : 0) });
  };

  const load = async (): Promise<void> => {
    if (asked === null) return;
    request.abort();
    request = new AbortController();
    const { signal } = request;
    early = [];
    cancelAnnouncement();
    unannounced = [];
    set({ status: 'loading', error: null, more: null, moreError: null });
    try {
      let [page, from] = await Promise.all([ports.loadPage(asked, {}, signal), ports.streamFrom()]);
      // What was recorded between the page and the stream would be in neither.
      if (from > page.asOf && !signal.aborted) page = await ports.loadPage(asked, {}, signal);
      if (signal.aborted) return;
      const missed = early.filter(({ index }) => index >= page.asOf);
      early = null;
      set({
        status: 'ready',
        window: firstRows(page.calls, page.nextCursor === null),
        archived: page.archived,
      });
      take(missed);
    } catch (error) {
      if (signal.aborted) return;
      early = null;
      set({ status: 'failed', window: emptyWindow, error: error as Error });
    }
  };

  const loadMore = async (direction: 'older' | 'newer'): Promise<void> => {
    const { window, status, more } = state;
    const at = (direction === 'older' ? window.rows.at(-1) : window.rows[0])?.id;
    const isNone = direction === 'older' ? window.isEnd : window.above === 0;
    if (asked === null || status !== 'ready' || more !== null || at === undefined || isNone) return;
    const { signal } = request;
    set({ more: direction, moreError: null });
    try {
      const page = await ports.loadPage(asked, { at, direction }, signal);
      if (signal.aborted) return;
      const next =
        direction === 'older'
          ? withOlder(state.window, page.calls, page.nextCursor === null)
          : withNewer(state.window, page.calls, page.calls.length < PAGE);
      set({ more: null, window: next });
    } catch (error) {
      if (!signal.aborted) set({ more: null, moreError: error as Error });
    }
  };

  const showWaiting = (): void => {
    if (asked !== null && canRelease(state.window)) set({ window: released(state.window, asked.isWanted) });
    else void load();
  };

  let leave = (): void => undefined;
  return {
    subscribe: (added) => {
      listeners.add(added);
      if (listeners.size === 1) {
        leave = ports.listen((events) => {
          if (early === null) take(events);
          else early.push(...events);
        });
        void load();
      }
      return () => {
        listeners.delete(added);
        if (listeners.size > 0) return;
        leave();
        request.abort();
        cancelAnnouncement();
        state = INITIAL;
      };
    },
    state: () => state,
    ask: (ask) => {
      asked = ask;
      if (listeners.size > 0) void load();
    },
    reload: () => void load(),
    holdStill: (wanted) => {
      if (wanted === still) return;
      still = wanted;
      if (!still && state.window.waitingIds.size > 0) showWaiting();
      else if (!still && asked !== null) set({ window: released(state.window, asked.isWanted) });
    },
    showWaiting,
    loadOlder: () => void loadMore('older'),
    loadNewer: () => void loadMore('newer'),
  };
}

/** Rows of a page. */
export const PAGE = 100;
