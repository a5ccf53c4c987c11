// Names every A2A operation once, at the edge, as 1.0 and 0.3 call it (protocols.md 2.1). Whatever is in no list is unknown.
import type { Operation } from '@countersign/audit';
import { ok, refuse, type Result } from '../../errors.ts';
import { A2A_0_3 } from './dialects/v0-3.ts';
import { A2A_1_0 } from './dialects/v1.ts';
import type { Dialect } from './dialects/types.ts';

export type A2aOperation = Extract<Operation, `a2a:${'message' | 'task' | 'push' | 'card'}/${string}`>;

const RELAYED: ReadonlyMap<string, A2aOperation> = new Map<string, A2aOperation>([
  ['SendMessage', 'a2a:message/send'],
  ['SendStreamingMessage', 'a2a:message/stream'],
  ['GetTask', 'a2a:task/get'],
  ['CancelTask', 'a2a:task/cancel'],
  ['ListTasks', 'a2a:task/list'],
  ['SubscribeToTask', 'a2a:task/subscribe'],
  ['CreateTaskPushNotificationConfig', 'a2a:push/set'],
  ['GetTaskPushNotificationConfig', 'a2a:push/get'],
  ['ListTaskPushNotificationConfigs', 'a2a:push/list'],
  ['DeleteTaskPushNotificationConfig', 'a2a:push/delete'],
  ['GetExtendedAgentCard', 'a2a:card/extended'],
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

/** The version that cards of the gateway name first. */
export const A2A_VERSION = '1.0';

/** JSON-RPC codes that A2A itself fixes. */
export const TASK_NOT_FOUND = -32001;
export const TASK_NOT_CANCELABLE = -32002;
export const PUSH_NOT_SUPPORTED = -32003;
export const UNSUPPORTED_OPERATION = -32004;
export const INVALID_AGENT_RESPONSE = -32006;
export const VERSION_NOT_SUPPORTED = -32009;
export const INVALID_PARAMS = -32602;

export function operationOf(method: string, dialect: Dialect): Result<A2aOperation> {
  const name = dialect === A2A_1_0 ? method : EARLIER.get(method);
  const operation = name === undefined ? undefined : RELAYED.get(name);
  if (operation !== undefined) return ok(operation);
  const now = EARLIER.get(method);
  if (now !== undefined)
    return unsupported(
      method,
      `\`${method}\` belongs to A2A 0.3, and the header \`A2A-Version\` says 1.0: call \`${now}\`, or leave out the header`,
    );
  if (RELAYED.has(method)) {
    return refuse(
      'unsupported_version',
      `\`${method}\` without A2A-Version: 1.0`,
      `\`${method}\` belongs to A2A 1.0; without the header \`A2A-Version\` a request is one of 0.3: send \`A2A-Version: 1.0\``,
      { rpcCode: VERSION_NOT_SUPPORTED, data: { supported: SUPPORTED } },
    );
  }
  return refuse(
    'unknown_operation',
    `method \`${method}\``,
    `Method not found: \`${method}\` is not an operation of A2A ${dialect.version}`,
  );
}

const SUPPORTED = `${A2A_1_0.version}, ${A2A_0_3.version}`;

/** The version that a request is in. Absent means 0.3, by the specification. */
export function versionOf(header: string | undefined): Result<Dialect> {
  if (header === A2A_1_0.version) return ok(A2A_1_0);
  if (header === undefined || header === '' || header === A2A_0_3.version) return ok(A2A_0_3);
  return refuse(
    'unsupported_version',
    `A2A-Version: \`${header}\``,
    `the header \`A2A-Version\` says \`${header}\`; this gateway relays A2A 1.0 (\`A2A-Version: 1.0\`) and 0.3 (without the header)`,
    { rpcCode: VERSION_NOT_SUPPORTED, data: { supported: SUPPORTED } },
  );
}

function unsupported(method: string, message: string): Result<never> {
  return refuse('unknown_operation', `method \`${method}\``, message, { rpcCode: UNSUPPORTED_OPERATION });
}
