// The tasks that a server lists (2025-11-25): those of others are cut out, byte for byte; cursors stay the server's own.
import { ok, type Result } from '../../../errors.ts';
import type { CompletedCall } from '../../../pipeline/types.ts';
import { removeItems, replaceValue, splice } from '../../json/splice.ts';
import type { Finished } from '../finish.ts';
import type { TaskAdmitDeps } from './admit.ts';
import { invalidTask } from './bind.ts';
import { memberText, type Message, quietTask, type ToldTask, toldTask } from './form.ts';
import { masksOfTask, ownTasks } from './rows.ts';

export async function listTasks(
  call: CompletedCall,
  message: Message,
  { pipeline, tasks: readers }: TaskAdmitDeps,
): Promise<Result<Finished>> {
  const list = message.containers.get('result.tasks');
  const items = (message.value['result'] as Readonly<Record<string, unknown>>)['tasks'];
  if (list?.kind !== 'array' || !Array.isArray(items)) return invalidTask(call, 'it lists no tasks');
  /** What is told, by place; null where it is told as it stands. */
  const told = new Map<number, ToldTask | null>();
  const listed = items.map((item) => toldTask(item));
  const ids = listed.flatMap((task) => (task.ok ? [task.value.id] : []));
  const own = await ownTasks(call, ids, readers);
  for (const [at, task] of listed.entries()) {
    const row = task.ok ? own.get(task.value.id) : undefined;
    if (row === undefined || !task.ok) continue;
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
