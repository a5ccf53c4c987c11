// Request -> InboundCall for MCP: parsed and classified once, on the body, before anything else looks at it.
import { newId, type Revision } from '@countersign/audit';
import type { Credentials } from '../../identity/token.ts';
import { ok, refuse, type Result } from '../../errors.ts';
import type { InboundCall, JsonRpcMessage, RawBody, Target } from '../../pipeline/types.ts';
import type { McpServer, RegistrySnapshot } from '../../registry/types.ts';
import type { ScanOptions } from '../json/types.ts';
import {
  bodyType,
  claimedTrace,
  EMPTY_BODY,
  type HttpRequest,
  outboundOf,
  rawBody,
  readBody,
} from '../http.ts';
import { answerMessage } from './asked-call.ts';
import { inputOfAnswer } from './asked-input.ts';
import { isNotification } from './client-notifications.ts';
import { BATCH, type Envelope, readEnvelope, type Said } from './envelope.ts';
import { checkMirrors, eraOf } from './era.ts';
import { readTaskAnswer, type TaskAnswer } from './client-task-answers.ts';
import { answeredBefore, type Asked, isPoll, notAsked, type OpenRequests } from './open-requests.ts';
import { ASKING, MODERN_REVISION, NOTIFICATIONS, REQUESTS } from './operations.ts';
import { checkDeclared, checkTaskParam, isTaskOperation } from './tasks/asked.ts';

export interface ReceiveContext {
  readonly registry: RegistrySnapshot;
  readonly server: McpServer;
  /** Canonical URL of the endpoint. */
  readonly audience: string;
  readonly credentials: Credentials;
  readonly now: number;
  readonly requests: Pick<OpenRequests, 'find' | 'task'>;
  readonly limits: Partial<ScanOptions> & { readonly maxBytes: number };
}

/** A received call, or a refusal with what is known of the request, so that the refusal can name its id. */
export type Received = Result<InboundCall> & {
  readonly message?: JsonRpcMessage;
  readonly isModern?: boolean;
  /** The body of a batch, which the session may be of the one revision to allow. */
  readonly batch?: RawBody;
  /** The server's request that the message answers. */
  readonly asked?: Asked;
  /** It says how a task of the client stands. */
  readonly task?: TaskAnswer;
};

export async function receiveMcp(
  request: HttpRequest,
  headers: ReadonlyMap<string, string>,
  context: ReceiveContext,
): Promise<Received> {
  if (request.hasQuery)
    return refuse(
      'malformed_request',
      'query in the URL',
      'this endpoint takes no query: a token belongs in the Authorization header',
    );
  switch (request.method) {
    case 'POST':
      return receivePost(request, headers, context);
    case 'GET':
    case 'DELETE':
      return receiveBare(request, headers, context, request.method);
    default:
      return refuse('method_not_allowed', request.method, `use POST, GET or DELETE here`, {
        headers: { allow: 'GET, POST, DELETE' },
      });
  }
}

async function receivePost(
  request: HttpRequest,
  headers: ReadonlyMap<string, string>,
  context: ReceiveContext,
): Promise<Received> {
  const type = bodyType(headers);
  if (!type.ok) return type;
  if (type.value !== 'application/json') {
    return refuse('not_acceptable', `content type \`${type.value}\``, 'send the message as application/json');
  }
  const body = await readBody(request, context.limits.maxBytes);
  if (!body.ok) return body;
  const envelope = readEnvelope(body.value.bytes, context.limits);
  if (!envelope.ok) return envelope.error.reason === BATCH ? { ...envelope, batch: body.value } : envelope;
  if (envelope.value.kind === 'answer')
    return receiveAnswer(request, headers, context, body.value, envelope.value);

  const { kind, message, said } = envelope.value;
  const era = eraOf(headers, message);
  if (!era.ok) return { ...era, message };
  const isModern = era.value.kind === 'modern';
  const revision: Revision | null = era.value.kind === 'modern' ? MODERN_REVISION : era.value.revision;
  const classified =
    kind === 'notification' ? classifyNotification(message, isModern) : classifyRequest(message, isModern);
  if (!classified.ok) return { ...classified, message, isModern };
  const { operation, target } = classified.value;
  if (isModern) {
    const mirrors = checkMirrors(headers, message, target);
    if (!mirrors.ok) return { ...mirrors, message, isModern };
  }
  return ok(
    call(request, headers, context, {
      body: body.value,
      message,
      said,
      operation,
      target,
      revision,
      method: 'POST',
    }),
  );
}

