// The long streams that are open now: those of `subscriptions/listen` and the standalone ones of sessions. Tells them when
// what their clients may list has changed, and looks again whether each still has the right to be open: at once where
// policy, registry or a token's time change, and every so often for all else that policy may read.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InboundCall, RecordedCall } from '../../pipeline/types.ts';
import { warn } from '../../warnings.ts';
import { type ListKind, LIST_KINDS } from './listen-filter.ts';

export interface LongStream {
  readonly call: RecordedCall;
  /** The lists whose changes its client is told of, as far as is known. */
  lists(): ReadonlySet<ListKind>;
  /** Puts the notification between the events of the stream. */
  tell(list: ListKind): void;
  /** Ends the stream where the right to it is gone. */
  review(): Promise<void>;
  /** The gateway stops. */
  stop(): Promise<void>;
}

export interface OpenStream {
  /** Its client was told of a change just now, by its server: the gateway need not add to it at once. */
  told(list: ListKind): void;
  closed(): void;
}

export interface OpenStreams {
  open(stream: LongStream): OpenStream;
  /** Something changed that may end streams, and what clients may list with them. */
  changed(change: Change): void;
  /** What the server of a session has told its client that it will tell it. */
  advertise(session: Session, lists: ReadonlySet<ListKind>): void;
  advertised(session: Session): ReadonlySet<ListKind>;
  /** Ends all of them. */
  close(): Promise<void>;
}

export interface Change {
  /** The lists that may be others now. */
  readonly lists: (stream: RecordedCall) => readonly ListKind[];
  /** Whether the right to a stream may be gone by it. */
  readonly isReviewed: boolean;
}

type Session = Pick<InboundCall, 'upstream' | 'sessionId'>;

interface Entry extends OpenStream {
  readonly stream: LongStream;
  /** Lists to be told of as soon as may be. */
  readonly due: Set<ListKind>;
  /** When each was last told, by `performance.now()`. */
  readonly toldAt: Map<ListKind, number>;
  timer: NodeJS.Timeout | undefined;
  expiry: NodeJS.Timeout | undefined;
}

interface OpenStreamsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A client is told of the same list no more often than this. */
  readonly everyMs?: number;
  readonly reviewMs?: number;
}

const EVERY_MS = 1_000;
const REVIEW_MS = 30_000;
/** What a commit changes comes in many small changes: they are looked at together. */
const GATHER_MS = 25;
/** After its time, a token is good for as long as clocks may differ. */
const EXPIRY_MS = 1_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
const PER_TURN = 16;
const MAX_SESSIONS = 10_000;
/** A stream is open once its server has answered, which may take a while: what changed meanwhile is told then. */
const MAX_RECENT = 256;

