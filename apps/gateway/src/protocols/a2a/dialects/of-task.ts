// The version of A2A that a task of the gateway's own is told in: that of the message which it stands for.
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import type { A2aReaders } from '../reads.ts';
import { DIALECTS, dialectOf } from './dialects.ts';
import type { Dialect } from './types.ts';

export async function dialectOfTask(
  { call }: Pick<TaskRecord, 'call'>,
  { calls }: Pick<A2aReaders, 'calls'>,
): Promise<Dialect> {
  const record = await calls.get(call);
  return record === null ? DIALECTS['a2a-1.0'] : dialectOf(record);
}
