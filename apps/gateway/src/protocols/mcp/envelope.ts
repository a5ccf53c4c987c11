// One MCP message, read once from its bytes: what kind it is, and the exact text of the parts that policy and
// approvals read. Batches, duplicate keys and whatever else two readers could disagree about end here.
import { refuse, type Result, ok } from '../../errors.ts';
import type { JsonRpcMessage } from '../../pipeline/types.ts';
import { scan, textOf } from '../json/scan.ts';
import { compileShape, type Shape } from '../json/shape.ts';
import { FILTER_PLACE } from './listen-filter.ts';
import type { Container, ScanError, Scanned, ScanOptions } from '../json/types.ts';

const ROOT = { known: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'] };

/** What a client says of its own tasks. */
const OF_TASK = ['taskId', 'status', 'createdAt', 'lastUpdatedAt', 'ttl', 'pollInterval'];
const OF_TASKS = ['task', 'tasks', 'nextCursor', ...OF_TASK];

const SHAPE = compileShape({
  '': ROOT,
  result: {
    known: ['action', 'content', 'model', 'role', 'roots', 'stopReason', '_meta', ...OF_TASKS],
  },
  'result.task': { known: OF_TASK },
  'result.tasks.*': { known: OF_TASK },
  error: { known: ['code', 'message', 'data'] },
  params: {
    known: [
      'name',
      'arguments',
      'uri',
      'ref',
      'argument',
      'context',
      'cursor',
      'level',
      '_meta',
      'protocolVersion',
      'capabilities',
      'clientInfo',
      'task',
      'inputResponses',
      'requestState',
      'notifications',
      'taskId',
      'requestId',
      'progressToken',
    ],
  },
  'params._meta': {},
  'params.ref': { known: ['type', 'name', 'uri'] },
  'params.argument': { known: ['name', 'value'] },
  'params.notifications': FILTER_PLACE,
});

/** What a server asks of its client. */
const ASKED_SHAPE = compileShape({
  '': ROOT,
  params: {
    known: [
      'messages',
      'systemPrompt',
      'maxTokens',
      'includeContext',
      'modelPreferences',
      'tools',
      'toolChoice',
      'mode',
      'message',
      'requestedSchema',
      'url',
      'elicitationId',
      '_meta',
      'task',
      'taskId',
      'cursor',
    ],
  },
  'params._meta': {},
});

/** The reason of a refusal: the text is a list of messages. */
export const BATCH = 'batch';

/** `jsonrpc`, `id`, and the result or the error. */
const ANSWER_MEMBERS = 3;

export type Envelope =
  | { readonly kind: 'request' | 'notification'; readonly message: JsonRpcMessage; readonly said: Said }
  /** Bare: an empty result and nothing beside it, as answers a ping. */
  | {
      readonly kind: 'answer';
      readonly id: string | number;
      readonly isBare: boolean;
      readonly answer: ClientAnswer;
    };

/** What a client answers to a server: exactly one of the two. */
export interface ClientAnswer {
  readonly result: unknown;
  /** Null for a result. */
  readonly error: unknown;
  /** JSON text of an object with that one member, as it was sent. */
  readonly text: string;
}

export interface Said {
  readonly input: string | null;
  readonly meta: string | null;
  readonly inputResponses?: string;
}

export function readEnvelope(bytes: Uint8Array, limits: Partial<ScanOptions>): Result<Envelope> {
  return readAs(SHAPE, bytes, limits);
}

/** A request as a server sends it to its client, read as strictly as a client's own. */
export function readAsked(bytes: Uint8Array, limits: Partial<ScanOptions>): Result<Envelope> {
  return readAs(ASKED_SHAPE, bytes, limits);
}

function readAs(shape: Shape, bytes: Uint8Array, limits: Partial<ScanOptions>): Result<Envelope> {
  const scanned = scan(bytes, shape, limits);
  if (!scanned.ok) return unreadable(scanned.error);
  const { value } = scanned.value;
  if (value['jsonrpc'] !== '2.0')
    return refuse('malformed_request', 'not JSON-RPC 2.0', 'the member `jsonrpc` must be "2.0"');
  const { id, method, params } = value;
  const hasId = Object.hasOwn(value, 'id');
  if (hasId && typeof id !== 'string' && !Number.isSafeInteger(id)) {
    return refuse('malformed_request', 'bad id', 'the member `id` must be a string or an integer');
  }
  if (!Object.hasOwn(value, 'method'))
    return answer(bytes, scanned.value, hasId ? (id as string | number) : null);
  if (typeof method !== 'string')
    return refuse('malformed_request', 'bad method', 'the member `method` must be a string');
  if (Object.hasOwn(value, 'result') || Object.hasOwn(value, 'error')) {
    return refuse(
      'malformed_request',
      'request and answer at once',
      'a message is a request or an answer, not both',
    );
  }
  if (params !== undefined && (typeof params !== 'object' || params === null || Array.isArray(params))) {
    return refuse('malformed_request', 'bad params', 'the member `params` must be an object');
  }
  const root = scanned.value.containers.get('');
  return ok({
    kind: hasId ? 'request' : 'notification',
    message: {
      id: hasId ? (id as string | number) : null,
      method,
      params: (params ?? {}) as Readonly<Record<string, unknown>>,
      paramsText: memberText(bytes, root, 'params') ?? '',
    },
    said: saidIn(bytes, scanned.value),
  });
}

function answer(
  bytes: Uint8Array,
  { value, containers }: Scanned,
  id: string | number | null,
): Result<Envelope> {
  const hasResult = Object.hasOwn(value, 'result');
  if (id === null || hasResult === Object.hasOwn(value, 'error')) {
    return refuse(
      'malformed_request',
      'neither request nor answer',
      'a message needs a `method`, or an `id` with a `result` or an `error`',
    );
  }
  const { result, error } = value;
  const said = hasResult ? result : error;
  if (typeof said !== 'object' || said === null || Array.isArray(said)) {
    return refuse(
      'malformed_request',
      'bad answer',
      'the `result` or `error` of an answer must be an object',
    );
  }
  const name = hasResult ? 'result' : 'error';
  const text = `{"${name}":${memberText(bytes, containers.get(''), name) ?? 'null'}}`;
  const isEmpty = hasResult && Object.keys(said).length === 0;
  return ok({
    kind: 'answer',
    id,
    isBare: isEmpty && Object.keys(value).length === ANSWER_MEMBERS,
    answer: { result: hasResult ? said : null, error: hasResult ? null : said, text },
  });
}

function saidIn(bytes: Uint8Array, { containers }: Scanned): Said {
  const params = containers.get('params');
  const inputResponses = memberText(bytes, params, 'inputResponses');
  return {
    input: memberText(bytes, params, 'arguments'),
    meta: memberText(bytes, params, '_meta'),
    ...(inputResponses === null ? {} : { inputResponses }),
  };
}

function memberText(bytes: Uint8Array, container: Container | undefined, name: string): string | null {
  const member = container?.members.get(name);
  return member === undefined ? null : textOf(bytes, member);
}

function unreadable({ code, message }: ScanError): Result<never> {
  if (code === 'too_large') return refuse('request_too_large', message);
  if (code === 'batch') {
    return refuse(
      'malformed_request',
      BATCH,
      'batches are not accepted: send one JSON-RPC message per request',
    );
  }
  const isSyntax = [
    'empty',
    'bom',
    'invalid_utf8',
    'syntax',
    'control_character',
    'trailing_data',
    'lone_surrogate',
  ].includes(code);
  return refuse('malformed_request', `${code}: ${message}`, message, { rpcCode: isSyntax ? -32700 : -32600 });
}
