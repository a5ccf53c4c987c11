// Batches of JSON-RPC messages, which only sessions of 2025-03-26 may send: split here, each message a request of its own on
// its way through the gateway and on to the server, and the answers put together again (protocols.md 1.3). No message in a
// batch passes otherwise than it would by itself.
import { ok, refuse, type Result } from '../../errors.ts';
import type { RawBody } from '../../pipeline/types.ts';
import { readCapped } from '../../upstreams/body.ts';
import type { HttpRequest } from '../http.ts';
import { scan, textOf } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import type { ScanOptions } from '../json/types.ts';
import { createSseSplitter, formatEvent } from '../sse.ts';

/** Each is a request of its own: one body must not be a flood. */
const MAX_MESSAGES = 50;

const SHAPE = compileShape({ '': { known: ['batch'] }, batch: {} });
const [BEFORE, AFTER] = [Buffer.from('{"batch":'), Buffer.from('}')];

/** One message of a list, as it stands there. */
interface Listed {
  readonly value: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** The messages of a list of them, which is not empty. */
export function messagesOf(bytes: Uint8Array, limits: Partial<ScanOptions>): Result<readonly Listed[]> {
  // The scanner takes objects only; as a member, the list passes through it.
  const text = Buffer.concat([BEFORE, bytes, AFTER]);
  const { maxBytes = bytes.byteLength } = limits;
  const scanned = scan(text, SHAPE, { ...limits, maxBytes: maxBytes + BEFORE.length + AFTER.length });
  if (!scanned.ok) return malformed(scanned.error.message);
  const list = scanned.value.containers.get('batch');
  if (list?.kind !== 'array' || Object.keys(scanned.value.value).length !== 1)
    return malformed('the batch is no list');
  const messages = scanned.value.value['batch'] as readonly unknown[];
  if (messages.length === 0) return malformed('the batch is empty');
  if (!messages.every(isObject)) return malformed('every message of a batch must be an object');
  return ok(
    list.items.map((span, at) => ({ value: messages[at] as Listed['value'], text: textOf(text, span) })),
  );
}

/** The messages of a batch, each with its own bytes. */
export function splitBatch({ bytes }: RawBody, limits: Partial<ScanOptions>): Result<readonly Uint8Array[]> {
  const messages = messagesOf(bytes, limits);
  if (!messages.ok) return messages;
  if (messages.value.length > MAX_MESSAGES)
    return malformed(`a batch holds ${MAX_MESSAGES} messages at most`);
  const ids = messages.value.flatMap(({ value: { id, method } }) =>
    id === undefined || method === undefined ? [] : [JSON.stringify(id)],
  );
  // Nobody could tell whose answer is whose.
  if (new Set(ids).size < ids.length) return malformed('two requests of the batch have the same id');
  return ok(messages.value.map(({ text }) => Buffer.from(text)));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The request as it would have come with one of the messages alone. */
export function requestOf(request: HttpRequest, message: Uint8Array): HttpRequest {
  const rawHeaders = request.rawHeaders.filter(([name]) => name.toLowerCase() !== 'content-length');
  return { ...request, rawHeaders, body: new Blob([new Uint8Array(message)]).stream() };
}

export interface MergeLimits {
  /** Of one event of a stream. */
  readonly eventBytes: number;
  /** Of one answer of a server. */
  readonly responseBytes: number;
}

/**
 * The answers to a batch as one: a list, or one stream where one of them is a stream.
 *
 * @param messages what they answer, in the same order.
 */
export async function mergeAnswers(
  answers: readonly Response[],
  messages: readonly Uint8Array[],
  { eventBytes, responseBytes }: MergeLimits,
): Promise<Response> {
  const [first] = answers;
  // What holds for all of them (no token, no session, no service) is said as it would be to each.
  if (first !== undefined && first.status >= 400 && answers.every(({ status }) => status === first.status)) {
    for (const other of answers.slice(1)) await other.body?.cancel();
    return first;
  }
  const streams = answers.filter(isStream);
  // What was read whole may have grown by what the gateway put into it.
  const most = 2 * responseBytes;
  const texts = await Promise.all(
    answers.map(async (each, at) => (isStream(each) ? '' : textIn(each, messages[at], most))),
  );
  const told = texts.filter(isAnswer);
  const calls = answers.flatMap(({ headers }) => headers.get('countersign-call') ?? []).join(', ');
  const headers = { 'countersign-call': calls, 'cache-control': 'no-store' };
  if (streams.length > 0) {
    const all = { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };
    return new Response(mergeStreams(streams, told, eventBytes), { status: 200, headers: all });
  }
  if (told.length === 0) return new Response(null, { status: 202, headers });
  const json = { ...headers, 'content-type': 'application/json' };
  return new Response(`[${told.join(',')}]`, { status: 200, headers: json });
}

/** Several event streams as one, and messages besides them; it ends when all have ended. */
export function mergeStreams(
  streams: readonly Response[],
  messages: readonly string[],
  eventBytes: number,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const gone = new AbortController();
  // Whole events only: those of one stream must not end up within those of another.
  const pump = async ({ body }: Response): Promise<void> => {
    if (body === null) return;
    const splitter = createSseSplitter(eventBytes);
    const reader = body.getReader();
    const cancel = () => void reader.cancel(gone.signal.reason).catch(() => undefined);
    gone.signal.addEventListener('abort', cancel, { once: true });
    for (let next = await reader.read(); !next.done; next = await reader.read())
      for (const piece of splitter.push(next.value)) await writer.write(piece.raw);
  };
  const say = async (): Promise<void> => {
    for (const data of messages) await writer.write(Buffer.from(formatEvent({ data })));
  };
  // A reader that goes away is told to all; and one that breaks off breaks off all: nobody knows what is missing.
  writer.closed.catch((error: unknown) => gone.abort(error));
  const run = async (): Promise<void> => {
    await Promise.all([say(), ...streams.map(pump)]);
    // ATTACK: a reader that leaves just now has closed the writer already. Its refusal must end here, not the process.
    await writer.close();
  };
  run().catch(async (error: unknown) => {
    gone.abort(error);
    await writer.abort(error).catch(() => undefined);
  });
  return readable;
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true;
}

/** An answer that passes as it comes (large.ts) has no bound, and may break off: a list has room for neither. */
async function textIn(
  { body }: Response,
  message: Uint8Array | undefined,
  maxBytes: number,
): Promise<string> {
  if (body === null) return '';
  const read = await readCapped(body, maxBytes);
  if (read.ok) return Buffer.from(read.value).toString('utf8');
  const { id = null } = JSON.parse(Buffer.from(message ?? '{}').toString('utf8')) as {
    readonly id?: unknown;
  };
  const text = `the call may have been carried out, but its answer cannot be told in a batch: ${read.error.message}`;
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message: text } });
}

/** What answers a message without an id answers nothing that a client waits for. */
function isAnswer(text: string): boolean {
  return text !== '' && (JSON.parse(text) as { readonly id?: unknown }).id != null;
}

function malformed(why: string): Result<never> {
  return refuse('malformed_request', `batch: ${why}`, why);
}
