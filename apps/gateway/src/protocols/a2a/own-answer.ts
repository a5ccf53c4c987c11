// What the gateway itself answers about a task of its own: a message that is held, was refused, or was answered without a
// task. To the pipeline it is the upstream of those; no byte leaves the gateway.
import { ok } from '../../errors.ts';
import type { OutboundRequest } from '../../pipeline/deps.ts';
import type { InboundCall, UpstreamResponse } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { refusalMessage, resultMessage } from './answers.ts';
import { namedTaskOf } from './named.ts';
import { TASK_NOT_CANCELABLE } from './operations.ts';
import type { OwnTasks } from './own-tasks.ts';
import type { A2aReaders } from './reads.ts';

export interface OwnAnswerDeps {
  readonly readers: A2aReaders;
  readonly ownTasks: Pick<OwnTasks, 'show'>;
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

/**
 * The answer to a GetTask or CancelTask for a task that no agent knows; null where an agent has to be asked.
 * `admit` has seen to it that the task is the caller's, and put the agent's own id in the place of an alias.
 */
export async function ownAnswer(
  call: InboundCall,
  request: OutboundRequest,
  deps: OwnAnswerDeps,
): Promise<{ readonly ok: true; readonly value: UpstreamResponse } | null> {
  if (call.operation !== 'a2a:task/get' && call.operation !== 'a2a:task/cancel') return null;
  const id = namedTaskOf(call);
  const row = id === null ? null : await deps.readers.tasks.get(id);
  // What is sent on names the agent's own id: whatever still has the gateway's cannot be asked of the agent.
  if (row === null || !row.minted || sentId(request) !== row.id) return null;
  const rpcId = call.message?.id ?? null;
  if (call.operation === 'a2a:task/get') {
    if (row.parked !== null && row.state === 'TASK_STATE_AUTH_REQUIRED') deps.look(row);
    return ok(response(resultMessage(rpcId, await deps.ownTasks.show(row))));
  }
  const withdrawn = await deps.withdraw(row);
  return ok(response(withdrawn === null ? notCancelable(call, row) : resultMessage(rpcId, withdrawn)));
}

function notCancelable(call: InboundCall, row: TaskRecord): string {
  const message = `the task is ${row.state.replace('TASK_STATE_', '').toLowerCase()} and cannot be canceled here: ask for it to learn what became of it`;
  const rejection = {
    code: 'invalid_arguments',
    reason: message,
    message,
    rpcCode: TASK_NOT_CANCELABLE,
  } as const;
  return JSON.stringify(refusalMessage(call.message?.id ?? null, rejection, call.id));
}

function sentId({ body }: OutboundRequest): unknown {
  if (body === null) return null;
  const { params } = JSON.parse(Buffer.from(body).toString('utf8')) as {
    readonly params?: { readonly id?: unknown };
  };
  return params?.id;
}

function response(text: string): UpstreamResponse {
  const bytes = Buffer.from(text);
  const own: UpstreamResponse = {
    status: 200,
    headers: new Map([['content-type', 'application/json']]),
    body: new ReadableStream({
      start(out) {
        out.enqueue(bytes);
        out.close();
      },
    }),
  };
  OWN.add(own);
  return own;
}
