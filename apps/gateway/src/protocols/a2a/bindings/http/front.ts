// HTTP+JSON toward callers: a request becomes the JSON-RPC message that says the same, runs through the pipeline as that, and
// its answer is told in HTTP's own words. It decides nothing.
import { refuse, type Result } from '../../../../errors.ts';
import { bodyType, EMPTY_BODY, headerMap, type HttpRequest, readBody } from '../../../http.ts';
import { refusalResponse } from '../../answers.ts';
import { type A2aEndpointDeps, serveA2a } from '../../endpoint.ts';
import { checkVersion, VERSION } from '../version.ts';
import { digestOf, rpcRequest } from '../message.ts';
import type { BoundOperation } from '../operations.ts';
import { streamOf } from '../stream-of.ts';
import { joinParams, readQuery } from './params.ts';
import { toHttp } from './answer.ts';
import { matchTarget, readAddress } from './target.ts';

/** Names of headers that the message gets anew. */
const REPLACED: ReadonlySet<string> = new Set(['accept', 'content-type', 'content-length', 'a2a-version']);
const BODY_TYPES: ReadonlySet<string> = new Set(['', 'application/a2a+json', 'application/json']);

interface Message {
  readonly agent: string;
  readonly operation: BoundOperation;
  readonly request: HttpRequest;
}

/** @param target path and query exactly as they stand on the request line. */
export async function serveHttpJson(
  request: HttpRequest,
  target: string,
  deps: A2aEndpointDeps,
): Promise<Response> {
  const message = await readMessage(request, target, deps);
  if (!message.ok) {
    deps.pipeline.traffic.reject(message.error);
    return toHttp(refusalResponse(null, message.error, null), null, deps.eventBytes);
  }
  const { agent, operation, request: inner } = message.value;
  return toHttp(await serveA2a(inner, agent, deps), operation, deps.eventBytes);
}

async function readMessage(
  request: HttpRequest,
  target: string,
  { limits }: A2aEndpointDeps,
): Promise<Result<Message>> {
  const headers = headerMap(request);
  if (!headers.ok) return headers;
  const address = readAddress(target);
  if (!address.ok) return address;
  const matched = matchTarget(request.method, address.value);
  if (!matched.ok) return matched;
  const { operation } = matched.value;
  const query = readQuery(operation, matched.value.query);
  if (!query.ok) return query;
  const version = versionOf(headers.value.get('a2a-version'), query.value.version);
  if (!version.ok) return version;
  const type = bodyType(headers.value);
  if (!type.ok) return type;
  if (!BODY_TYPES.has(type.value)) {
    return refuse(
      'not_acceptable',
      `content type \`${type.value}\``,
      'send the body as application/a2a+json',
    );
  }
  const body = request.method === 'POST' ? await readBody(request, limits.maxBytes) : null;
  if (body !== null && !body.ok) return body;
  const { bytes } = body?.value ?? EMPTY_BODY;
  const params = joinParams(matched.value, query.value, bytes, limits);
  if (!params.ok) return params;
  const came = bytes.byteLength > 0 ? bytes : Buffer.from(target);
  return {
    ok: true,
    value: {
      agent: address.value.agent,
      operation,
      request: {
        method: 'POST',
        path: request.path,
        hasQuery: false,
        rawHeaders: [
          ...request.rawHeaders.filter(([name]) => !REPLACED.has(name.toLowerCase())),
          ['accept', operation.isStream ? 'text/event-stream' : 'application/json'],
          ['content-type', 'application/json'],
          ['a2a-version', VERSION],
        ],
        body: streamOf(rpcRequest(operation.method, params.value)),
        signal: request.signal,
        came: digestOf(came),
      },
    },
  };
}

/** The header or the query parameter; where both say it, they must agree. */
function versionOf(header: string | undefined, parameter: string | null): Result<void> {
  if (header !== undefined && parameter !== null && header !== parameter) {
    return refuse(
      'header_mismatch',
      'A2A-Version',
      'the query parameter `A2A-Version` says another version than the header',
      { status: 400 },
    );
  }
  return checkVersion(header ?? parameter ?? undefined);
}