/** What the client answers to its server: taken only where the server waits for it. */
function receiveAnswer(
  request: HttpRequest,
  headers: ReadonlyMap<string, string>,
  context: ReceiveContext,
  body: RawBody,
  { id, isBare, answer }: Extract<Envelope, { readonly kind: 'answer' }>,
): Received {
  const era = eraOf(headers, null);
  if (!era.ok) return era;
  if (era.value.kind === 'modern')
    return refuse('malformed_request', 'an answer in 2026-07-28', 'MCP 2026-07-28 takes requests only');
  const sessionId = headers.get('mcp-session-id') ?? null;
  const session = { upstream: context.server, sessionId, credentials: context.credentials };
  const asked = context.requests.find(session, id);
  if (asked === 'answered') return answeredBefore();
  if (asked === null) return notAsked();
  const about = readTaskAnswer(asked, answer, (taskId) => context.requests.task(session, taskId) !== null);
  if (about?.ok === false) return about;
  const answers = (operation: InboundCall['operation'], message: JsonRpcMessage | null, said: Said) =>
    call(request, headers, context, {
      body,
      message,
      said,
      operation,
      target: { kind: 'server' },
      revision: era.value.kind === 'legacy' ? era.value.revision : null,
      method: 'POST',
    });
  if (about !== null) {
    const { operation, body: outbound } = about.value;
    const counted = answers(operation, null, NOTHING_SAID);
    return { ...ok({ ...counted, outbound: rawBody(outbound) }), asked, task: about.value };
  }
  if (asked.operation === 'mcp:ping') {
    // The answer to a ping carries nothing, and is not decided.
    return isBare ? { ...ok(answers('mcp:ping', null, NOTHING_SAID)), asked } : unfitAnswer('ping');
  }
  const question = asked.task?.operation ?? asked.operation;
  if (isPoll(question) || question === 'mcp:tasks/result') return unfitAnswer(question);
  const input = inputOfAnswer(question, answer);
  if (input === null) return unfitAnswer(question);
  const message = answerMessage(question, answer);
  return { ...ok(answers(`${question}/answer`, message, { input, meta: null })), asked };
}

function unfitAnswer(operation: string): Result<never> {
  return refuse(
    'malformed_request',
    `an answer to ${operation} in another form`,
    `the answer has not the form of an answer to \`${operation}\`, so it was not relayed`,
    { rpcCode: -32602 },
  );
}

function receiveBare(
  request: HttpRequest,
  headers: ReadonlyMap<string, string>,
  context: ReceiveContext,
  method: 'GET' | 'DELETE',
): Received {
  const era = eraOf(headers, null);
  if (!era.ok && era.error.code !== 'header_mismatch') return era;
  if (!era.ok || era.value.kind === 'modern') {
    return refuse(
      'method_not_allowed',
      `${method} in the 2026-07-28 revision`,
      'MCP 2026-07-28 has only POST',
      { headers: { allow: 'POST' } },
    );
  }
  if (method === 'GET' && !(headers.get('accept') ?? '').includes('text/event-stream')) {
    return refuse(
      'not_acceptable',
      'GET without text/event-stream',
      'a GET here opens an event stream: accept text/event-stream',
      { status: 406 },
    );
  }
  const operation = method === 'GET' ? 'mcp:stream' : 'mcp:session/delete';
  return ok(
    call(request, headers, context, {
      body: EMPTY_BODY,
      message: null,
      said: NOTHING_SAID,
      operation,
      target: { kind: 'server' },
      revision: era.value.revision,
      method,
    }),
  );
}

