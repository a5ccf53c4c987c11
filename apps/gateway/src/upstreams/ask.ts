// One request of the gateway's own MCP client and its one answer, whichever way the server sends it. Answers are read as
// hostile text and keep their bytes, which is why this is not an SDK's client.
import type { UpstreamResponse } from '../pipeline/types.ts';
import { scan } from '../protocols/json/scan.ts';
import { compileShape } from '../protocols/json/shape.ts';
import type { JsonObject, JsonValue, Scanned } from '../protocols/json/types.ts';
import { createSseSplitter } from '../protocols/sse.ts';
import { readCapped } from './body.ts';
import type { UpstreamClient } from './client.ts';
import type { OutboundRequest } from './exchange.ts';
import { messageOf } from '../message-of.ts';

export type PeerFault =
  /** There was no connection, or the credential was turned away: no other way of asking would help. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'timeout'; readonly reason: string }
  /** What came back is no answer. */
  | { readonly kind: 'invalid'; readonly reason: string }
  /** An answer that says no: an HTTP status or a JSON-RPC error. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** The versions that it speaks, where it refused the one that it was asked in. */
      readonly supported?: readonly string[];
    };

export type PeerResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: PeerFault };

/** One answer, with the bytes that its spans count in. */
export interface PeerAnswer {
  readonly bytes: Uint8Array;
  readonly scanned: Scanned;
  readonly result: JsonObject;
  readonly headers: ReadonlyMap<string, string>;
}

export interface AskOptions {
  readonly client: Pick<UpstreamClient, 'send'>;
  readonly url: string;
  /** The server's credential. */
  readonly headers: ReadonlyMap<string, string>;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

const LISTS = ['tools', 'prompts', 'resources', 'resourceTemplates'] as const;
const SHAPE = compileShape({
  '': { known: ['jsonrpc', 'id', 'result', 'error', 'method', 'params'] },
  result: { known: [...LISTS, 'nextCursor', 'capabilities', 'protocolVersion', 'supportedVersions'] },
  ...Object.fromEntries(LISTS.map((member) => [`result.${member}`, {}])),
});

/** @param headers besides the server's credential and the content types. */
export async function ask(
  options: AskOptions,
  message: { readonly id: number; readonly method: string; readonly params: JsonObject },
  headers: ReadonlyMap<string, string>,
): Promise<PeerResult<PeerAnswer>> {
  const { id, method, params } = message;
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  const sent = await options.client.send(options.url, { ...outbound(options, 'POST', headers), body });
  if (!sent.ok) {
    const { reason, code, isSent } = sent.error;
    if (options.signal.aborted || code === 'upstream_timeout')
      return fault('timeout', `it did not answer \`${method}\` in time`);
    return fault(isSent ? 'invalid' : 'unreachable', reason);
  }
  const { status } = sent.value;
  if (status === 200) return readAnswer(sent.value, id, options);
  if (status === 401 || status === 403) {
    await cancel(sent.value);
    return fault('unreachable', `it turned the gateway's credential away: HTTP ${status}`);
  }
  // Some servers say what they mean in the body of an HTTP error.
  const answer = await readAnswer(sent.value, id, options);
  const said = !answer.ok && answer.error.kind === 'refused' ? answer.error : null;
  const why = `it answered \`${method}\` with HTTP ${status}${said === null ? '' : `: ${said.reason}`}`;
  return { ok: false, error: { ...said, kind: 'refused', reason: why } };
}

/** Sends what needs no answer: whether it arrives does not matter. */
export async function tell(
  options: AskOptions,
  method: 'POST' | 'DELETE',
  headers: ReadonlyMap<string, string>,
  body: Uint8Array | null,
): Promise<void> {
  const sent = await options.client.send(options.url, { ...outbound(options, method, headers), body });
  if (sent.ok) await cancel(sent.value);
}

export function fault(kind: PeerFault['kind'], reason: string): PeerResult<never> {
  return { ok: false, error: { kind, reason } };
}

export function objectIn(value: JsonObject, name: string): JsonObject | null {
  const member: JsonValue | undefined = value[name];
  return typeof member === 'object' && member !== null && !Array.isArray(member)
    ? (member as JsonObject)
    : null;
}

function outbound(
  { headers: credential, signal }: AskOptions,
  method: OutboundRequest['method'],
  headers: ReadonlyMap<string, string>,
): Omit<OutboundRequest, 'body'> {
  const types = [
    ['accept', 'application/json, text/event-stream'],
    ['content-type', 'application/json'],
  ] as const;
  return { method, signal, headers: new Map([...types, ...headers, ...credential]) };
}

async function cancel(response: UpstreamResponse): Promise<void> {
  await response.body.cancel().catch(() => undefined);
}

async function readAnswer(
  response: UpstreamResponse,
  id: number,
  options: AskOptions,
): Promise<PeerResult<PeerAnswer>> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream') return readStream(response, id, options);
  const body = await readCapped(response.body, options.maxBytes);
  if (body.ok) return toAnswer(body.value, id, response, options);
  return fault(options.signal.aborted ? 'timeout' : 'invalid', body.error.reason);
}

