// Whether a client can take a task, and has said so: a server that answers with one where it was not said would have its
// answer taken for an empty success (protocols.md 1.5), and would run work that nobody asks about again.
import type { Operation } from '@countersign/audit';
import { ok, refuse, type Result } from '../../../errors.ts';
import type { InboundCall, JsonRpcMessage } from '../../../pipeline/types.ts';
import { MODERN_REVISION } from '../operations.ts';
import { isTaskId, objectOf } from './form.ts';

export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
/** The one revision with tasks in its core. */
export const TASKS_REVISION = '2025-11-25';

const OPERATIONS: ReadonlySet<Operation> = new Set([
  'mcp:tasks/get',
  'mcp:tasks/result',
  'mcp:tasks/list',
  'mcp:tasks/cancel',
  'mcp:tasks/update',
]);

export function isTaskOperation(operation: Operation): boolean {
  return OPERATIONS.has(operation);
}

/** The task that a request names, as its server knows it; null where it is about none. */
export function namedTask({ operation, message }: Pick<InboundCall, 'operation' | 'message'>): string | null {
  const id = message?.params['taskId'];
  return isTaskOperation(operation) && isTaskId(id) ? id : null;
}

/** Whether this very call may be answered with a task. */
export function mayBeTask(call: Pick<InboundCall, 'operation' | 'revision' | 'message'>): boolean {
  if (call.operation !== 'mcp:tools/call' || call.message === null) return false;
  return call.revision === MODERN_REVISION
    ? declares(call.message)
    : call.revision === TASKS_REVISION && Object.hasOwn(call.message.params, 'task');
}

/** 2026-07-28: each request says what its client can do. */
export function declares({ params }: Pick<JsonRpcMessage, 'params'>): boolean {
  const capabilities = objectOf(objectOf(params['_meta'])?.[CAPABILITIES]);
  return objectOf(objectOf(capabilities?.['extensions'])?.[TASKS_EXTENSION]) !== null;
}

/** At the edge, of requests of 2026-07-28 about tasks. */
export function checkDeclared(message: JsonRpcMessage): Result<void> {
  if (declares(message)) return ok(undefined);
  return refuse(
    'malformed_request',
    `${message.method} of a client that does not declare tasks`,
    `\`_meta\` must declare the extension \`${TASKS_EXTENSION}\` among the client's capabilities`,
    {
      rpcCode: -32021,
      status: 400,
      data: { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } },
    },
  );
}

/** `params.task`, by which a client of 2025-11-25 asks for a task: it carries two numbers, and nothing else leaves in it. */
export function checkTaskParam({ method, params }: JsonRpcMessage): Result<void> {
  if (!Object.hasOwn(params, 'task')) return ok(undefined);
  // The official client repeats it in what it then asks about the task.
  if (method !== 'tools/call' && !method.startsWith('tasks/'))
    return refuse('unknown_operation', 'params.task', `\`${method}\` takes no \`params.task\``);
  if (isTaskParam(params['task'])) return ok(undefined);
  return refuse(
    'malformed_request',
    'params.task in another form',
    '`params.task` must be an object with `ttl` and `pollInterval` at most, both numbers',
    { rpcCode: -32602 },
  );
}

/** Two numbers at most. */
export function isTaskParam(value: unknown): boolean {
  const task = objectOf(value);
  const isKnown = (name: string) => name === 'ttl' || name === 'pollInterval';
  const isFit = (member: unknown) => member === null || typeof member === 'number';
  return task !== null && Object.entries(task).every(([name, member]) => isKnown(name) && isFit(member));
}

/** Once the session has said which revision it is of. */
export function checkTaskRevision(
  call: Pick<InboundCall, 'operation' | 'revision' | 'message'>,
): Result<void> {
  if (call.revision === MODERN_REVISION || call.revision === TASKS_REVISION) return ok(undefined);
  const isAsked = call.operation === 'mcp:tools/call' && Object.hasOwn(call.message?.params ?? {}, 'task');
  if (!isAsked && !isTaskOperation(call.operation)) return ok(undefined);
  const what = isAsked ? '`params.task`' : `\`${call.message?.method ?? ''}\``;
  return refuse(
    'unknown_operation',
    `${what} in ${call.revision}`,
    `Method not found: ${what} is not part of MCP ${call.revision}`,
  );
}