const NOTHING_SAID: Said = { input: null, meta: null };

function classifyRequest(
  message: JsonRpcMessage,
  isModern: boolean,
): Result<{ operation: InboundCall['operation']; target: Target }> {
  const method = REQUESTS.get(message.method);
  if (method === undefined || method.era === (isModern ? 'legacy' : 'modern')) return unknown(message.method);
  const asksTask = checkTaskParam(message);
  if (!asksTask.ok) return asksTask;
  if (isModern && isTaskOperation(method.operation)) {
    const declared = checkDeclared(message);
    if (!declared.ok) return declared;
  }
  for (const member of notRelayed(method.operation, isModern)) {
    if (Object.hasOwn(message.params, member)) {
      return refuse(
        'unknown_operation',
        `params.${member}`,
        `this gateway does not relay \`params.${member}\``,
      );
    }
  }
  const target = method.target(message.params);
  if (target === null) {
    return refuse(
      'malformed_request',
      `${message.method} without its target`,
      `\`${message.method}\` must name what it is aimed at`,
      { rpcCode: -32602 },
    );
  }
  return ok({ operation: method.operation, target });
}

/** Where they mean nothing, nobody would have decided what they carry. */
function notRelayed(operation: InboundCall['operation'], isModern: boolean): readonly string[] {
  if (operation === 'mcp:tasks/update') return ['requestState'];
  return isModern && ASKING.has(operation) ? [] : ['inputResponses', 'requestState'];
}

function classifyNotification(
  message: JsonRpcMessage,
  isModern: boolean,
): Result<{ operation: InboundCall['operation']; target: Target }> {
  if (isModern || !NOTIFICATIONS.has(message.method)) return unknown(message.method);
  if (!isNotification(message)) {
    return refuse(
      'malformed_request',
      `${message.method} in another form`,
      `the parameters of \`${message.method}\` have not the form that its specification gives them`,
      { rpcCode: -32602 },
    );
  }
  return ok({ operation: 'mcp:notification', target: { kind: 'server' } });
}

function unknown(method: string): Result<never> {
  return refuse(
    'unknown_operation',
    `method \`${method}\``,
    `Method not found: \`${method}\` is not a method that this gateway relays`,
  );
}

function call(
  request: HttpRequest,
  headers: ReadonlyMap<string, string>,
  context: ReceiveContext,
  parts: Pick<InboundCall, 'body' | 'message' | 'said' | 'operation' | 'target'> & {
    readonly revision: Revision | null;
    readonly method: InboundCall['http']['method'];
  },
): InboundCall {
  const { revision, method, ...rest } = parts;
  return {
    ...rest,
    id: newId('call'),
    receivedAt: context.now,
    registry: context.registry,
    protocol: 'mcp',
    // A legacy message without a version is of the oldest revision, unless its session says otherwise.
    revision: revision ?? '2025-03-26',
    upstream: context.server,
    audience: context.audience,
    outbound: outboundOf(request, rest.body),
    http: { method, headers: headersOf(revision, headers), signal: request.signal },
    credentials: context.credentials,
    sessionId: revision === MODERN_REVISION ? null : (headers.get('mcp-session-id') ?? null),
    trace: claimedTrace(headers),
  };
}

const LEGACY_ONLY: ReadonlySet<string> = new Set(['mcp-session-id', 'last-event-id']);
const isMirror = (name: string): boolean =>
  name === 'mcp-method' || name === 'mcp-name' || name.startsWith('mcp-param-');

// SECURITY: a header of the other era was checked by nobody. A server that speaks both could heed it, and act in somebody
// else's session, or on another tool than policy saw.
function headersOf(
  revision: Revision | null,
  headers: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const isForeign = revision === MODERN_REVISION ? (name: string) => LEGACY_ONLY.has(name) : isMirror;
  return new Map([...headers].filter(([name]) => !isForeign(name)));
}
