// What a task of the gateway's own has touched, whoever is told of it is exposed to: by whichever operation it asks.
import { ok, type Result } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { exposureChanges, refused } from '../../pipeline/record.ts';
import { holdersOf } from '../../pipeline/facts.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';

/** Durable before it resolves: nothing of the task is told before. */
export async function exposeToTask(
  call: CompletedCall,
  { chain }: Pick<TaskRecord, 'chain'>,
  pipeline: Deps,
): Promise<Result<void>> {
  const labels = await pipeline.reads.chainLabels(chain);
  if (labels.length === 0) return ok(undefined);
  const changes = exposureChanges(holdersOf(call), labels, call, pipeline);
  const result = await pipeline.writer.commit({ entries: [], changes });
  return result.ok ? ok(undefined) : refused(result);
}
