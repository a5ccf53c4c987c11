// An HTTP request as the codecs read it: plain values, headers with their duplicates visible, a body of bounded size.
import { createHash } from 'node:crypto';
import { ok, refuse, type Result } from '../errors.ts';
import type { BodyDigest, ClaimedTrace, RawBody } from '../pipeline/types.ts';

export interface HttpRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly hasQuery: boolean;
  /** As they came, in order, duplicates included: the Fetch API's own Headers would join them silently. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  readonly body: ReadableStream<Uint8Array> | null;
  /** SHA-256 of the body as it came, lowercase hex, where what stands here was put in other words since. */
  readonly cameAs?: string;
  readonly signal: AbortSignal;
  /** What came over the wire, where that was in another binding than `body` is. */
  readonly came?: BodyDigest;
}

export const EMPTY_BODY: RawBody = rawBody(new Uint8Array());

export function rawBody(bytes: Uint8Array): RawBody {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Headers that may legitimately stand twice; any other duplicate makes the request ambiguous and is refused. */
const REPEATABLE: ReadonlySet<string> = new Set([
  'accept',
  'via',
  'x-forwarded-for',
  'forwarded',
  'tracestate',
  'cookie',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'connection',
]);

export function headerMap(request: HttpRequest): Result<ReadonlyMap<string, string>> {
  const headers = new Map<string, string>();
  for (const [rawName, value] of request.rawHeaders) {
    const name = rawName.toLowerCase();
    const earlier = headers.get(name);
    if (earlier === undefined) headers.set(name, value);
    else if (REPEATABLE.has(name)) headers.set(name, `${earlier}, ${value}`);
    else return refuse('malformed_request', `the header \`${name}\` stands twice`);
  }
  const framing = headers.get('transfer-encoding');
  if (framing !== undefined && framing.trim().toLowerCase() !== 'chunked') {
    // RFC 9112 section 6.1: a coding that is not understood. Node takes any list that ends in `chunked`.
    return refuse(
      'not_acceptable',
      `transfer-encoding \`${framing}\``,
      'send the request body as it is, or in chunks',
    );
  }
  if (headers.has('content-encoding') && headers.get('content-encoding') !== 'identity') {
    // What policy reads must be what the upstream reads; an encoded body would be neither.
    return refuse(
      'not_acceptable',
      'encoded request body',
      'send the request body without a content-encoding',
    );
  }
  return ok(headers);
}

const CHARSET = /^charset\*?\d*\*?\s*=/i;
const UTF_8 = /^charset\s*=\s*(?:utf-?8|"utf-?8")$/i;

/**
 * What the body says it is, in small letters and without parameters; '' where it says nothing.
 *
 * SECURITY: a server that heeds `charset` would read other members than policy did: UTF-7 writes quotes in plain ASCII
 * (protocols.md 1.4).
 */
export function bodyType(headers: ReadonlyMap<string, string>): Result<string> {
  const [type = '', ...parameters] = (headers.get('content-type') ?? '')
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => CHARSET.test(parameter) && !UTF_8.test(parameter));
  if (charset === undefined) return ok(type.toLowerCase());
  return refuse('not_acceptable', `content type with \`${charset}\``, 'send the request body in UTF-8');
}

/** What is read of a body beyond the limit, and thrown away. */
const MAX_DISCARDED = 64 * 1024 * 1024;

/**
 * Reads the whole body, and keeps no more than `limit` bytes of it. One that is larger is read to its end where that is near:
 * a client that still writes would miss the refusal, and its next request on this connection would be cut off.
 */
export async function readBody(request: HttpRequest, limit: number): Promise<Result<RawBody>> {
  const tooLarge = () =>
    refuse(
      'request_too_large',
      `body over ${limit} bytes`,
      `the request body is larger than the limit of ${limit} bytes`,
    );
  const declared = request.rawHeaders.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  if (declared !== undefined && Number(declared) > limit + MAX_DISCARDED) return tooLarge();
  if (request.body === null) return ok(EMPTY_BODY);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > limit + MAX_DISCARDED) return tooLarge();
      if (size > limit) chunks.length = 0;
      else chunks.push(chunk);
    }
  } catch {
    return refuse('malformed_request', 'the request body broke off');
  }
  if (size > limit) return tooLarge();
  const body = rawBody(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
  return ok(request.cameAs === undefined ? body : { ...body, sha256: request.cameAs });
}

/** What goes on of a body that was read: the same, under a digest of its own. */
export function outboundOf({ cameAs }: HttpRequest, body: RawBody): RawBody {
  return cameAs === undefined ? body : rawBody(body.bytes);
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** W3C trace context, or null where it is absent or not well formed: then it is dropped, never repaired. */
export function claimedTrace(headers: ReadonlyMap<string, string>): ClaimedTrace | null {
  const [, traceId, parentSpanId] = TRACEPARENT.exec(headers.get('traceparent') ?? '') ?? [];
  if (traceId === undefined || parentSpanId === undefined) return null;
  return /^0+$/.test(traceId) || /^0+$/.test(parentSpanId) ? null : { traceId, parentSpanId };
}

/** Refuses what a page in somebody's browser would send: a foreign Origin, or a Host that is not ours (DNS rebinding). */
export function checkOrigin(
  headers: ReadonlyMap<string, string>,
  allowed: { readonly hosts: ReadonlySet<string>; readonly origins: ReadonlySet<string> },
): Result<void> {
  const host = headers.get('host')?.toLowerCase();
  if (host === undefined || !allowed.hosts.has(host)) {
    return refuse(
      'bad_origin',
      `host \`${host ?? ''}\` is not this gateway`,
      'this host name is not served here: add it to `dataPlane.allowedHosts`',
    );
  }
  const origin = headers.get('origin');
  if (origin !== undefined && !allowed.origins.has(origin.toLowerCase())) {
    return refuse(
      'bad_origin',
      `origin \`${origin}\` is not allowed`,
      'this origin may not call the gateway: add it to `dataPlane.allowedOrigins`',
    );
  }
  return ok(undefined);
}
