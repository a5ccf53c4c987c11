// The tasks that a `subscriptions/listen` names: those of its server go to it by the server's names; those that held calls became are
// the gateway's own, and the gateway tells of them itself (ADR 0027, ADR 0032).
import type { Deps } from '../../pipeline/deps.ts';
import type { AuthenticatedCall, RecordedCall } from '../../pipeline/types.ts';

import { editMembers, splice } from '../json/splice.ts';
import { SUBSCRIPTION_ID } from './listen-filter.ts';
import { taskNotFound } from './tasks/admit.ts';
import { declares } from './tasks/asked.ts';
import { readServerMessage } from './tasks/form.ts';
import { aliasOf, type HeldTasks, isHeld, taskText } from './tasks/held/rows.ts';
import { TASK_NOTICE } from './tasks/notices.ts';
import { ownTask, type TaskReaders } from './tasks/rows.ts';

export interface ListenTasksDeps {
  readonly pipeline: Deps;
  readonly tasks: TaskReaders;
  readonly heldTasks: { readonly tasks: HeldTasks } | null;
}

/** The caller's own of the tasks that it names, by its names for them. */
export interface ListenedTasks {
  /** The server's names. */
  readonly ofServer: ReadonlyMap<string, string>;
  /** Tasks of the gateway's own, which no server knows of. */
  readonly own: readonly string[];
}

/** Of another's, nobody is told that there is one. */
export async function listenedTasks(
  call: RecordedCall,
  ids: readonly string[],
  deps: ListenTasksDeps,
): Promise<ListenedTasks> {
  const ofServer = new Map<string, string>();
  const own: string[] = [];
  if (call.message === null || !declares(call.message)) return { ofServer, own };
  for (const id of ids) {
    const held = (await deps.heldTasks?.tasks.find(call, id)) ?? null;
    const alias = held === null ? null : aliasOf(held);
    if (alias !== null) ofServer.set(id, alias);
    else if (held !== null) own.push(id);
    else if ((await ownTask(call, id, deps.tasks)) !== null) ofServer.set(id, id);
    else {
      const foreign = taskNotFound(id);
      if (!foreign.ok) deps.pipeline.traffic.reject(foreign.error);
    }
  }
  return { ofServer, own };
}

/** What a poll of a task of the gateway's own would tell, as a notification; null where it is none (any more). */
export async function ownNotice(
  call: AuthenticatedCall,
  id: string,
  { pipeline, heldTasks }: ListenTasksDeps,
): Promise<string | null> {
  const row = (await heldTasks?.tasks.find(call, id)) ?? null;
  if (row === null || aliasOf(row) !== null) return null;
  const approval = isHeld(row) && row.approval !== null ? await pipeline.approvals.byId(row.approval) : null;
  const meta = JSON.stringify({ [SUBSCRIPTION_ID]: call.message?.id ?? null });
  return `{"jsonrpc":"2.0","method":"${TASK_NOTICE}","params":{${taskText(row, approval)},"_meta":${meta}}}`;
}

/** A notification about a task under another name for it. @param bytes one that was told. */
export function noticeAs(bytes: Uint8Array, name: string): Uint8Array {
  const read = readServerMessage(bytes);
  const params = read.ok ? read.value.containers.get('params') : undefined;
  if (params === undefined) throw new Error('a notification that was told cannot be read again');
  return splice(bytes, editMembers(params, new Map([['taskId', JSON.stringify(name)]])));
}
