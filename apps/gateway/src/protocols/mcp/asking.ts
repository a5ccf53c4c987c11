// What a server asks of its client, as it comes on a stream: a call of its own, in the chain of the call on whose stream
// it came, decided and on record before the client sees it (DESIGN section 5). What is denied is answered here; what a
// guard holds waits for people while the other events of the stream go on.
import type { Rejection, Result } from '../../errors.ts';
import { refuse } from '../../errors.ts';
import { masksOf } from '../../obligations/of-call.ts';
import { authorize, denied } from '../../pipeline/authorize.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { stopReason } from '../../pipeline/forward.ts';
import { awaitRelease, clear, openRequest } from '../../pipeline/hold.ts';
import { record, recordDenial } from '../../pipeline/record.ts';
import { settlement, withoutAnswer } from '../../pipeline/settle.ts';
import type { AuthenticatedCall, ClearedCall, CompletedCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { warn } from '../../warnings.ts';
import { rawBody } from '../http.ts';
import type { SseAction, SseEnd, SseInsert } from '../sse-relay.ts';
import { formatEvent, type SsePiece } from '../sse.ts';
import { serverCall } from './asked-call.ts';
import { inputOfRequest } from './asked-input.ts';
import { fetched } from './client-tasks.ts';
import { readAsked } from './envelope.ts';
import type { ServerMessage } from './message.ts';
import {
  type Asked,
  type AskedIn,
  type NotAsked,
  type OpenRequests,
  type RequestId,
  TAKEN_BACK,
} from './open-requests.ts';
import { ASKED, ASKED_AS_TASK, ASKED_OF_TASKS, MODERN_REVISION } from './operations.ts';
import { refuseServerRequest } from './server-requests.ts';
import { linkUnder } from './tasks/admit.ts';
import { isTaskParam, TASKS_REVISION } from './tasks/asked.ts';
import { isTaskId } from './tasks/form.ts';
import { relatedTask } from './tasks/notices.ts';
import { masksOfTask } from './tasks/rows.ts';
import type { TellDeps } from './tasks/tell.ts';
import { messageOf } from '../../message-of.ts';

export interface AskingDeps extends Pick<TellDeps, 'tasks'> {
  readonly pipeline: Deps;
  readonly requests: OpenRequests;
  readonly eventBytes: number;
}

export interface Asking {
  /** A request of the server: what becomes of its event now. */
  onRequest(piece: SsePiece, message: ServerMessage, method: string): Promise<SseAction>;
  /** `notifications/cancelled` of the server: false where the client was never asked. */
  onCancelled(message: ServerMessage): boolean;
  /** The stream is over. @param canResume whether its client may come back for what it missed. */
  end(end: SseEnd['kind'], canResume: boolean): void;
}

/** Refusals on their way to one stream's server. One that asks faster than it takes them is left without. */
const MAX_REFUSING = 16;

/** @param isQuiet whether what the server says could repeat what is masked. */
export function createAsking(
  stream: CompletedCall,
  deps: AskingDeps,
  insert: SseInsert,
  isQuiet: boolean,
): Asking {
  const { pipeline, requests } = deps;
  const sessionId = stream.sessionId ?? stream.response.headers.get('mcp-session-id') ?? null;
  const session: AskedIn & Pick<CompletedCall, 'message'> = { ...stream, sessionId };
  const mine = new Set<Asked>();
  /** Those of tasks whose results are masked. */
  const quiet = new WeakSet<Asked>();
  let refusing = 0;

  function tellServer(id: unknown, rejection: Rejection): 'drop' {
    if (refusing >= MAX_REFUSING) return 'drop';
    refusing += 1;
    const told = refuseServerRequest({ ...stream, sessionId }, id, rejection, pipeline);
    told.catch((error: unknown) => warn(String(error))).finally(() => (refusing -= 1));
    return 'drop';
  }

  function onPing(piece: SsePiece, id: RequestId): SseAction {
    const asked = requests.ask(session, id, 'mcp:ping', piece.id);
    if (typeof asked === 'string') return asked === 'again' ? 'pass' : 'drop';
    requests.letThrough(asked, null);
    return 'pass';
  }

  async function onRequest(piece: SsePiece, message: ServerMessage, method: string): Promise<SseAction> {
    // The current revision has no such requests, and no way to answer one.
    if (stream.revision === MODERN_REVISION) return 'drop';
    const id = message['id'];
    const data = piece.data ?? new Uint8Array();
    const read = readAsked(data, { maxBytes: deps.eventBytes });
    if (!read.ok) return tellServer(id, read.error);
    if (read.value.kind !== 'request' || read.value.message.id === null) return 'drop';
    const { message: request } = read.value;
    const requestId = read.value.message.id;
    if (method === 'ping') return onPing(piece, requestId);
    const polled = stream.revision === TASKS_REVISION ? ASKED_OF_TASKS.get(method) : undefined;
    if (polled !== undefined) return onTaskRequest(piece, requestId, polled, request.params);
    const known = ASKED.get(method);
    const mayBeTask = Object.hasOwn(request.params, 'task');
    if (known === undefined || known.since > stream.revision) return tellServer(id, notRelayed(method));
    if (mayBeTask && (stream.revision !== TASKS_REVISION || !ASKED_AS_TASK.has(method)))
      return tellServer(id, notRelayed(`${method}\` with \`params.task`));
    if (mayBeTask && !isTaskParam(request.params['task'])) return tellServer(id, invalidParams(method));
    const input = inputOfRequest(known.operation, request.params);
    if (input === null) return tellServer(id, invalidParams(method));

    const task = await relatedTask(stream, request.params, deps);
    if (task === 'foreign') return tellServer(id, invalidParams(method));

    const asked = requests.ask(session, requestId, known.operation, piece.id, { mayBeTask });
    if (asked === 'again') return 'pass';
    if (asked === 'answered') return 'drop';
    const call = await serverCall(
      task === null ? { ...stream, sessionId } : { ...stream, ...(await underTask(task)), sessionId },
      { operation: known.operation, body: rawBody(data), message: request, input },
      pipeline,
    );
    if (typeof asked === 'string') return onRefusedId(call, asked, requestId);
    mine.add(asked);
    if (task !== null && (await masksOfTask(task, pipeline)).length > 0) quiet.add(asked);
    try {
      return await decide(call, asked, piece);
    } catch (error) {
      await requests.giveUp(asked, 'the gateway failed');
      throw error;
    }
  }

  /** About a task that the client made: of one of this session's questions, and no other. */
  function onTaskRequest(
    piece: SsePiece,
    id: RequestId,
    operation: 'mcp:tasks/get' | 'mcp:tasks/result' | 'mcp:tasks/list' | 'mcp:tasks/cancel',
    { taskId }: Readonly<Record<string, unknown>>,
  ): SseAction {
    if (isQuiet) return tellServer(id, refuse('mask_failed', MASKED, MASKED).error);
    const task = isTaskId(taskId) ? requests.task(session, taskId) : null;
    if (task === null && operation !== 'mcp:tasks/list') return tellServer(id, taskNotFound(String(taskId)));
    const asked = requests.ask(session, id, operation, piece.id, { task });
    if (asked === 'again') return 'pass';
    if (asked === 'too_many') return tellServer(id, refuse('too_many_pending', TOO_MANY).error);
    if (typeof asked === 'string') return 'drop';
    if (operation !== 'mcp:tasks/result' || task === null) {
      requests.letThrough(asked, null);
      return 'pass';
    }
    mine.add(asked);
    requests.letThrough(asked, {
      call: task.question.call,
      settlement: fetched(task),
      tellServer: (why) => void tellServer(id, refuse('upstream_timeout', why).error),
    });
    return 'pass';
  }

  /** What a task asks is asked under the call that it works for, on whichever stream it comes. */
  async function underTask(task: TaskRecord): Promise<Pick<CompletedCall, 'link' | 'receipt'>> {
    return { link: await linkUnder(task, stream, pipeline), receipt: null };
  }

  async function onRefusedId(call: AuthenticatedCall, why: NotAsked, id: RequestId): Promise<SseAction> {
    const [reason, text] =
      why === 'too_many'
        ? (['too_many_pending', TOO_MANY] as const)
        : (['invalid_arguments', `the server has a request open under the id \`${id}\``] as const);
    await recordDenial(denied(call, reason, text), pipeline);
    // An answer under an id that is in use would be taken for that of the other request.
    return why === 'too_many' ? tellServer(id, refuse('too_many_pending', text).error) : 'drop';
  }

  async function decide(call: AuthenticatedCall, asked: Asked, piece: SsePiece): Promise<SseAction> {
    const decided = await authorize(call, pipeline);
    if (decided.verdict.outcome !== 'hold') {
      const cleared = await clear(decided, pipeline);
      return (await goOn(asked, cleared)) ? 'pass' : 'drop';
    }
    const held = await openRequest(decided, pipeline);
    if (!held.ok) return refused(asked, held.error);
    const released = awaitRelease(held.value, pipeline, asked.signal).then(async (cleared) => {
      if (!(await goOn(asked, cleared))) return;
      // Without its id: a client that resumes must not ask for what came since a second time.
      const event = formatEvent({ data: Buffer.from(piece.data ?? []).toString('utf8') });
      if (!insert(Buffer.from(event))) await requests.giveUp(asked, NOT_PUT);
    });
    released.catch(async (error: unknown) => {
      warn(String(error));
      await requests.giveUp(asked, 'the gateway failed');
    });
    return 'drop';
  }

  async function refused(asked: Asked, rejection: Rejection): Promise<'drop'> {
    await requests.giveUp(asked, rejection.reason);
    return isTakenBack(asked) ? 'drop' : tellServer(asked.id, rejection);
  }

  /** Records what was cleared; whether it may now go to the client. */
  async function goOn(asked: Asked, cleared: Result<ClearedCall>): Promise<boolean> {
    const recorded = cleared.ok ? await record(cleared.value, pipeline) : cleared;
    if (!recorded.ok) {
      await refused(asked, recorded.error);
      return false;
    }
    const call = recorded.value;
    const settling = settlement(call, pipeline);
    const withheld = whyWithheld(call, asked);
    if (withheld !== null) {
      await settling.settle(
        withoutAnswer(withheld.code === 'mask_failed' ? 'withheld' : 'aborted', withheld.reason),
      );
      await refused(asked, withheld);
      return false;
    }
    requests.letThrough(asked, {
      call,
      settlement: settling,
      tellServer: (why) => void tellServer(asked.id, refuse('upstream_timeout', why).error),
    });
    return true;
  }

  /** The last look before the client sees it. */
  function whyWithheld(call: Parameters<typeof stopReason>[0], asked: Asked): Rejection | null {
    if (asked.signal.aborted) {
      const why: unknown = asked.signal.reason;
      return refuse('denied', messageOf(why)).error;
    }
    const stopped = stopReason(call, pipeline);
    if (stopped !== null) return refuse('quarantined', stopped, 'this agent may not be asked now').error;
    return isQuiet || quiet.has(asked) || masksOf(call).length > 0
      ? refuse('mask_failed', MASKED, MASKED).error
      : null;
  }

  return {
    onRequest,
    onCancelled(message) {
      const id = (message['params'] as ServerMessage | undefined)?.['requestId'];
      return typeof id === 'string' || typeof id === 'number' ? requests.takeBack(session, id) : true;
    },
    end(kind, canResume) {
      // A client that only lost its connection may still answer what it was asked.
      const isGone = kind === 'cancelled' && !canResume;
      for (const asked of mine) {
        const told = asked.told();
        if (told !== null && !isGone) continue;
        const why = told === null ? NOT_PUT : 'the client went away before it answered';
        told?.tellServer(why);
        void requests.giveUp(asked, why);
      }
      mine.clear();
    },
  };
}

function isTakenBack({ signal }: Asked): boolean {
  return signal.aborted && signal.reason instanceof Error && signal.reason.message === TAKEN_BACK;
}

const NOT_PUT = 'the stream ended before the request could be put to the client';
const MASKED = 'what the server asks, or is answered, could repeat what is masked';

const TOO_MANY = 'the server has too many requests open';

/** As one that never was: whether it is somebody else's, nobody is told. */
function taskNotFound(id: string): Rejection {
  return refuse('foreign_task', `task \`${id}\` is none of this session`, 'Task not found', {
    rpcCode: -32602,
  }).error;
}

function notRelayed(method: string): Rejection {
  const message = `\`${method}\` is not relayed by the gateway between this server and its client`;
  return refuse('unknown_operation', message).error;
}

function invalidParams(method: string): Rejection {
  const message = `the parameters of \`${method}\` have not the form that its specification gives them`;
  return refuse('invalid_arguments', message).error;
}
