// The handshake at the endpoint for all servers: it is answered by the gateway, and repeated with each server that the caller
// is let to, so that all of them know their client and its capabilities.
import type { HttpRequest } from '../../http.ts';
import { isLegacyRevision, LEGACY_REVISIONS, type LegacyRevision, MODERN_REVISION } from '../operations.ts';
import { TASKS_EXTENSION } from '../tasks/asked.ts';
import { innerRequest, isObject, readInner } from './inner.ts';
import { serversFor } from './servers.ts';
import type { Opened, UnionSession } from './sessions.ts';
import type { AskingRequest, Missing, UnionDeps } from './types.ts';
import { answer, refused } from './words.ts';

/** A server that takes longer comes later: the others must not wait for it. */
const HANDSHAKE_MS = 8_000;

/** Bytes: each session keeps its own, for servers that are opened later. */
const MAX_HELLO = 64 * 1024;

/** What the endpoint itself can do, whichever servers are up now. */
const CAPABILITIES = {
  completions: {},
  logging: {},
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  tools: { listChanged: true },
};

export async function initialize(asking: AskingRequest, owner: string, deps: UnionDeps): Promise<Response> {
  const { message, request, body } = asking;
  if (body.bytes.byteLength > MAX_HELLO) {
    const text = `\`initialize\` is larger than ${MAX_HELLO} bytes: it is kept as long as its session`;
    return refused(asking, { code: 'invalid_arguments', rpcCode: -32602 }, text);
  }
  const revision = newest(message.params['protocolVersion']);
  const session = deps.sessions.open(owner, revision, body.bytes);
  const servers = await serversFor(asking.caller, deps);
  const opened = await Promise.all(
    servers.map(async ({ name }) => ({ name, opened: await memberOf(session, name, request, deps) })),
  );
  const missing = opened.flatMap(({ name, opened }): Missing[] =>
    opened.ok ? [] : [{ server: name, reason: opened.reason }],
  );
  const said = opened.flatMap(({ name, opened }) =>
    opened.ok && opened.instructions !== null ? [{ server: name, text: opened.instructions }] : [],
  );
  const response = answer(
    message.id,
    {
      protocolVersion: revision,
      capabilities: CAPABILITIES,
      serverInfo: { name: 'countersign', version: deps.version },
      instructions: instructions(said),
    },
    missing,
  );
  response.headers.set('mcp-session-id', session.id);
  return response;
}

export async function discover(asking: AskingRequest, deps: UnionDeps): Promise<Response> {
  const { message, request, body } = asking;
  const servers = await serversFor(asking.caller, deps);
  const answers = await Promise.all(
    servers.map(async ({ name }) => {
      const inner = innerRequest(request, { body: body.bytes, signal: soon(request) });
      const answer = await readInner(await deps.serve(inner, name), message.id, deps.mcp.responseBytes);
      return { name, answer };
    }),
  );
  const missing = answers.flatMap(({ name, answer }): Missing[] =>
    answer.ok ? [] : [{ server: name, reason: answer.reason }],
  );
  const said = answers.flatMap(({ name, answer }) =>
    answer.ok && typeof answer.result['instructions'] === 'string'
      ? [{ server: name, text: answer.result['instructions'] }]
      : [],
  );
  const { logging: _old, ...capabilities } = CAPABILITIES;
  const result = {
    supportedVersions: [MODERN_REVISION, ...LEGACY_REVISIONS.toReversed()],
    capabilities: { ...capabilities, extensions: { [TASKS_EXTENSION]: {} } },
    serverInfo: { name: 'countersign', version: deps.version },
    instructions: instructions(said),
    resultType: 'complete',
    ttlMs: 0,
    cacheScope: 'private',
  };
  return answer(message.id, result, missing);
}

/** The session at one server: opened when it is first needed, and again where that failed. */
export async function memberOf(
  session: UnionSession,
  server: string,
  request: HttpRequest,
  deps: UnionDeps,
): Promise<Opened> {
  const known = await session.members.get(server);
  if (known?.ok === true) return known;
  const opening = session.members.get(server) ?? openMember(session, server, request, deps);
  session.members.set(server, opening);
  const opened = await opening;
  if (!opened.ok && session.members.get(server) === opening) session.members.delete(server);
  return opened;
}

async function openMember(
  session: UnionSession,
  server: string,
  request: HttpRequest,
  deps: UnionDeps,
): Promise<Opened> {
  const hello = innerRequest(request, {
    method: 'POST',
    body: session.hello,
    headers: { ...OWN_HEADERS, 'mcp-session-id': null, 'mcp-protocol-version': null },
    signal: soon(request),
  });
  const { id } = JSON.parse(Buffer.from(session.hello).toString('utf8')) as { readonly id: string | number };
  const said = await readInner(await deps.serve(hello, server), id, deps.mcp.responseBytes);
  if (!said.ok) return { ok: false, reason: said.reason };
  const { protocolVersion, capabilities, instructions } = said.result;
  const revision = typeof protocolVersion === 'string' ? protocolVersion : '';
  if (!isLegacyRevision(revision) || revision > session.revision)
    return {
      ok: false,
      reason: `it speaks MCP \`${revision}\`, and its client only \`${session.revision}\``,
    };
  const member = {
    sessionId: said.headers.get('mcp-session-id'),
    revision,
    capabilities: isObject(capabilities) ? capabilities : {},
  };
  const opened: Opened = {
    ok: true,
    member,
    instructions: typeof instructions === 'string' ? instructions : null,
  };
  if (session.isReady) await sayReady(opened, server, request, deps);
  return opened;
}

const READY = Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}');

export async function sayReady(
  opened: Extract<Opened, { ok: true }>,
  server: string,
  request: HttpRequest,
  deps: UnionDeps,
): Promise<void> {
  const inner = innerRequest(request, { method: 'POST', body: READY, headers: memberHeaders(opened) });
  await (await deps.serve(inner, server)).body?.cancel();
}

/** The headers by which a server knows its own session. */
export function memberHeaders({ member }: Extract<Opened, { ok: true }>): Record<string, string | null> {
  return { ...OWN_HEADERS, 'mcp-session-id': member.sessionId, 'mcp-protocol-version': member.revision };
}

const OWN_HEADERS = { 'content-type': 'application/json', 'last-event-id': null };

const NEWEST = LEGACY_REVISIONS[LEGACY_REVISIONS.length - 1] as LegacyRevision;

/** What a session speaks: what its client asks for, else the newest of the older revisions. */
function newest(wanted: unknown): LegacyRevision {
  return typeof wanted === 'string' && isLegacyRevision(wanted) ? wanted : NEWEST;
}

function soon({ signal }: HttpRequest): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(HANDSHAKE_MS)]);
}

function instructions(said: readonly { readonly server: string; readonly text: string }[]): string {
  const own =
    'Several servers stand behind this one. Names of tools and prompts begin with their server and `__`, URIs of resources with `countersign://` and their server.';
  return [own, ...said.map(({ server, text }) => `# ${server}\n\n${text}`)].join('\n\n');
}
