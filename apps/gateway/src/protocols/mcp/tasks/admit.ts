// Requests about tasks at the gate: a task that is not the caller's is "not found", whether it exists or not; one that is
// puts the request into the chain of the call that the task works for, so that its labels come with it (DESIGN section 7).
import { ok, refuse, type Result } from '../../../errors.ts';
import type { Deps } from '../../../pipeline/deps.ts';
import type { AuthenticatedCall, ChainLink } from '../../../pipeline/types.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import { isAggregated } from '../../../pipeline/recording.ts';
import { checkTaskRevision, namedTask } from './asked.ts';
import { ownTask, type TaskReaders } from './rows.ts';

export interface TaskAdmitDeps {
  readonly pipeline: Deps;
  readonly tasks: TaskReaders;
}

export async function admitTask(
  call: AuthenticatedCall,
  { pipeline, tasks }: TaskAdmitDeps,
): Promise<Result<AuthenticatedCall>> {
  const fits = checkTaskRevision(call);
  if (!fits.ok) return fits;
  const id = namedTask(call);
  if (id === null) return ok(call);
  const row = await ownTask(call, id, tasks);
  if (row === null) return taskNotFound(id);
  const link = await linkUnder(row, call, pipeline);
  return ok({ ...call, link, said: { ...call.said, input: inputOf(call, row) } });
}

/** In the protocol's own words: it does not exist, or not to this caller. */
export function taskNotFound(id: string): Result<never> {
  return refuse(
    'foreign_task',
    `task \`${id}\` is not this caller's`,
    'Failed to retrieve task: Task not found',
  );
}

/**
 * A poll is part of the task's call, and questions on its stream are put under that. What is decided by itself keeps the
 * parent that its caller's token proves.
 */
export async function linkUnder(
  row: TaskRecord,
  call: AuthenticatedCall,
  { reads }: Pick<Deps, 'reads'>,
): Promise<ChainLink> {
  const labels = [...new Set([...call.link.labels, ...(await reads.chainLabels(row.chain))])];
  if (call.link.parent !== null && !isAggregated(call.operation)) return { ...call.link, labels };
  return {
    ...call.link,
    kind: 'verified',
    chain: row.chain as ChainLink['chain'],
    parent: row.call as NonNullable<ChainLink['parent']>,
    labels,
  };
}

/** What policy sees of the request (packages/policy/README.md). */
export function inputOf(
  { operation, said, message }: AuthenticatedCall,
  { tool }: TaskRecord,
): string | null {
  if (operation === 'mcp:tasks/cancel') return JSON.stringify({ tool });
  if (operation !== 'mcp:tasks/update') return said.input;
  const responses = Object.values(message?.params['inputResponses'] ?? {});
  return JSON.stringify({ tool, answers: responses.length, textLength: lengthOf(responses) });
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + lengthOf(each), 0);
}
