// A refusal or an error in the words of google.rpc: which status of HTTP and of gRPC a JSON-RPC error is, and the other way
// round for what agents answer (A2A 1.0, the table of section 5.4; protocols.md 2.1).
import type { RpcError } from './message.ts';

/** As numbered by gRPC. */
const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;
type StatusName = (typeof CODES)[number];

export interface Status {
  readonly name: StatusName;
  /** Of gRPC. */
  readonly code: number;
  readonly http: number;
}

const BY_RPC_CODE: ReadonlyMap<number, readonly [name: StatusName, http: number]> = new Map([
  [-32001, ['NOT_FOUND', 404]],
  [-32002, ['FAILED_PRECONDITION', 400]],
  [-32003, ['FAILED_PRECONDITION', 400]],
  [-32004, ['FAILED_PRECONDITION', 400]],
  [-32005, ['INVALID_ARGUMENT', 400]],
  [-32006, ['INTERNAL', 500]],
  [-32007, ['FAILED_PRECONDITION', 400]],
  [-32008, ['FAILED_PRECONDITION', 400]],
  [-32009, ['FAILED_PRECONDITION', 400]],
  [-32600, ['INVALID_ARGUMENT', 400]],
  [-32601, ['UNIMPLEMENTED', 501]],
  [-32602, ['INVALID_ARGUMENT', 400]],
  [-32603, ['INTERNAL', 500]],
  [-32700, ['INVALID_ARGUMENT', 400]],
  // The gateway's own (protocols/json-rpc.ts).
  [-31202, ['FAILED_PRECONDITION', 400]],
  [-31401, ['UNAUTHENTICATED', 401]],
  [-31403, ['PERMISSION_DENIED', 403]],
  [-31408, ['FAILED_PRECONDITION', 400]],
  [-31429, ['RESOURCE_EXHAUSTED', 429]],
  [-31451, ['INTERNAL', 500]],
  [-31500, ['INTERNAL', 500]],
  [-31502, ['UNAVAILABLE', 502]],
  [-31503, ['UNAVAILABLE', 503]],
  [-31504, ['DEADLINE_EXCEEDED', 504]],
]);

const BY_HTTP: ReadonlyMap<number, StatusName> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [405, 'UNIMPLEMENTED'],
  [409, 'ABORTED'],
  [413, 'INVALID_ARGUMENT'],
  [415, 'INVALID_ARGUMENT'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [501, 'UNIMPLEMENTED'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);

/** @param http the status of the JSON-RPC answer: other than 200 it says more than the code. */
export function statusOf(rpcCode: number, http: number): Status {
  const [name, own] = BY_RPC_CODE.get(rpcCode) ?? (['UNKNOWN', 500] as const);
  if (http === 200) return status(name, own);
  return status(BY_HTTP.get(http) ?? name, http);
}

function status(name: StatusName, http: number): Status {
  return { name, code: CODES.indexOf(name), http };
}

/** The JSON-RPC codes of errors that A2A names, by the `reason` of their ErrorInfo. */
const BY_REASON: ReadonlyMap<unknown, number> = new Map([
  ['TASK_NOT_FOUND', -32001],
  ['TASK_NOT_CANCELABLE', -32002],
  ['PUSH_NOTIFICATION_NOT_SUPPORTED', -32003],
  ['UNSUPPORTED_OPERATION', -32004],
  ['CONTENT_TYPE_NOT_SUPPORTED', -32005],
  ['INVALID_AGENT_RESPONSE', -32006],
  ['EXTENDED_AGENT_CARD_NOT_CONFIGURED', -32007],
  ['EXTENSION_SUPPORT_REQUIRED', -32008],
  ['VERSION_NOT_SUPPORTED', -32009],
]);

const RPC_BY_STATUS: Partial<Record<StatusName, number>> = {
  INVALID_ARGUMENT: -32602,
  OUT_OF_RANGE: -32602,
  NOT_FOUND: -32001,
  UNIMPLEMENTED: -32004,
};

export const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';

/** What an agent answered in another binding, as the JSON-RPC error that says the same. */
export function rpcErrorOf(
  { name, http }: { readonly name?: unknown; readonly http?: number },
  message: string,
  details: readonly unknown[],
): RpcError {
  const infos = details.filter(
    (each): each is { readonly reason?: unknown } =>
      typeof each === 'object' &&
      each !== null &&
      '@type' in each &&
      each['@type'] === ERROR_INFO &&
      'domain' in each &&
      each.domain === 'a2a-protocol.org',
  );
  const named = infos.map(({ reason }) => BY_REASON.get(reason)).find((code) => code !== undefined);
  const status = CODES.find((each) => each === name) ?? BY_HTTP.get(http ?? 0);
  const general = status === undefined ? undefined : RPC_BY_STATUS[status];
  return { code: named ?? general ?? -32603, message, data: details.length === 0 ? undefined : details };
}

export function statusName(code: number): StatusName {
  return CODES[code] ?? 'UNKNOWN';
}

/** What stands under `details`: google.rpc messages, as A2A's errors carry them in JSON-RPC's `data` (section 9.5). */
export function detailsOf({ data }: RpcError): readonly unknown[] {
  if (Array.isArray(data)) return data as readonly unknown[];
  return data === undefined || data === null ? [] : [data];
}
