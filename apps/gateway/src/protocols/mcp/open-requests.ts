// What servers have asked of their clients and is not over yet: who asked what under which id, so that an answer is let
// through only where it belongs, and only once. Ids are the server's own, unique in one session (protocols.md 1.2).
// In memory: after a restart nobody knows what was asked, and what was let through counts as unknown.
import type { Settlement } from '../../pipeline/settle.ts';
import { withoutAnswer } from '../../pipeline/settle.ts';
import type { Caller, InboundCall, RecordedCall } from '../../pipeline/types.ts';
import { refuse, type Result } from '../../errors.ts';
import { createCrowd } from '../../crowd.ts';
import { type ClientTask, type ClientTasks, createClientTasks } from './client-tasks.ts';
import type { AskOperation } from './operations.ts';
import type { ToldTask } from './tasks/form.ts';

/** How long a client may take to answer: a person may have to. */
const PATIENCE_MS = 30 * 60_000;
/** How long an id is known as answered, so that a second answer is told so. */
const REMEMBERED_MS = 5 * 60_000;
const PING_PATIENCE_MS = 60_000;
/** Of requests, and of pings. */
const MAX_PER_SESSION = 32;
/** Of an agent and subject, and of all; bytes of requests, which are held on to. */
const LIMITS = {
  each: { count: 1_000, size: 32 * 1024 * 1024 },
  all: { count: 10_000, size: 64 * 1024 * 1024 },
};

export type RequestId = string | number;

/** Whose ids these are: without a session, only the exact credential tells one client from another. */
export type AskedIn = Pick<InboundCall, 'upstream' | 'sessionId'> & {
  readonly credentials: Pick<InboundCall['credentials'], 'authorization'>;
};

/** What a server asks about the tasks of its client (client-tasks.ts), or to see whether it is there. */
export type PollOperation = 'mcp:ping' | 'mcp:tasks/get' | 'mcp:tasks/list' | 'mcp:tasks/cancel';

export interface Asked {
  readonly operation: AskOperation | PollOperation | 'mcp:tasks/result';
  /** The server takes a task in the place of an answer. */
  readonly mayBeTask: boolean;
  /** The client's task that it is about. */
  readonly task: ClientTask | null;
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
    stream: AskedIn & Pick<InboundCall, 'message'> & { readonly caller?: Caller },
    id: RequestId,
    operation: Asked['operation'],
    eventId: string | null,
    about?: Partial<Pick<Asked, 'mayBeTask' | 'task'>>,
  ): Asked | NotAsked;
  /** It is let through: from here on its answer is taken. Null for a poll. */
  letThrough(asked: Asked, told: Told | null): void;
  /** What waits for an answer of this id; `answered` where one has come. */
  find(answer: AskedIn, id: RequestId): Asked | 'answered' | null;
  /** Takes the one answer that there can be; false where another was first. */
  claim(asked: Asked): boolean;
  /** The answer could not be recorded: it may come again. */
  unclaim(asked: Asked): void;
  answered(asked: Asked): void;
  /** Its client made a task of it: its outcome waits for what that comes to. False where the task cannot be taken. */
  becameTask(asked: Asked, told: Pick<ToldTask, 'id' | 'ttl'>): boolean;
  /** The task of this client that a server asks about; null for one that it did not get from this client. */
  task(stream: AskedIn, id: string): ClientTask | null;
  readonly tasks: Pick<ClientTasks, 'noted'>;
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
  readonly owner: string;
  readonly parent: RequestId | null;
  readonly eventId: string | null;
  readonly controller: AbortController;
  state: 'deciding' | 'open' | 'answering' | 'answered';
  let: Told | null;
  timer: NodeJS.Timeout | undefined;
}

