// What servers have asked of their clients and is not over yet: who asked what under which id, so that an answer is let
// through only where it belongs, and only once. Ids are the server's own, unique in one session (protocols.md 1.2).
// In memory: after a restart nobody knows what was asked, and what was let through counts as unknown.
import type { Settlement } from '../../pipeline/settle.ts';
import { withoutAnswer } from '../../pipeline/settle.ts';
import type { InboundCall, RecordedCall } from '../../pipeline/types.ts';
import { refuse, type Result } from '../../errors.ts';
import type { AskOperation } from './operations.ts';

/** How long a client may take to answer: a person may have to. */
const PATIENCE_MS = 30 * 60_000;
/** How long an id is known as answered, so that a second answer is told so. */
const REMEMBERED_MS = 5 * 60_000;
const PING_PATIENCE_MS = 60_000;
/** Of requests, and of pings. */
const MAX_PER_SESSION = 32;
const MAX_OPEN = 10_000;
/** Of requests, which are held on to. */
const MAX_BYTES = 64 * 1024 * 1024;

export type RequestId = string | number;

/** Whose ids these are: without a session, only the exact credential tells one client from another. */
export type AskedIn = Pick<InboundCall, 'upstream' | 'sessionId'> & {
  readonly credentials: Pick<InboundCall['credentials'], 'authorization'>;
};

export interface Asked {
  readonly operation: AskOperation | 'mcp:ping';
  readonly id: RequestId;
  /** Aborts when nobody waits for an answer any more. */
  readonly signal: AbortSignal;
  /** The request, once it is on record and was let through to the client. */
  told(): Told | null;
}

export interface Told {
  readonly call: RecordedCall;
  readonly settlement: Settlement;
  /** Tells the server that it will get no answer. */
  readonly tellServer: (why: string) => void;
}

/** The id is in use; or this very event came before, and is still open, or was answered. */
export type NotAsked = 'taken' | 'too_many' | 'again' | 'answered';

export interface OpenRequests {
  /** @param eventId of the event it came as: one that comes again was resumed, and is no second request. */
  ask(
    stream: AskedIn & Pick<InboundCall, 'message'>,
    id: RequestId,
    operation: Asked['operation'],
    eventId: string | null,
  ): Asked | NotAsked;
  /** It is let through: from here on its answer is taken. Null for a ping. */
  letThrough(asked: Asked, told: Told | null): void;
  /** What waits for an answer of this id; `answered` where one has come. */
  find(answer: AskedIn, id: RequestId): Asked | 'answered' | null;
  /** Takes the one answer that there can be; false where another was first. */
  claim(asked: Asked): boolean;
  /** The answer could not be recorded: it may come again. */
  unclaim(asked: Asked): void;
  answered(asked: Asked): void;
  /** It is over: an outcome is recorded where it was let through. */
  giveUp(asked: Asked, why: string): Promise<void>;
  /** The server takes a request back; whether the client was told of it. */
  takeBack(stream: AskedIn, id: RequestId): boolean;
  /** The client cancels one of its own requests: what waits for people on its stream is given up. */
  cancelParent(call: AskedIn, id: RequestId): void;
  endSession(call: AskedIn): void;
  /** The process ends: what is still open is recorded as aborted. */
  close(): Promise<void>;
}

/** Why a request was given up that its server took back: it waits for nothing. */
export const TAKEN_BACK = 'the server took its request back';

export function notAsked(): Extract<Result<never>, { readonly ok: false }> {
  return refuse(
    'unknown_operation',
    'an answer to no open request',
    'the server behind this gateway has no open request of this id in this session, so the answer was not relayed',
    { status: 400 },
  );
}

export function answeredBefore(): Result<never> {
  return refuse(
    'unknown_operation',
    'a second answer',
    'this request of the server was answered before, so the answer was not relayed',
    { status: 400 },
  );
}

interface Entry extends Asked {
  readonly session: string;
  readonly parent: RequestId | null;
  readonly eventId: string | null;
  readonly controller: AbortController;
  state: 'deciding' | 'open' | 'answering' | 'answered';
  let: Told | null;
  timer: NodeJS.Timeout | undefined;
}

