// Names every A2A 1.0 operation once, at the edge: those that are relayed, and those that exist but are not relayed yet,
// so that a client is told the difference (protocols.md 2.1). Whatever is in neither list is unknown.
import type { Operation } from '@countersign/audit';
import { ok, refuse, type Result } from '../../errors.ts';

export type A2aOperation = Extract<Operation, `a2a:${'message' | 'task'}/${string}`>;

export const A2A_VERSION = '1.0';
export const A2A_REVISION = 'a2a-1.0';

const RELAYED: ReadonlyMap<string, A2aOperation> = new Map<string, A2aOperation>([
  ['SendMessage', 'a2a:message/send'],
  ['SendStreamingMessage', 'a2a:message/stream'],
  ['GetTask', 'a2a:task/get'],
  ['CancelTask', 'a2a:task/cancel'],
]);

const NOT_RELAYED: ReadonlySet<string> = new Set([
  'ListTasks',
  'SubscribeToTask',
  'CreateTaskPushNotificationConfig',
  'GetTaskPushNotificationConfig',
  'ListTaskPushNotificationConfigs',
  'DeleteTaskPushNotificationConfig',
  'GetExtendedAgentCard',
]);

/** Methods of A2A 0.3, and what the same is called in 1.0. */
const EARLIER: ReadonlyMap<string, string> = new Map([
  ['message/send', 'SendMessage'],
  ['message/stream', 'SendStreamingMessage'],
  ['tasks/get', 'GetTask'],
  ['tasks/cancel', 'CancelTask'],
  ['tasks/resubscribe', 'SubscribeToTask'],
  ['tasks/pushNotificationConfig/set', 'CreateTaskPushNotificationConfig'],
  ['tasks/pushNotificationConfig/get', 'GetTaskPushNotificationConfig'],
  ['tasks/pushNotificationConfig/list', 'ListTaskPushNotificationConfigs'],
  ['tasks/pushNotificationConfig/delete', 'DeleteTaskPushNotificationConfig'],
  ['agent/getAuthenticatedExtendedCard', 'GetExtendedAgentCard'],
]);

/** JSON-RPC codes that A2A itself fixes. */
export const TASK_NOT_FOUND = -32001;
export const TASK_NOT_CANCELABLE = -32002;
export const PUSH_NOT_SUPPORTED = -32003;
export const UNSUPPORTED_OPERATION = -32004;
export const INVALID_AGENT_RESPONSE = -32006;
export const VERSION_NOT_SUPPORTED = -32009;
export const INVALID_PARAMS = -32602;

export function operationOf(method: string): Result<A2aOperation> {
  const operation = RELAYED.get(method);
  if (operation !== undefined) return ok(operation);
  if (NOT_RELAYED.has(method)) {
    return unsupported(method, `this gateway does not relay \`${method}\` yet`);
  }
  const now = EARLIER.get(method);
  if (now !== undefined) {
    return unsupported(
      method,
      `\`${method}\` belongs to A2A 0.3; this gateway speaks A2A 1.0: call \`${now}\``,
    );
  }
  return refuse(
    'unknown_operation',
    `method \`${method}\``,
    `Method not found: \`${method}\` is not an operation of A2A 1.0`,
  );
}

/** Absent means 0.3, by the specification. */
export function checkVersion(header: string | undefined): Result<void> {
  if (header === A2A_VERSION) return ok(undefined);
  const asked = header === undefined || header === '' ? 'no version, which means 0.3' : `\`${header}\``;
  return refuse(
    'unsupported_version',
    `A2A-Version: ${asked}`,
    `the header \`A2A-Version\` says ${asked}; this gateway speaks A2A 1.0: send \`A2A-Version: 1.0\``,
    { rpcCode: VERSION_NOT_SUPPORTED, data: { supported: A2A_VERSION } },
  );
}

function unsupported(method: string, message: string): Result<never> {
  return refuse('unknown_operation', `method \`${method}\``, message, { rpcCode: UNSUPPORTED_OPERATION });
}
