// Whether a call is over, for whoever destroys its values: what still comes of it would be stored after that, and what
// somebody still decides about must be there to be seen.
import { settledState } from '../protocols/a2a/states.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import type { TaskReader } from '../store/readers/tasks.ts';

/**
 * Work that an agent took on and was not heard of for so long counts as over: else a server that went away would keep
 * somebody's data for ever. What still comes of it is recorded without its result.
 */
const SILENT_MS = 7 * 86_400_000;

/** Whether what ended it, as far as it is over, was recorded before an index. */
export const isOverBefore = (
  { endedIndex, decidedIndex }: Pick<CallRecord, 'endedIndex' | 'decidedIndex'>,
  size: number,
): boolean => (endedIndex ?? decidedIndex) < size;

/** @param now milliseconds since the epoch: as of then. What changed later was not over. */
export async function isLive(
  call: Pick<CallRecord, 'id' | 'state' | 'operation'>,
  tasks: Pick<TaskReader, 'byCall'>,
  now: number,
): Promise<boolean> {
  if (call.state === 'open' || call.state === 'held') return true;
  if (!call.operation.startsWith('a2a:')) return false;
  const work = await tasks.byCall(call.id);
  return work.some(
    ({ state, parked, updatedAt }) =>
      parked !== null || updatedAt > now || (settledState(state) === null && updatedAt > now - SILENT_MS),
  );
}