// Notifications and requests of the server may come before the answer; a catalogue needs none of them.
async function readStream(
  response: UpstreamResponse,
  id: number,
  options: AskOptions,
): Promise<PeerResult<PeerAnswer>> {
  const splitter = createSseSplitter(options.maxBytes);
  let length = 0;
  try {
    for await (const chunk of response.body) {
      length += chunk.length;
      for (const { data } of splitter.push(chunk)) {
        if (data !== null && idOf(data, options) === id) return toAnswer(data, id, response, options);
      }
      if (length > options.maxBytes) break;
    }
  } catch (error) {
    const why = messageOf(error);
    return fault(options.signal.aborted ? 'timeout' : 'invalid', `its event stream broke off: ${why}`);
  }
  return fault('invalid', 'its event stream held no answer');
}

function idOf(data: Uint8Array, options: AskOptions): JsonValue | undefined {
  const scanned = scan(data, SHAPE, tolerant(options));
  return scanned.ok && !Object.hasOwn(scanned.value.value, 'method') ? scanned.value.value['id'] : undefined;
}

function toAnswer(
  bytes: Uint8Array,
  id: number,
  { headers }: UpstreamResponse,
  options: AskOptions,
): PeerResult<PeerAnswer> {
  const scanned = scan(bytes, SHAPE, tolerant(options));
  if (!scanned.ok) return fault('invalid', `its answer cannot be read: ${scanned.error.message}`);
  const { value } = scanned.value;
  const error = objectIn(value, 'error');
  if (error !== null) {
    const reason = `error ${JSON.stringify(error['code'])} ${JSON.stringify(error['message'])}`.slice(0, 200);
    return { ok: false, error: { kind: 'refused', reason, ...supportedIn(error) } };
  }
  const result = objectIn(value, 'result');
  if (value['id'] !== id || result === null) return fault('invalid', 'its answer is not to the request');
  return { ok: true, value: { bytes, scanned: scanned.value, result, headers } };
}

/** MCP 2026-07-28: the error of a server that does not speak the version asked in says which it does. */
const UNSUPPORTED_VERSION = -32022;

function supportedIn(error: JsonObject): { readonly supported?: readonly string[] } {
  const supported = objectIn(error, 'data')?.['supported'];
  if (error['code'] !== UNSUPPORTED_VERSION || !Array.isArray(supported)) return {};
  return { supported: (supported as readonly JsonValue[]).filter((each) => typeof each === 'string') };
}

// One bad definition must not hide the others: faults are sorted out item by item.
function tolerant({ maxBytes }: AskOptions) {
  return { maxBytes, maxKeys: 200_000, maxItems: 200_000, tolerant: true };
}
