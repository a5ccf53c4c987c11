// The rows and entries that follow from what an agent said of a task: who may ask for it later, how it stands, and, once,
// that it is settled (DESIGN sections 5, 7).
import { randomUUID } from 'node:crypto';
import type { EntryDraft } from '@countersign/audit';
import type { AuthenticatedCall } from '../../pipeline/types.ts';
import type { ContextRecord, TaskRecord } from '../../store/readers/tasks.ts';
import type { Change, Precondition } from '../../store/types.ts';
import { type SettledWork, taskSettled } from '../task-settled.ts';
import { type A2aReaders, principalOf } from './reads.ts';
import { settledState, type TaskState } from './states.ts';

/** Changes that belong together, and what must still hold when they are made. */
export interface Writes {
  readonly changes: readonly Change[];
  readonly preconditions: readonly Precondition[];
}

/** The id of the task that a released message was found to continue, where the caller had that one already. */
export function sameTask(row: TaskRecord): string | null {
  if (row.result === null || row.upstreamTask !== null) return null;
  const stored = JSON.parse(Buffer.from(row.result).toString('utf8')) as { readonly sameAs?: string };
  return stored.sameAs ?? null;
}

/** What `result` holds for such a task. @param id the gateway's name for the other one. */
export function sameAs(id: string): Uint8Array {
  return Buffer.from(JSON.stringify({ sameAs: id }));
}

/** The task itself, or the one that it stands for. */
export async function actualTask(row: TaskRecord, readers: A2aReaders): Promise<TaskRecord> {
  const id = sameTask(row);
  return id === null ? row : ((await readers.tasks.get(id)) ?? row);
}

export function newTask(
  call: AuthenticatedCall,
  task: {
    readonly id: string;
    readonly upstreamTask: string;
    readonly context: string;
    readonly state: string;
  },
  now: number,
): Writes {
  const { agentUid, subject } = principalOf(call);
  const row = {
    id: task.id,
    upstream_uid: call.upstream.uid,
    upstream_task: task.upstreamTask,
    context: task.context,
    call: call.id,
    chain: call.link.chain,
    agent_uid: agentUid,
    subject,
    state: task.state,
    minted: task.id === task.upstreamTask ? 0 : 1,
    created_at: now,
    updated_at: now,
  };
  return { changes: [{ insert: 'tasks', row }], preconditions: [] };
}

export function newContext(
  call: AuthenticatedCall,
  context: { readonly id: string; readonly upstreamContext: string | null; readonly heldBy: string | null },
  now: number,
): Change {
  const { agentUid, subject } = principalOf(call);
  return {
    insert: 'contexts',
    row: {
      id: context.id,
      upstream_uid: call.upstream.uid,
      upstream_context: context.upstreamContext,
      agent_uid: agentUid,
      subject,
      chain: call.link.chain,
      held_by: context.heldBy,
      created_at: now,
    },
  };
}

export function contextChange(
  { id, upstreamUid }: Pick<ContextRecord, 'id' | 'upstreamUid'>,
  set: { readonly upstream_context?: string; readonly chain?: string; readonly held_by?: string | null },
): Change {
  return { update: 'contexts', set, where: { id, upstream_uid: upstreamUid } };
}

/** Changes a task that is still as it was read. */
export function taskChange(
  row: TaskRecord,
  set: Readonly<Record<string, string | number | Uint8Array | null>>,
  now: number,
): Writes {
  const where = { id: row.id, state: row.state };
  return {
    changes: [{ update: 'tasks', set: { ...set, updated_at: now }, where: { id: row.id } }],
    preconditions: [{ table: 'tasks', where, expect: 'exists' }],
  };
}

/** The state that a task goes into; one that is settled stays as it is. */
export function nextState(row: TaskRecord, said: TaskState | null): string {
  return said === null || said === 'TASK_STATE_UNSPECIFIED' || settledState(row.state) !== null
    ? row.state
    : said;
}

/**
 * That a task ended, of the call that it works for: `decided` is the index of the entry that allowed it. Empty where
 * the state ends nothing.
 */
export function settledEntry(
  task: SettledWork,
  state: string,
  result: string | null,
): EntryDraft<'task.settled'>[] {
  const settled = settledState(state);
  return settled === null ? [] : [taskSettled(task, settled, result)];
}

/** An id that the agent's own would otherwise collide with. */
export function mintId(): string {
  return randomUUID();
}
