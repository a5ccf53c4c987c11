// Names every A2A operation once, at the edge, as 1.0 and 0.3 call it: those that are relayed, and those that exist but are
// not relayed yet, so that a client is told the difference (protocols.md 2.1). Whatever is in no list is unknown.
import type { Operation } from '@countersign/audit';
import { ok, refuse, type Result } from '../../errors.ts';
import { A2A_0_3 } from './dialects/v0-3.ts';
import { A2A_1_0 } from './dialects/v1.ts';
import type { Dialect } from './dialects/types.ts';

export type A2aOperation = Extract<Operation, `a2a:${'message' | 'task'}/${string}`>;

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

/** Methods of A2A 0.3 that are relayed where 1.0's are: their parameters say the same in the same places. */
const RELAYED_EARLIER: ReadonlySet<string> = new Set([
  'message/send',
  'message/stream',
  'tasks/get',
  'tasks/cancel',
  'tasks/resubscribe',
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
  const is1 = dialect === A2A_1_0;
  const name = is1 ? method : EARLIER.get(method);
  const operation = name === undefined ? undefined : RELAYED.get(name);
  if (operation !== undefined && (is1 || RELAYED_EARLIER.has(method))) return ok(operation);
  if (name !== undefined && (NOT_RELAYED.has(name) || RELAYED.has(name))) {
    return unsupported(method, `this gateway does not relay \`${method}\` yet`);
  }
  const now = EARLIER.get(method);
  if (now !== undefined)
    return unsupported(
      method,
      `\`${method}\` belongs to A2A 0.3, and the header \`A2A-Version\` says 1.0: call \`${now}\`, or leave out the header`,
    );
  if (RELAYED.has(method) || NOT_RELAYED.has(method)) {
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

/** Where 1.0 alone is relayed: in any other binding than JSON-RPC. */
export function checkVersion(header: string | undefined): Result<void> {
  const version = versionOf(header);
  if (!version.ok || version.value === A2A_1_0) return version.ok ? ok(undefined) : version;
  const asked = header === A2A_0_3.version ? '`0.3`' : 'no version, which means 0.3';
  return refuse(
    'unsupported_version',
    `A2A-Version: ${asked}`,
    `the header \`A2A-Version\` says ${asked}; this gateway relays A2A 0.3 over JSON-RPC only: send \`A2A-Version: 1.0\``,
    { rpcCode: VERSION_NOT_SUPPORTED, data: { supported: A2A_VERSION } },
  );
}

function unsupported(method: string, message: string): Result<never> {
  return refuse('unknown_operation', `method \`${method}\``, message, { rpcCode: UNSUPPORTED_OPERATION });
}
