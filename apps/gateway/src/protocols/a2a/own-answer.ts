// What the gateway itself answers: about a task of its own (a message that is held, was refused, or was answered without a
// task), and about what only it knows (which tasks and push notification configs are the caller's). To the pipeline it is the
// upstream of those; no byte leaves the gateway.
import { ok } from '../../errors.ts';
import type { OutboundRequest } from '../../pipeline/deps.ts';
import type { InboundCall, UpstreamResponse } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { refusalMessage, resultMessage } from './answers.ts';
import { namedTaskOf } from './named.ts';
import { dialectOf } from './dialects/dialects.ts';
import type { Followers } from './followers.ts';
import { taskResult } from './held-task.ts';
import { TASK_NOT_CANCELABLE, UNSUPPORTED_OPERATION } from './operations.ts';
import type { OwnTasks } from './own-tasks.ts';
import type { A2aReaders } from './reads.ts';
import { settledState } from './states.ts';

export interface OwnAnswerDeps {
  readonly readers: A2aReaders;
  readonly ownTasks: Pick<OwnTasks, 'show'>;
  readonly followers: Pick<Followers, 'follow'>;
  /** Looks whether people have decided meanwhile. */
  readonly look: (row: TaskRecord) => void;
  /** The task as it is once its message is withdrawn, as JSON text; null where it is too late for that. */
  readonly withdraw: (row: TaskRecord) => Promise<string | null>;
}

// SECURITY: known by identity, not by a header that an agent could send too.
const OWN = new WeakSet<UpstreamResponse>();

export function isOwnAnswer(response: UpstreamResponse): boolean {
  return OWN.has(response);
}

const OF_THE_GATEWAY: ReadonlySet<InboundCall['operation']> = new Set<InboundCall['operation']>([
  'a2a:task/list',
  'a2a:push/get',
  'a2a:push/list',
]);

/**
 * The answer to a request about a task that no agent knows, or about what no agent knows; null where an agent has to be asked.
 * `admit` has seen to it that the task is the caller's, and put the agent's own id in the place of an alias.
 */
export async function ownAnswer(
  call: InboundCall,
  request: OutboundRequest,
  deps: OwnAnswerDeps,
): Promise<{ readonly ok: true; readonly value: UpstreamResponse } | null> {
  // What these are answered with depends on whose they are: the relay makes it, which knows the caller.
  if (OF_THE_GATEWAY.has(call.operation)) return ok(response('{}'));
  const id = namedTaskOf(call);
  const row = id === null ? null : await deps.readers.tasks.get(id);
  // What is sent on names the agent's own id: whatever still has the gateway's cannot be asked of the agent.
  if (row === null || !row.minted || sentTask(call, request) !== row.id) return null;
  const rpcId = call.message?.id ?? null;
  if (call.operation === 'a2a:task/subscribe') return ok(await followed(call, row, deps));
  // The address was taken note of, or forgotten, before: there is no agent to tell.
  if (call.operation === 'a2a:push/set' || call.operation === 'a2a:push/delete')
    return ok(response(resultMessage(rpcId, 'null')));
  if (call.operation === 'a2a:task/get') {
    if (row.parked !== null && row.state === 'TASK_STATE_AUTH_REQUIRED') deps.look(row);
    // Since the request was admitted the agent took it up, and may be done: what came of it is the agent's to say, when its
    // caller asks again.
    const shown = row.upstreamTask === null ? row : { ...row, state: 'TASK_STATE_WORKING' };
    return ok(response(resultMessage(rpcId, await deps.ownTasks.show(shown))));
  }
  if (call.operation !== 'a2a:task/cancel') return null;
  const withdrawn = await deps.withdraw(row);
  return ok(response(withdrawn === null ? notCancelable(call, row) : resultMessage(rpcId, withdrawn)));
}

function notCancelable(call: InboundCall, row: TaskRecord): string {
  const message = `the task is ${wordOf(row)} and cannot be canceled here: ask for it to learn what became of it`;
  const rejection = {
    code: 'invalid_arguments',
    reason: message,
    message,
    rpcCode: TASK_NOT_CANCELABLE,
  } as const;
  return JSON.stringify(refusalMessage(call.message?.id ?? null, rejection, call.id));
}

/** From here on: what becomes of the task, until it is settled or an agent has taken it up. */
async function followed(call: InboundCall, row: TaskRecord, deps: OwnAnswerDeps): Promise<UpstreamResponse> {
  const rpcId = call.message?.id ?? null;
  if (settledState(row.state) !== null) {
    const message = `the task is ${wordOf(row)}: nothing more becomes of it`;
    const rejection = {
      code: 'invalid_arguments',
      reason: message,
      message,
      rpcCode: UNSUPPORTED_OPERATION,
    } as const;
    return response(JSON.stringify(refusalMessage(rpcId, rejection, call.id)));
  }
  const first = taskResult(await deps.ownTasks.show(row), dialectOf(call));
  const body = deps.followers.follow(row.id, rpcId, first);
  // It may have ended, or been taken up, before anybody followed it.
  deps.look(row);
  return ownResponse('text/event-stream', body);
}

function wordOf({ state }: TaskRecord): string {
  return state.replace('TASK_STATE_', '').toLowerCase();
}

/** The task that what is sent on is about. */
function sentTask(call: InboundCall, { body }: OutboundRequest): string | null {
  if (body === null) return null;
  const { params } = JSON.parse(Buffer.from(body).toString('utf8')) as {
    readonly params?: Readonly<Record<string, unknown>>;
  };
  const sent = call.message === null ? null : { ...call.message, params: params ?? {} };
  return namedTaskOf({ operation: call.operation, message: sent });
}

function response(text: string): UpstreamResponse {
  const bytes = Buffer.from(text);
  const body = new ReadableStream<Uint8Array>({
    start(out) {
      out.enqueue(bytes);
      out.close();
    },
  });
  return ownResponse('application/json', body);
}

function ownResponse(type: string, body: ReadableStream<Uint8Array>): UpstreamResponse {
  const own: UpstreamResponse = { status: 200, headers: new Map([['content-type', type]]), body };
  OWN.add(own);
  return own;
}