export function createOpenRequests(): OpenRequests {
  const sessions = new Map<string, Map<string, Entry>>();
  const all = new Set<Entry>();
  const crowd = createCrowd<Entry>(LIMITS);
  const tasks = createClientTasks();

  const after = (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms);
    timer.unref();
    return timer;
  };

  function forget(entry: Entry): void {
    if (!all.delete(entry)) return;
    clearTimeout(entry.timer);
    crowd.delete(entry);
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

  function makeRoom(): void {
    for (let gone = crowd.excess(); gone !== null; gone = crowd.excess()) {
      crowd.delete(gone);
      gone.let?.tellServer('too many requests are open');
      void giveUp(gone, 'too many requests of servers were open');
    }
  }

  const entryOf = (asked: Asked): Entry => asked as Entry;
  const inSession = (of: AskedIn): Entry[] => [...(sessions.get(sessionOf(of))?.values() ?? [])];

  return {
    ask(stream, id, operation, eventId, { mayBeTask = false, task = null } = {}) {
      const session = sessionOf(stream);
      const ids = sessions.get(session) ?? new Map<string, Entry>();
      const before = ids.get(keyOf(id));
      if (before !== undefined && before.eventId !== null && before.eventId === eventId)
        return before.state === 'open' ? 'again' : 'answered';
      if (before !== undefined && before.state !== 'answered') return 'taken';
      if (before !== undefined) forget(before);
      const isPolled = isPoll(operation);
      const open = [...ids.values()].filter(
        (entry) => entry.state !== 'answered' && isPoll(entry.operation) === isPolled,
      );
      // Whoever answers no polls must not lose what else it is asked.
      if (open.length >= MAX_PER_SESSION && open[0] !== undefined && isPolled) forget(open[0]);
      else if (open.length >= MAX_PER_SESSION) return 'too_many';
      const controller = new AbortController();
      const entry: Entry = {
        operation,
        mayBeTask,
        task,
        id,
        session,
        owner: ownerOf(stream),
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
      crowd.put(entry.owner, entry, 0);
      makeRoom();
      return entry;
    },
    letThrough(asked, told) {
      const entry = entryOf(asked);
      if (!all.has(entry)) return;
      entry.let = told;
      entry.state = 'open';
      entry.timer = after(told === null ? PING_PATIENCE_MS : PATIENCE_MS, () => {
        const why = 'the client did not answer in time';
        told?.tellServer(why);
        void giveUp(entry, why);
      });
      crowd.put(entry.owner, entry, told?.call.body.bytes.byteLength ?? 0);
      makeRoom();
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
      crowd.put(entry.owner, entry, 0);
      // What was asked and answered is on record: only the id is remembered.
      entry.let = null;
      clearTimeout(entry.timer);
      entry.timer = after(REMEMBERED_MS, () => forget(entry));
    },
    becameTask(asked, { id, ttl }) {
      const { session, let: told, operation } = entryOf(asked);
      if (told === null || isPoll(operation) || operation === 'mcp:tasks/result') return false;
      return tasks.open(session, { id, operation, question: told }, { ttl });
    },
    task: (stream, id) => tasks.find(sessionOf(stream), id),
    tasks,
    giveUp: (asked, why) => giveUp(entryOf(asked), why),
    takeBack(stream, id) {
      const entry = sessions.get(sessionOf(stream))?.get(keyOf(id));
      if (entry === undefined || isPoll(entry.operation) || entry.state === 'answered') return true;
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
      tasks.endSession(sessionOf(call));
      for (const entry of inSession(call)) void giveUp(entry, 'the session ended before the client answered');
    },
    async close() {
      await Promise.all(
        [...all].map((entry) => giveUp(entry, 'the gateway stopped before the client answered')),
      );
      await tasks.close();
    },
  };
}

export function isPoll(operation: Asked['operation']): operation is PollOperation {
  return POLLS.has(operation);
}

const POLLS: ReadonlySet<Asked['operation']> = new Set([
  'mcp:ping',
  'mcp:tasks/get',
  'mcp:tasks/list',
  'mcp:tasks/cancel',
]);

/** Whose requests these count as: where no caller is known, each session is one by itself. */
function ownerOf({ caller, ...stream }: AskedIn & { readonly caller?: Caller }): string {
  return caller === undefined
    ? sessionOf(stream)
    : JSON.stringify([caller.agent?.uid, caller.subject?.key ?? '']);
}

function sessionOf({ upstream, sessionId, credentials }: AskedIn): string {
  return JSON.stringify([upstream.uid, sessionId ?? { authorization: credentials.authorization }]);
}

/** `1` and `"1"` are two ids. */
function keyOf(id: RequestId): string {
  return JSON.stringify(id);
}
