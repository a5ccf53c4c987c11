// One A2A request, read once from its bytes: the JSON-RPC envelope, and the parameters as far as the gateway must
// understand them. Batches, duplicate keys and whatever else two readers could disagree about end here.
import { ok, refuse, type Result } from '../../errors.ts';
import type { JsonRpcMessage } from '../../pipeline/types.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import type { Scanned, ScanError, ScanOptions } from '../json/types.ts';
import { type IdSite, memberText, messageIds, namedTask } from './ids.ts';
import { INVALID_PARAMS } from './operations.ts';
import { A2A_0_3 } from './dialects/v0-3.ts';
import { A2A_1_0 } from './dialects/v1.ts';
import type { Dialect } from './dialects/types.ts';
import { ENVELOPE } from './places.ts';

const SHAPES = {
  '1.0': compileShape({ '': ENVELOPE, ...A2A_1_0.places.params }),
  '0.3': compileShape({ '': ENVELOPE, ...A2A_0_3.places.params }),
};

export interface Envelope {
  readonly message: JsonRpcMessage & { readonly id: string | number };
  /** `params.metadata` as JSON text. */
  readonly metadata: string | null;
  readonly scanned: Scanned;
}

export function readEnvelope(
  bytes: Uint8Array,
  { version }: Pick<Dialect, 'version'>,
  limits: Partial<ScanOptions>,
): Result<Envelope> {
  const scanned = scan(bytes, SHAPES[version], limits);
  if (!scanned.ok) return unreadable(scanned.error);
  const { value, containers } = scanned.value;
  const { id, method, params } = value;
  if (value['jsonrpc'] !== '2.0') return malformed('the member `jsonrpc` must be "2.0"');
  if (Object.hasOwn(value, 'result') || Object.hasOwn(value, 'error') || typeof method !== 'string') {
    return malformed('a request needs a `method`, and neither `result` nor `error`');
  }
  // A request without an id would be carried out without an answer: nobody could be told of a refusal.
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) {
    return malformed('the member `id` must be a string or an integer');
  }
  if (params !== undefined && (typeof params !== 'object' || params === null || Array.isArray(params))) {
    return malformed('the member `params` must be an object');
  }
  const metadata = memberText(bytes, containers.get('params'), 'metadata');
  return ok({
    message: {
      id: id as string | number,
      method,
      params: (params ?? {}) as Readonly<Record<string, unknown>>,
      paramsText: memberText(bytes, containers.get(''), 'params') ?? '',
    },
    // ProtoJSON: null is how a sender may write "absent".
    metadata: (params as { metadata?: unknown } | undefined)?.metadata === null ? null : metadata,
    scanned: scanned.value,
  });
}

/** The ids that a message names, once its parameters are known to be well formed. */
export function readSend(
  bytes: Uint8Array,
  { message, scanned }: Envelope,
  dialect: Dialect,
): Result<IdSite[]> {
  const { message: sent, configuration, metadata } = message.params;
  const problem = messageProblem(sent, dialect) ?? objectProblem('metadata', metadata);
  if (problem !== null) return invalid(problem);
  const badConfiguration = objectProblem('configuration', configuration);
  if (badConfiguration !== null) return invalid(badConfiguration);
  const ids = messageIds(bytes, scanned.containers, 'params.message', true);
  return ids.ok ? ids : invalid(ids.error);
}

/** The task that a request is about. */
export function readTaskName(
  bytes: Uint8Array,
  { scanned }: Envelope,
  name: 'id' | 'taskId' = 'id',
): Result<IdSite[]> {
  const ids = namedTask(bytes, scanned.containers, name);
  if (!ids.ok) return invalid(ids.error);
  return ids.value.length === 1 ? ids : invalid(`\`params.${name}\` must name the task`);
}

function messageProblem(value: unknown, { roles, kinds, partOf, partRule }: Dialect): string | null {
  if (!isObject(value)) return '`params.message` must be an object';
  const { messageId, role, parts, kind } = value;
  if (kinds !== null && kind !== kinds.message) return `\`params.message.kind\` must be "${kinds.message}"`;
  if (typeof messageId !== 'string' || messageId === '') {
    return '`params.message.messageId` must be a non-empty string';
  }
  if (role !== roles.user && role !== roles.agent)
    return `\`params.message.role\` must be "${roles.user}" or "${roles.agent}"`;
  if (!Array.isArray(parts) || parts.length === 0) return '`params.message.parts` must be a non-empty array';
  const bad = parts.findIndex((part) => !isObject(part) || partOf(part) === null);
  return bad === -1 ? null : `\`params.message.parts.${bad}\` must ${partRule}`;
}

function objectProblem(name: string, value: unknown): string | null {
  return value === undefined || value === null || isObject(value)
    ? null
    : `\`params.${name}\` must be an object`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): Result<never> {
  return refuse('malformed_request', message, message, { rpcCode: INVALID_PARAMS });
}

function malformed(message: string): Result<never> {
  return refuse('malformed_request', message);
}

const NO_JSON: ReadonlySet<ScanError['code']> = new Set([
  'empty',
  'bom',
  'invalid_utf8',
  'syntax',
  'control_character',
  'trailing_data',
  'lone_surrogate',
]);

function unreadable({ code, message }: ScanError): Result<never> {
  if (code === 'too_large') return refuse('request_too_large', message);
  if (code === 'batch') return malformed('batches are not accepted: send one JSON-RPC message per request');
  return refuse('malformed_request', `${code}: ${message}`, message, {
    rpcCode: NO_JSON.has(code) ? -32700 : -32600,
  });
}