export function createOpenRequests(): OpenRequests {
  const sessions = new Map<string, Map<string, Entry>>();
  /** Oldest first. */
  const all = new Set<Entry>();
  let bytes = 0;

  const bytesOf = (entry: Entry) => entry.let?.call.body.bytes.byteLength ?? 0;
  const after = (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms);
    timer.unref();
    return timer;
  };

  function forget(entry: Entry): void {
    if (!all.delete(entry)) return;
    clearTimeout(entry.timer);
    bytes -= bytesOf(entry);
    const ids = sessions.get(entry.session);
    if (ids?.get(keyOf(entry.id)) === entry) ids.delete(keyOf(entry.id));
    if (ids?.size === 0) sessions.delete(entry.session);
  }

  async function giveUp(entry: Entry, why: string): Promise<void> {
    const isKnown = all.has(entry) && entry.state !== 'answered';
    forget(entry);
    entry.controller.abort(new Error(why));
    if (isKnown) await entry.let?.settlement.settle(withoutAnswer('aborted', why));
  }

  const entryOf = (asked: Asked): Entry => asked as Entry;
  const inSession = (of: AskedIn): Entry[] => [...(sessions.get(sessionOf(of))?.values() ?? [])];

  return {
    ask(stream, id, operation, eventId) {
      const session = sessionOf(stream);
      const ids = sessions.get(session) ?? new Map<string, Entry>();
      const before = ids.get(keyOf(id));
      if (before !== undefined && before.eventId !== null && before.eventId === eventId)
        return before.state === 'open' ? 'again' : 'answered';
      if (before !== undefined && before.state !== 'answered') return 'taken';
      if (before !== undefined) forget(before);
      const isPing = operation === 'mcp:ping';
      const open = [...ids.values()].filter(
        (entry) => entry.state !== 'answered' && (entry.operation === 'mcp:ping') === isPing,
      );
      // Whoever answers no pings must not lose what else it is asked.
      if (open.length >= MAX_PER_SESSION && open[0] !== undefined && isPing) forget(open[0]);
      else if (open.length >= MAX_PER_SESSION) return 'too_many';
      const controller = new AbortController();
      const entry: Entry = {
        operation,
        id,
        session,
        parent: stream.message?.id ?? null,
        eventId,
        controller,
        signal: controller.signal,
        state: 'deciding',
        let: null,
        timer: undefined,
        told: () => entry.let,
      };
      ids.set(keyOf(id), entry);
      sessions.set(session, ids);
      all.add(entry);
      return entry;
    },
    letThrough(asked, told) {
      const entry = entryOf(asked);
      if (!all.has(entry)) return;
      entry.let = told;
      entry.state = 'open';
      bytes += bytesOf(entry);
      entry.timer = after(told === null ? PING_PATIENCE_MS : PATIENCE_MS, () => {
        const why = 'the client did not answer in time';
        told?.tellServer(why);
        void giveUp(entry, why);
      });
      for (const oldest of all) {
        if (all.size <= MAX_OPEN && bytes <= MAX_BYTES) break;
        oldest.let?.tellServer('too many requests are open');
        void giveUp(oldest, 'too many requests of servers were open');
      }
    },
    find(answer, id) {
      const entry = sessions.get(sessionOf(answer))?.get(keyOf(id));
      if (entry === undefined || entry.state === 'deciding') return null;
      return entry.state === 'open' ? entry : 'answered';
    },
    claim(asked) {
      const entry = entryOf(asked);
      if (!all.has(entry) || entry.state !== 'open') return false;
      entry.state = 'answering';
      return true;
    },
    unclaim(asked) {
      const entry = entryOf(asked);
      if (entry.state === 'answering') entry.state = 'open';
    },
    answered(asked) {
      const entry = entryOf(asked);
      if (!all.has(entry)) return;
      entry.state = 'answered';
      bytes -= bytesOf(entry);
      // What was asked and answered is on record: only the id is remembered.
      entry.let = null;
      clearTimeout(entry.timer);
      entry.timer = after(REMEMBERED_MS, () => forget(entry));
    },
    giveUp: (asked, why) => giveUp(entryOf(asked), why),
    takeBack(stream, id) {
      const entry = sessions.get(sessionOf(stream))?.get(keyOf(id));
      if (entry === undefined || entry.operation === 'mcp:ping' || entry.state === 'answered') return true;
      const wasTold = entry.state !== 'deciding';
      void giveUp(entry, TAKEN_BACK);
      return wasTold;
    },
    cancelParent(call, id) {
      for (const entry of inSession(call))
        if (entry.parent === id && entry.state === 'deciding')
          void giveUp(entry, 'the client cancelled the call in which it was asked');
    },
    endSession(call) {
      for (const entry of inSession(call)) void giveUp(entry, 'the session ended before the client answered');
    },
    async close() {
      await Promise.all(
        [...all].map((entry) => giveUp(entry, 'the gateway stopped before the client answered')),
      );
    },
  };
}

function sessionOf({ upstream, sessionId, credentials }: AskedIn): string {
  return JSON.stringify([upstream.uid, sessionId ?? { authorization: credentials.authorization }]);
}

/** `1` and `"1"` are two ids. */
function keyOf(id: RequestId): string {
  return JSON.stringify(id);
}
