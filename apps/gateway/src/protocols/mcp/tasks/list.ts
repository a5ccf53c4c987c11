// The tasks that a server lists (2025-11-25): those of others are cut out, byte for byte; cursors stay the server's own.
import { ok, type Result } from '../../../errors.ts';
import type { CompletedCall } from '../../../pipeline/types.ts';
import { removeItems, replaceValue, splice } from '../../json/splice.ts';
import type { Finished } from '../finish.ts';
import type { TaskAdmitDeps } from './admit.ts';
import { invalidTask } from './bind.ts';
import { memberText, type Message, quietTask, type ToldTask, toldTask } from './form.ts';
import { masksOfTask, ownTask } from './rows.ts';

export async function listTasks(
  call: CompletedCall,
  message: Message,
  { pipeline, tasks }: TaskAdmitDeps,
): Promise<Result<Finished>> {
  const list = message.containers.get('result.tasks');
  const items = (message.value['result'] as Readonly<Record<string, unknown>>)['tasks'];
  if (list?.kind !== 'array' || !Array.isArray(items)) return invalidTask(call, 'it lists no tasks');
  /** What is told, by place; null where it is told as it stands. */
  const told = new Map<number, ToldTask | null>();
  for (const [at, item] of items.entries()) {
    const task = toldTask(item);
    const row = task.ok ? await ownTask(call, task.value.id, tasks) : null;
    if (row === null || !task.ok) continue;
    // What a server says of work whose result is masked could repeat what is masked.
    told.set(at, (await masksOfTask(row, pipeline)).length > 0 ? task.value : null);
  }
  const edits = [
    ...removeItems(list, (at) => !told.has(at)),
    ...[...told].flatMap(([at, task]) => {
      const span = list.items[at];
      return task === null || span === undefined ? [] : [replaceValue(span, JSON.stringify(quietTask(task)))];
    }),
  ];
  const bytes = edits.length === 0 ? message.bytes : splice(message.bytes, edits);
  return ok({ bytes, outcome: 'ok', result: memberText(message, '', 'result'), error: null });
}
