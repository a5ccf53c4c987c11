// A task of the gateway's own: what stands for a held message while people decide, and what became of it, in the version
// of A2A that the message came in (protocols.md 2.2).
import { randomUUID } from 'node:crypto';
import type { Approval } from '../../approvals/types.ts';
import { ofKind } from './dialects/dialects.ts';
import type { Dialect } from './dialects/types.ts';
import type { TaskState } from './states.ts';

export interface TaskName {
  readonly id: string;
  readonly context: string;
}

/** The status of a task that waits for people. */
export function heldStatus(
  task: TaskName,
  approval: Pick<Approval, 'id' | 'expiresAt' | 'guards'>,
  now: number,
  dialect: Dialect,
): object {
  const groups = [...new Set(approval.guards.map((guard) => guard.group))].join(', ');
  const expiresAt = new Date(approval.expiresAt).toISOString();
  const text =
    `this message is held for approval (${approval.id}) by ${groups} until ${expiresAt}; nothing was sent yet; ` +
    'it is sent as it is once it is approved: do not send it again';
  const data = { ...ofKind(dialect, 'data'), data: { approvalId: approval.id, expiresAt } };
  return statusOf(task, 'TASK_STATE_AUTH_REQUIRED', now, dialect, [textPart(text, dialect), data]);
}

/** A status with what there is to say about it. */
export function statusText(
  task: TaskName,
  state: TaskState,
  text: string,
  now: number,
  dialect: Dialect,
): object {
  return statusOf(task, state, now, dialect, [textPart(text, dialect)]);
}

/** A status of which nothing more is known. */
export function bareStatus(state: TaskState, { states }: Dialect): object {
  return { state: states[state] };
}

export function taskJson({ id, context }: TaskName, status: object, dialect: Dialect): object {
  return { ...ofKind(dialect, 'task'), id, contextId: context, status };
}

/** A task as it answers a message. @param json the task. */
export function taskResult(json: string, { wrapped }: Dialect): string {
  return wrapped === null ? json : `{${JSON.stringify(wrapped.task)}:${json}}`;
}

/** The event that tells of a new status of a task that goes on. */
export function statusUpdateJson({ id, context }: TaskName, status: object, dialect: Dialect): string {
  const update = { ...ofKind(dialect, 'statusUpdate'), taskId: id, contextId: context, status };
  return dialect.wrapped === null
    ? JSON.stringify({ ...update, final: false })
    : JSON.stringify({ [dialect.wrapped.statusUpdate]: update });
}

/** A bare message that came for a task: its caller has a task already, so the message becomes what it produced. */
export function answeredTaskJson(
  { id, context }: TaskName,
  partsJson: string,
  now: number,
  dialect: Dialect,
): string {
  const state = dialect.states['TASK_STATE_COMPLETED'];
  const status = JSON.stringify({ state, timestamp: new Date(now).toISOString() });
  // The parts are the agent's own text: numbers keep their digits.
  const artifact = `{"artifactId":${JSON.stringify(randomUUID())},"name":"reply","parts":${partsJson}}`;
  const head = JSON.stringify({ ...ofKind(dialect, 'task'), id, contextId: context }).slice(0, -1);
  return `${head},"status":${status},"artifacts":[${artifact}]}`;
}

function textPart(text: string, dialect: Dialect): object {
  return { ...ofKind(dialect, 'text'), text };
}

function statusOf(
  { id, context }: TaskName,
  state: TaskState,
  now: number,
  dialect: Dialect,
  parts: readonly object[],
): object {
  const { roles, states } = dialect;
  const message = {
    ...ofKind(dialect, 'message'),
    messageId: randomUUID(),
    role: roles.agent,
    taskId: id,
    contextId: context,
    parts,
  };
  return { state: states[state], message, timestamp: new Date(now).toISOString() };
}
