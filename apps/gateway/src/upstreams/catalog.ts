// The catalogue of one MCP server: every tool, prompt, resource and template that it lists to the gateway itself. What
// callers are shown and what their calls are checked against comes from here (DESIGN section 6).
import { createHash } from 'node:crypto';
import type { Revision } from '@countersign/audit';
import { ok, refuse, type Result } from '../errors.ts';
import type { McpServer } from '../registry/types.ts';
import { objectIn, type PeerFault } from './ask.ts';
import type { UpstreamClient } from './client.ts';
import { credentialHeaders } from './credentials.ts';
import {
  type CatalogTool,
  type Definition,
  instructionsIn,
  KINDS,
  type KindSpec,
  type ReadDefinitions,
  readDefinitions,
  type Skipped,
  withoutNamesakes,
} from './definitions.ts';
import { openPeer, type Peer } from './peer.ts';

export type { CatalogTool, Definition, Skipped } from './definitions.ts';

export interface ServerCatalog {
  /** The revision in which the server was asked: the newest that both speak. */
  readonly revision: Revision;
  readonly tools: readonly CatalogTool[];
  readonly prompts: readonly Definition[];
  readonly resources: readonly Definition[];
  readonly templates: readonly Definition[];
  /** What it tells models of itself. */
  readonly instructions: Definition | null;
  /** What was left out, and why. */
  readonly skipped: readonly Skipped[];
  /** Over all definitions; 64 lowercase hex digits. */
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
}

export interface CatalogDeps {
  /** Reaches the server, by whatever transport. */
  readonly client: Pick<UpstreamClient, 'send'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The gateway's own version. */
  readonly version: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** For the whole catalogue; default 30 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const PROBE_MS = 5_000;
const MAX_PAGES = 64;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;
const MAX_DEFINITIONS = 10_000;
const MAX_CURSOR_CHARACTERS = 16 * 1024;

/** Errors: upstream_unavailable, upstream_timeout, upstream_invalid. Bad definitions are no error: they are skipped. */
export async function fetchCatalog(server: McpServer, deps: CatalogDeps): Promise<Result<ServerCatalog>> {
  const headers = await credentialHeaders(server.credential, deps.env);
  if (!headers.ok) return headers;
  const timeout = AbortSignal.timeout(deps.timeoutMs ?? 30_000);
  const signal = deps.signal === undefined ? timeout : AbortSignal.any([timeout, deps.signal]);
  const { client, version } = deps;
  const peer = await openPeer({
    client,
    version,
    url: server.place.transport === 'stdio' ? '' : server.place.url,
    headers: headers.value,
    maxBytes: MAX_PAGE_BYTES,
    probeMs: PROBE_MS,
    signal,
  });
  if (!peer.ok) return failed(server, peer.error);
  try {
    return await listAll(server, peer.value, deps.now());
  } finally {
    await peer.value.close();
  }
}

async function listAll(server: McpServer, peer: Peer, fetchedAt: number): Promise<Result<ServerCatalog>> {
  const skipped: Skipped[] = [];
  const lists = new Map<KindSpec['kind'], ReadDefinitions['found']>();
  for (const spec of KINDS) {
    const listed = await list(peer, spec);
    // Without its tools a server is of no use; without the rest it is.
    if (!listed.ok && spec.kind === 'tool') return failed(server, listed.error);
    if (!listed.ok) skipped.push({ kind: spec.kind, name: null, reason: listed.error.reason });
    const { unique, skipped: namesakes } = withoutNamesakes(listed.ok ? listed.value.found : [], spec.kind);
    lists.set(spec.kind, unique);
    skipped.push(...(listed.ok ? listed.value.skipped : []), ...namesakes);
  }
  return ok(assembleCatalog(peer.revision, lists, skipped, fetchedAt, instructionsIn(peer.hello)));
}

/** Puts a catalogue together from definitions whose names are unique. */
export function assembleCatalog(
  revision: Revision,
  lists: ReadonlyMap<KindSpec['kind'], ReadDefinitions['found']>,
  skipped: readonly Skipped[],
  fetchedAt: number,
  instructions: Definition | null = null,
): ServerCatalog {
  const plain = (kind: KindSpec['kind']): Definition[] =>
    (lists.get(kind) ?? []).map(({ name, definition, digest }) => ({ kind, name, definition, digest }));
  const tools = (lists.get('tool') ?? []).map(({ name, definition, digest, value }) => {
    const outputSchema = objectIn(value, 'outputSchema');
    return {
      kind: 'tool',
      name,
      definition,
      digest,
      inputSchema: value['inputSchema'] as CatalogTool['inputSchema'],
      ...(outputSchema === null ? {} : { outputSchema }),
    } as const;
  });
  const parts = {
    tools,
    prompts: plain('prompt'),
    resources: plain('resource'),
    templates: plain('template'),
    instructions,
  };
  return { revision, ...parts, skipped, digest: digestOfAll(parts), fetchedAt };
}

type Parts = Pick<ServerCatalog, 'tools' | 'prompts' | 'resources' | 'templates' | 'instructions'>;

/** Everything in it that has a definition. */
export function itemsOf(catalog: Parts): readonly Definition[] {
  const { tools, prompts, resources, templates, instructions } = catalog;
  return [...tools, ...prompts, ...resources, ...templates, ...(instructions === null ? [] : [instructions])];
}

function digestOfAll(parts: Parts): string {
  const pins = itemsOf(parts).map(({ kind, name, digest }) => JSON.stringify([kind, name, digest]));
  return createHash('sha256').update(JSON.stringify(pins.sort())).digest('hex');
}

type Listed =
  | { readonly ok: true; readonly value: ReadDefinitions }
  | { readonly ok: false; readonly error: PeerFault };

async function list(peer: Peer, spec: KindSpec): Promise<Listed> {
  const found: ReadDefinitions['found'][number][] = [];
  const skipped: Skipped[] = [];
  if (!Object.hasOwn(peer.capabilities, spec.capability)) return { ok: true, value: { found, skipped } };
  let cursor: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await peer.request(spec.method, cursor === undefined ? {} : { cursor });
    if (!answer.ok) return answer;
    const { bytes, scanned, result } = answer.value;
    const read = readDefinitions(bytes, scanned, `result.${spec.member}`, result[spec.member], spec);
    if (read === null) return broken(`its answer to \`${spec.method}\` holds no list that can be read`);
    found.push(...read.found);
    skipped.push(...read.skipped);
    if (found.length > MAX_DEFINITIONS) return broken(`it lists more than ${MAX_DEFINITIONS} ${spec.kind}s`);
    const next = result['nextCursor'];
    if (next === undefined || next === null) return { ok: true, value: { found, skipped } };
    if (typeof next !== 'string' || next.length > MAX_CURSOR_CHARACTERS) {
      return broken(`its answer to \`${spec.method}\` has a \`nextCursor\` that cannot be sent back`);
    }
    cursor = next;
  }
  return broken(`its answer to \`${spec.method}\` has more than ${MAX_PAGES} pages`);
}

function broken(reason: string): Listed {
  return { ok: false, error: { kind: 'invalid', reason } };
}

function failed(server: McpServer, fault: PeerFault): Result<never> {
  const codes = { unreachable: 'upstream_unavailable', timeout: 'upstream_timeout' } as const;
  const code =
    fault.kind === 'unreachable' || fault.kind === 'timeout' ? codes[fault.kind] : 'upstream_invalid';
  return refuse(
    code,
    `the catalogue of server \`${server.name}\` could not be read: ${fault.reason}`,
    'the tools of the server behind this gateway are not known now: try again later',
  );
}
