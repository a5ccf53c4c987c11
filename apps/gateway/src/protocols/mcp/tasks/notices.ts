// What a server says of a task unasked: `notifications/tasks/status` on a stream of 2025-11-25, `notifications/tasks` on one that
// a client of 2026-07-28 listens to. Told of its caller's own tasks only, and only what a poll would have told; everything that
// names a task beside that (`io.modelcontextprotocol/related-task`) is held to the same.
import type { CompletedCall } from '../../../pipeline/types.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import { linkUnder } from './admit.ts';
import { isTaskId, objectOf } from './form.ts';
import { RELATED_TASK } from './related.ts';
import { masksOfTask, ownTask } from './rows.ts';
import { type FinishCall, tellNotice, type TellDeps } from './tell.ts';

export const STATUS_NOTICE = 'notifications/tasks/status';
export const TASK_NOTICE = 'notifications/tasks';

/**
 * The message as it is told; null where it is not.
 *
 * @param data the JSON-RPC message.
 * @param isQuiet whether the stream tells nothing in its server's own words.
 */
export async function tellTaskNotice(
  call: CompletedCall,
  data: Uint8Array,
  isQuiet: boolean,
  deps: TellDeps,
  finishCall: FinishCall,
): Promise<Uint8Array | null> {
  const { params } = JSON.parse(Buffer.from(data).toString('utf8')) as { readonly params?: unknown };
  const id = objectOf(params)?.['taskId'];
  const row = isTaskId(id) ? await ownTask(call, id, deps.tasks) : null;
  if (row === null) return null;
  const asked = { ...call, link: await linkUnder(row, call, deps.pipeline) };
  const masks = await masksOfTask(row, deps.pipeline);
  const told = await tellNotice(asked, row, data, { masks, isQuiet }, deps, finishCall);
  return told.ok ? told.value : null;
}

/** The task that a message says it belongs to; null where it names none, `foreign` where it is not the caller's. */
export async function relatedTask(
  call: CompletedCall,
  params: unknown,
  { tasks }: Pick<TellDeps, 'tasks'>,
): Promise<TaskRecord | 'foreign' | null> {
  const meta = objectOf(objectOf(params)?.['_meta']);
  const related = meta?.[RELATED_TASK];
  if (related === undefined) return null;
  const id = objectOf(related)?.['taskId'];
  return (isTaskId(id) ? await ownTask(call, id, tasks) : null) ?? 'foreign';
}
