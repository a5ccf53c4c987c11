// The states of a task, by the names that A2A 1.0 has for them (protocols.md 2.1), and which of them end it.

/** In the order of their numbers: ProtoJSON lets a sender write an enum by its number. */
export const TASK_STATES = [
  'TASK_STATE_UNSPECIFIED',
  'TASK_STATE_SUBMITTED',
  'TASK_STATE_WORKING',
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_INPUT_REQUIRED',
  'TASK_STATE_REJECTED',
  'TASK_STATE_AUTH_REQUIRED',
] as const;

export type TaskState = (typeof TASK_STATES)[number];

const SETTLED = {
  TASK_STATE_COMPLETED: 'completed',
  TASK_STATE_FAILED: 'failed',
  TASK_STATE_CANCELED: 'canceled',
  TASK_STATE_REJECTED: 'rejected',
} as const satisfies Partial<Record<TaskState, string>>;

export type SettledState = (typeof SETTLED)[keyof typeof SETTLED];

/** The state that a JSON value names, or null where it names none. */
export function taskStateOf(value: unknown): TaskState | null {
  const name = typeof value === 'number' ? TASK_STATES[value] : value;
  return TASK_STATES.find((state) => state === name) ?? null;
}

/** As the log names it, or null while the task goes on. */
export function settledState(state: string): SettledState | null {
  return (SETTLED as Readonly<Record<string, SettledState>>)[state] ?? null;
}