export function createOpenStreams(options: OpenStreamsOptions): OpenStreams {
  const { now, everyMs = EVERY_MS, reviewMs = REVIEW_MS } = options;
  const entries = new Set<Entry>();
  /** Oldest first. */
  const sessions = new Map<string, ReadonlySet<ListKind>>();
  let gathered: Change[] = [];
  /** Oldest first. */
  const recent: { readonly at: number; readonly change: Change }[] = [];
  let isRecentWhole = true;
  let gathering: NodeJS.Timeout | undefined;
  let isClosed = false;

  function tellDue(entry: Entry): void {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    const at = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const list of entry.due) {
      const wait = (entry.toldAt.get(list) ?? Number.NEGATIVE_INFINITY) + everyMs - at;
      if (wait > 0) {
        next = Math.min(next, wait);
        continue;
      }
      entry.due.delete(list);
      if (!entry.stream.lists().has(list)) continue;
      entry.toldAt.set(list, at);
      entry.stream.tell(list);
    }
    if (next === Number.POSITIVE_INFINITY) return;
    entry.timer = setTimeout(() => tellDue(entry), next);
    entry.timer.unref();
  }

  async function review({ stream }: Entry): Promise<void> {
    try {
      await stream.review();
    } catch (error) {
      warn(`a stream could not be looked at again, so it is ended: ${String(error)}`);
      await stream.stop().catch((failure: unknown) => warn(String(failure)));
    }
  }

  async function eachInTurns(work: (entry: Entry) => void | Promise<void>): Promise<void> {
    let left = PER_TURN;
    // Those that are opened meanwhile begin with what is true now.
    const those = Array.from(entries);
    for (const entry of those) {
      if (!entries.has(entry)) continue;
      await work(entry);
      left -= 1;
      if (left > 0) continue;
      left = PER_TURN;
      await nextTurn();
    }
  }

  async function look(changes: readonly Change[]): Promise<void> {
    const isReviewed = changes.some((change) => change.isReviewed);
    await eachInTurns(async (entry) => {
      if (isReviewed) await review(entry);
      if (!entries.has(entry)) return;
      for (const { lists } of changes) for (const list of lists(entry.stream.call)) entry.due.add(list);
      tellDue(entry);
    });
  }

  /** The lists that may be others than when the stream was asked for. */
  function changedSince(call: RecordedCall): ReadonlySet<ListKind> {
    const [oldest] = recent;
    if (!isRecentWhole && oldest !== undefined && oldest.at > call.receivedAt) return new Set(LIST_KINDS);
    const later = recent.filter(({ at }) => at >= call.receivedAt);
    return new Set(later.flatMap(({ change }) => change.lists(call)));
  }

  function lookSoon(change: Change): void {
    recent.push({ at: now(), change });
    if (recent.length > MAX_RECENT) {
      recent.shift();
      isRecentWhole = false;
    }
    gathered.push(change);
    if (gathering !== undefined || isClosed) return;
    gathering = setTimeout(() => {
      gathering = undefined;
      const changes = gathered;
      gathered = [];
      look(changes).catch((error: unknown) => warn(String(error)));
    }, GATHER_MS);
    gathering.unref();
  }

  function watchExpiry(entry: Entry): void {
    const left = entry.stream.call.caller.token.expiresAt * 1000 - now();
    const wait = Math.min(Math.max(left, 0) + EXPIRY_MS, MAX_TIMER_MS);
    entry.expiry = setTimeout(() => {
      void review(entry).then(() => {
        if (entries.has(entry)) watchExpiry(entry);
      });
    }, wait);
    entry.expiry.unref();
  }

  const periodic = setInterval(() => {
    eachInTurns(review).catch((error: unknown) => warn(String(error)));
  }, reviewMs);
  periodic.unref();

  return {
    open(stream) {
      const entry: Entry = {
        stream,
        due: new Set(changedSince(stream.call)),
        toldAt: new Map(),
        timer: undefined,
        expiry: undefined,
        told: (list) => void entry.toldAt.set(list, performance.now()),
        closed() {
          clearTimeout(entry.timer);
          clearTimeout(entry.expiry);
          entries.delete(entry);
        },
      };
      entries.add(entry);
      watchExpiry(entry);
      // Not before whoever opens it has taken the entry.
      if (entry.due.size > 0) entry.timer = setTimeout(() => tellDue(entry), GATHER_MS).unref();
      return entry;
    },
    changed: lookSoon,
    advertise(session, lists) {
      const key = sessionOf(session);
      sessions.delete(key);
      sessions.set(key, lists);
      for (const oldest of sessions.keys()) {
        if (sessions.size <= MAX_SESSIONS) break;
        sessions.delete(oldest);
      }
    },
    advertised: (session) => sessions.get(sessionOf(session)) ?? new Set(),
    async close() {
      isClosed = true;
      clearTimeout(gathering);
      clearInterval(periodic);
      await Promise.all([...entries].map(({ stream }) => stream.stop()));
    },
  };
}

/** The lists that a server says, in its capabilities, it tells its clients the changes of. */
export function advertisedIn(capabilities: unknown): ReadonlySet<ListKind> {
  const said = (capabilities ?? {}) as Readonly<Record<string, { readonly listChanged?: unknown } | null>>;
  return new Set(LIST_KINDS.filter((kind) => said[kind]?.listChanged === true));
}

function sessionOf({ upstream, sessionId }: Session): string {
  return JSON.stringify([upstream.uid, sessionId]);
}
