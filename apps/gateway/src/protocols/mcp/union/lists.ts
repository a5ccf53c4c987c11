// Lists at the endpoint for all servers: each server's page, as its own endpoint filters it, put together under names that say
// whose each item is. A server that is down takes only its own items away, and the answer says so.
import { MISSING_META, type AskingRequest, type Missing, type UnionDeps } from './types.ts';
import type { Span } from '../../json/types.ts';
import { splice } from '../../json/splice.ts';
import { MODERN_REVISION } from '../operations.ts';
import { type InnerAnswer, innerRequest, readInner } from './inner.ts';
import { cursorOf, readCursor } from './cursors.ts';
import { nameAt, uriAt } from './names.ts';
import { memberHeaders, memberOf } from './open.ts';
import { withParams } from './params.ts';
import { serversFor } from './servers.ts';
import { refused } from './words.ts';

interface ListKind {
  readonly member: string;
  readonly key: string;
  readonly at: (server: string, own: string) => string;
  /** What a server of the older revisions must have said it can do. */
  readonly capability: string;
}

/** By method. */
export const UNION_LISTS: ReadonlyMap<string, ListKind> = new Map<string, ListKind>([
  ['tools/list', { member: 'tools', key: 'name', at: nameAt, capability: 'tools' }],
  ['prompts/list', { member: 'prompts', key: 'name', at: nameAt, capability: 'prompts' }],
  ['resources/list', { member: 'resources', key: 'uri', at: uriAt, capability: 'resources' }],
  [
    'resources/templates/list',
    { member: 'resourceTemplates', key: 'uriTemplate', at: uriAt, capability: 'resources' },
  ],
]);

const LIST_MS = 20_000;
const METHOD_NOT_FOUND = -32601;

type Part =
  | { readonly server: string; readonly page: Extract<InnerAnswer, { ok: true }> }
  | { readonly server: string; readonly reason: string; readonly response: Response | null }
  /** It has no list of this kind. */
  | null;

export async function listAll(asking: AskingRequest, kind: ListKind, deps: UnionDeps): Promise<Response> {
  const { message, caller, session } = asking;
  const usable = (await serversFor(caller, deps)).map(({ name }) => name);
  const cursors = readCursor(message.params['cursor'], usable);
  if (cursors === null)
    return refused(
      asking,
      { code: 'invalid_arguments', rpcCode: -32602 },
      'the cursor is none of this endpoint',
    );
  const parts = await Promise.all(
    [...cursors].map(([server, cursor]) => pageOf(server, cursor, asking, kind, deps)),
  );
  const pages = parts.filter((part) => part !== null && 'page' in part);
  const failed = parts.filter((part) => part !== null && 'reason' in part);
  // What holds for all of them (no log, no policy) is said as each would say it.
  const [first] = failed;
  if (pages.length === 0 && first?.response != null && first.response.status >= 500) return first.response;
  const missing: Missing[] = failed.map(({ server, reason }) => ({ server, reason }));
  const items: string[] = [];
  let left = deps.mcp.responseBytes;
  const next = new Map<string, string>();
  let ttlMs = Number.POSITIVE_INFINITY;
  for (const { server, page } of pages) {
    left -= page.bytes.byteLength;
    if (left < 0) {
      missing.push({ server, reason: 'what all servers list is too large' });
      continue;
    }
    items.push(...itemsOf(server, page, kind));
    const { nextCursor, ttlMs: own } = page.result;
    if (typeof nextCursor === 'string') next.set(server, nextCursor);
    ttlMs = Math.min(ttlMs, typeof own === 'number' ? own : 0);
  }
  const modern =
    session === null
      ? { resultType: 'complete', ttlMs: Number.isFinite(ttlMs) ? ttlMs : 0, cacheScope: 'private' }
      : {};
  const rest = {
    ...(next.size === 0 ? {} : { nextCursor: cursorOf(next) }),
    ...modern,
    ...(missing.length === 0 ? {} : { _meta: { [MISSING_META]: missing } }),
  };
  const others = JSON.stringify(rest).slice(1, -1);
  // Items are the servers' own text but for their names.
  const text = `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":{${JSON.stringify(kind.member)}:[${items.join(',')}]${others === '' ? '' : `,${others}`}}}`;
  return new Response(text, {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}

async function pageOf(
  server: string,
  cursor: string | null,
  { message, request, session, body, caller }: AskingRequest,
  kind: ListKind,
  deps: UnionDeps,
): Promise<Part> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(LIST_MS)]);
  let headers: Record<string, string | null> = {};
  if (session !== null) {
    const opened = await memberOf(session, server, request, deps);
    if (!opened.ok) return { server, reason: opened.reason, response: null };
    if (opened.member.capabilities[kind.capability] === undefined) return null;
    headers = memberHeaders(opened);
  }
  const own = withParams(body.bytes, new Map([['cursor', cursor]]));
  const inner = innerRequest(request, { body: own, headers, signal });
  const page = await readInner(await deps.serve(inner, server), message.id, deps.mcp.responseBytes);
  if (page.ok) return { server, page };
  if (page.code === METHOD_NOT_FOUND && caller.revision === MODERN_REVISION) return null;
  return { server, reason: page.reason, response: page.response };
}

/** A name that stands twice in one page is two things' name: nobody could tell which is called. */
function itemsOf(
  server: string,
  { bytes, scanned }: Extract<InnerAnswer, { ok: true }>,
  { member, key, at }: ListKind,
): string[] {
  const list = scanned.containers.get(`result.${member}`);
  const value = (scanned.value['result'] as Readonly<Record<string, unknown>>)[member];
  if (list === undefined || !Array.isArray(value)) return [];
  const names = value.map((item: unknown) => {
    const name = (item as Readonly<Record<string, unknown>> | null)?.[key];
    return typeof name === 'string' ? name : null;
  });
  return names.flatMap((name, index) => {
    const item = list.items[index];
    const place = scanned.containers.get(`result.${member}.${index}`)?.members.get(key);
    const isAlone = names.indexOf(name) === names.lastIndexOf(name);
    if (name === null || item === undefined || place === undefined || !isAlone) return [];
    const within: Span = { start: place.start - item.start, end: place.end - item.start };
    const text = splice(bytes.subarray(item.start, item.end), [
      { ...within, text: JSON.stringify(at(server, name)) },
    ]);
    return [Buffer.from(text).toString('utf8')];
  });
}
