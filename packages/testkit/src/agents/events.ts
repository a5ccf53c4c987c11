// Short ways to write the A2A events that the example agents publish.
import { randomUUID } from 'node:crypto';

import {
  Message,
  Task,
  TaskArtifactUpdateEvent,
  TaskState,
  TaskStatusUpdateEvent,
  taskStateToJSON,
} from '@a2a-js/sdk';
import { AgentEvent, type ExecutionEventBus, type RequestContext } from '@a2a-js/sdk/server';

/** One part of a message or artifact: text, or data as JSON. */
export type Content = string | Readonly<Record<string, unknown>>;

const part = (content: Content): object =>
  typeof content === 'string' ? { text: content } : { data: content };

/** The text parts of a message, one per line. */
export function textOf(message: Message | undefined): string {
  return (message?.parts ?? [])
    .flatMap(({ content }) => (content?.$case === 'text' ? [content.value] : []))
    .join('\n');
}

/** Answers with a bare message: no task at all. */
export function reply(
  bus: ExecutionEventBus,
  { contextId }: RequestContext,
  ...contents: readonly Content[]
): void {
  const message = { messageId: randomUUID(), contextId, role: 'ROLE_AGENT', parts: contents.map(part) };
  bus.publish(AgentEvent.message(Message.fromJSON(message)));
}

/** Opens the task: every task stream begins with it. */
export function openTask(bus: ExecutionEventBus, context: RequestContext, state: TaskState): void {
  const { taskId: id, contextId, userMessage } = context;
  const task = Task.fromJSON({
    id,
    contextId,
    status: statusOf(state),
    history: [Message.toJSON(userMessage)],
  });
  bus.publish(AgentEvent.task(task));
}

export function updateStatus(
  bus: ExecutionEventBus,
  ids: { readonly taskId: string; readonly contextId: string },
  state: TaskState,
  text?: string,
): void {
  const { taskId, contextId } = ids;
  const update = { taskId, contextId, status: statusOf(state, text) };
  bus.publish(AgentEvent.statusUpdate(TaskStatusUpdateEvent.fromJSON(update)));
}

export function addArtifact(
  bus: ExecutionEventBus,
  { taskId, contextId }: RequestContext,
  name: string,
  ...contents: readonly Content[]
): void {
  const artifact = { artifactId: randomUUID(), name, parts: contents.map(part) };
  bus.publish(
    AgentEvent.artifactUpdate(
      TaskArtifactUpdateEvent.fromJSON({ taskId, contextId, artifact, lastChunk: true }),
    ),
  );
}

function statusOf(state: TaskState, text?: string): object {
  return {
    state: taskStateToJSON(state),
    timestamp: new Date().toISOString(),
    ...(text === undefined
      ? {}
      : { message: { messageId: randomUUID(), role: 'ROLE_AGENT', parts: [{ text }] } }),
  };
}
