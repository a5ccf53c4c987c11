// One server's part of what came to the endpoint for all of them: a request as it would have come to that server's own
// endpoint, and the one answer that came of it. Whatever is decided, recorded or refused, is so there.
import { Buffer } from 'node:buffer';
import { readCapped } from '../../../upstreams/body.ts';
import type { HttpRequest } from '../../http.ts';
import { scan } from '../../json/scan.ts';
import { compileShape } from '../../json/shape.ts';
import type { JsonObject, Scanned } from '../../json/types.ts';
import { createSseSplitter } from '../../sse.ts';

export interface Changes {
  readonly method?: HttpRequest['method'];
  readonly body?: Uint8Array | null;
  /** SHA-256 of the body as the client sent it, where it is another. */
  readonly cameAs?: string;
  /** By lower-cased name; null takes one away. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly signal?: AbortSignal;
}

export function innerRequest(request: HttpRequest, changes: Changes): HttpRequest {
  const { headers = {}, body } = changes;
  const isChanged = (name: string) => name in headers || (body !== undefined && name === 'content-length');
  const set = Object.entries(headers).filter((header): header is [string, string] => header[1] !== null);
  return {
    method: changes.method ?? request.method,
    path: request.path,
    hasQuery: false,
    rawHeaders: [...request.rawHeaders.filter(([name]) => !isChanged(name.toLowerCase())), ...set],
    body: body === undefined ? request.body : body === null ? null : streamOf(body),
    signal: changes.signal ?? request.signal,
    ...(changes.cameAs === undefined ? {} : { cameAs: changes.cameAs }),
  };
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(bytes)]).stream();
}

export type InnerAnswer =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      readonly scanned: Scanned;
      readonly result: JsonObject;
      readonly headers: Headers;
    }
  /** `code` of a JSON-RPC error, null where there is none; `response` says the same to a client. */
  | {
      readonly ok: false;
      readonly code: number | null;
      readonly reason: string;
      readonly response: Response;
    };

const LISTS = ['tools', 'prompts', 'resources', 'resourceTemplates'] as const;
const SHAPE = compileShape({
  '': {},
  result: {},
  ...Object.fromEntries(LISTS.map((member) => [`result.${member}.*`, {}])),
});

/** The answer to the request `id`; what came before it on a stream is passed over. */
export async function readInner(
  response: Response,
  id: string | number,
  maxBytes: number,
): Promise<InnerAnswer> {
  const { headers, status } = response;
  const body = await bodyOf(response, id, maxBytes);
  const scanned =
    body === null
      ? null
      : scan(body, SHAPE, { maxBytes, maxKeys: 1_000_000, maxItems: 1_000_000, tolerant: true });
  if (body === null || scanned === null || !scanned.ok) {
    const reason = status === 200 ? 'it gave no answer' : `HTTP ${status}`;
    return { ok: false, code: null, reason, response: new Response(null, { status: 502 }) };
  }
  const { result, error } = scanned.value.value;
  if (status === 200 && isObject(result))
    return { ok: true, bytes: body, scanned: scanned.value, result, headers };
  const { code, message } = isObject(error) ? error : {};
  return {
    ok: false,
    code: typeof code === 'number' ? code : null,
    reason: typeof message === 'string' ? message : `HTTP ${status}`,
    response: new Response(new Uint8Array(body), { status, headers }),
  };
}

async function bodyOf(
  { body, headers }: Response,
  id: string | number,
  maxBytes: number,
): Promise<Uint8Array | null> {
  if (body === null) return null;
  if (!isStream(headers)) {
    const read = await readCapped(body, maxBytes);
    return read.ok ? read.value : null;
  }
  const splitter = createSseSplitter(maxBytes);
  try {
    for await (const chunk of body)
      for (const { data } of splitter.push(chunk)) if (data !== null && answers(data, id)) return data;
  } catch {
    return null;
  }
  return null;
}

function answers(data: Uint8Array, id: string | number): boolean {
  if (data.byteLength === 0) return false;
  try {
    const message: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return isObject(message) && message['method'] === undefined && message['id'] === id;
  } catch {
    return false;
  }
}

export function isStream(headers: Headers): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
