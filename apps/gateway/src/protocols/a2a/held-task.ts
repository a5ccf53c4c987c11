// A task of the gateway's own: what stands for a held message while people decide, and what became of it. Plain ProtoJSON
// as A2A 1.0 writes it (protocols.md 2.2).
import { randomUUID } from 'node:crypto';
import type { Approval } from '../../approvals/types.ts';
import type { TaskState } from './states.ts';

export interface TaskName {
  readonly id: string;
  readonly context: string;
}

type Part = { readonly text: string } | { readonly data: Readonly<Record<string, unknown>> };

/** The status of a task that waits for people. */
export function heldStatus(
  task: TaskName,
  approval: Pick<Approval, 'id' | 'expiresAt' | 'guards'>,
  now: number,
): object {
  const groups = [...new Set(approval.guards.map((guard) => guard.group))].join(', ');
  const expiresAt = new Date(approval.expiresAt).toISOString();
  const text =
    `this message is held for approval (${approval.id}) by ${groups} until ${expiresAt}; nothing was sent yet; ` +
    'it is sent as it is once it is approved: do not send it again';
  return statusOf(task, 'TASK_STATE_AUTH_REQUIRED', now, [
    { text },
    { data: { approvalId: approval.id, expiresAt } },
  ]);
}

/** A status with what there is to say about it. */
export function statusText(task: TaskName, state: TaskState, text: string, now: number): object {
  return statusOf(task, state, now, [{ text }]);
}

export function taskJson({ id, context }: TaskName, status: object): object {
  return { id, contextId: context, status };
}

/** The `StreamResponse` that tells of a new status. */
export function statusUpdateJson({ id, context }: TaskName, status: object): string {
  return JSON.stringify({ statusUpdate: { taskId: id, contextId: context, status } });
}

/** A bare message that came for a task: its caller has a task already, so the message becomes what it produced. */
export function answeredTaskJson({ id, context }: TaskName, partsJson: string, now: number): string {
  const status = JSON.stringify({ state: 'TASK_STATE_COMPLETED', timestamp: new Date(now).toISOString() });
  // The parts are the agent's own text: numbers keep their digits.
  const artifact = `{"artifactId":${JSON.stringify(randomUUID())},"name":"reply","parts":${partsJson}}`;
  return `{"id":${JSON.stringify(id)},"contextId":${JSON.stringify(context)},"status":${status},"artifacts":[${artifact}]}`;
}

function statusOf({ id, context }: TaskName, state: TaskState, now: number, parts: readonly Part[]): object {
  const message = { messageId: randomUUID(), role: 'ROLE_AGENT', taskId: id, contextId: context, parts };
  return { state, message, timestamp: new Date(now).toISOString() };
}
