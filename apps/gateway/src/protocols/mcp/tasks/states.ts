// The states of a task as MCP names them (2025-11-25, utilities/tasks; 2026-07-28, extension `io.modelcontextprotocol/tasks`),
// and as the store keeps them: there, a task that is settled is one whose end is on record.
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import type { SettledState } from '../../task-settled.ts';

const STATUSES = ['working', 'input_required', 'completed', 'failed', 'cancelled'] as const;
export type TaskStatus = (typeof STATUSES)[number];
export type EndStatus = Extract<TaskStatus, 'completed' | 'failed' | 'cancelled'>;

export function statusOf(value: unknown): TaskStatus | null {
  return STATUSES.find((status) => status === value) ?? null;
}

export function isEnd(status: TaskStatus): status is EndStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** The words of the table, which are those of A2A. */
export const AT_WORK = 'TASK_STATE_WORKING';
const SETTLED = {
  completed: 'TASK_STATE_COMPLETED',
  failed: 'TASK_STATE_FAILED',
  cancelled: 'TASK_STATE_CANCELED',
} as const satisfies Record<EndStatus, string>;
/** The server said that it ended, and nobody has seen its result: what there is to record is still to come. */
const ENDED = { completed: 'ENDED_COMPLETED', failed: 'ENDED_FAILED' } as const;

/** As the log names it. */
export const LOGGED = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'canceled',
} as const satisfies Record<EndStatus, SettledState>;

export function settledRow(status: EndStatus): string {
  return SETTLED[status];
}

/** The state of a task that ended without telling what it came to; null where the end is all there is. */
export function endedRow(status: EndStatus): string | null {
  return status === 'cancelled' ? null : ENDED[status];
}

export function isSettled({ state }: Pick<TaskRecord, 'state'>): boolean {
  return Object.values<string>(SETTLED).includes(state);
}

/** How the task ended, of one whose end is not on record yet. */
export function endOf({ state }: Pick<TaskRecord, 'state'>): EndStatus | null {
  const found = Object.entries(ENDED).find(([, row]) => row === state);
  return found === undefined ? null : (found[0] as EndStatus);
}
