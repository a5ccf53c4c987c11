// `GET /.well-known/agents`: the agents that a caller may reach. One is listed if some message to it could be allowed or held,
// by the same evaluation that filters lists of tools (DESIGN section 6); whoever may reach none is told of none.
import { setTimeout as delay } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import type { Id } from '@countersign/audit';
import type { ListFacts } from '@countersign/policy';
import { ok, refuse, type Rejection, type Result } from '../../errors.ts';
import type { Verifier } from '../../identity/verify.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { agentFacts, callFacts, listFacts } from '../../pipeline/facts.ts';
import type { AuthenticatedCall, Caller } from '../../pipeline/types.ts';
import { audienceOf } from '../../receipts/audience.ts';
import type { A2aUpstream, RegistrySnapshot } from '../../registry/types.ts';
import { arrive } from '../arrive.ts';
import type { HttpRequest } from '../http.ts';
import { HTTP_STATUS } from '../json-rpc.ts';
import type { Visibility } from '../mcp/lists.ts';
import type { UpstreamCard, UpstreamCards } from './upstream-card.ts';

export interface DirectoryDeps {
  readonly pipeline: Pick<Deps, 'registry' | 'traffic' | 'health' | 'now'>;
  readonly verifier: Verifier;
  readonly visibility: Pick<Visibility, 'couldPermit' | 'exposure'>;
  readonly cards: UpstreamCards;
  /** Canonical URL of the data plane, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly allowed: { readonly hosts: ReadonlySet<string>; readonly origins: ReadonlySet<string> };
  /** Where callers reach the gateway over gRPC; null where they do not. */
  readonly grpcAddress: string | null;
}

const DIRECTORY_PATH = '/.well-known/agents';

/** Cards that are fetched at a time, and for how long a directory waits for all of them. */
const PARALLEL = 16;
const CARDS_MS = 3_000;

export async function serveDirectory(request: HttpRequest, deps: DirectoryDeps): Promise<Response> {
  const found = await callerOf(request, deps);
  if (!found.ok) {
    deps.pipeline.traffic.reject(found.error);
    return refused(found.error);
  }
  const { caller, registry, headers } = found.value;
  const reachable = await reachableBy(caller, registry, deps);
  for (const { uid } of reachable) deps.pipeline.traffic.count(uid, 'a2a:card');
  const cards = await cardsOf(reachable, deps.cards);
  const agents = reachable.map((upstream) => entryOf(upstream, cards.get(upstream.uid), deps));
  const text = JSON.stringify({ agents });
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  // What one caller may see is no other's business, and a change of policy must bite soon.
  const answer = { etag, 'cache-control': 'private, max-age=10', vary: 'authorization' };
  if (headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: answer });
  return new Response(text, { status: 200, headers: { ...answer, 'content-type': 'application/json' } });
}

interface Asking {
  readonly caller: Caller;
  readonly registry: RegistrySnapshot;
  readonly headers: ReadonlyMap<string, string>;
}

async function callerOf(request: HttpRequest, deps: DirectoryDeps): Promise<Result<Asking>> {
  const arrived = arrive(request, deps.allowed);
  if (!arrived.ok) return arrived;
  const { credentials, headers } = arrived.value;
  if (request.method !== 'GET')
    return refuse('method_not_allowed', request.method, 'the directory is fetched with GET', {
      headers: { allow: 'GET' },
    });
  const fault = deps.pipeline.health.fault();
  if (fault !== null) return refuse('log_unavailable', fault, 'this gateway is out of service');
  const registry = deps.pipeline.registry.current();
  const { authorization } = credentials;
  const audience = audienceOf(authorization, deps.publicUrl(), registry, DIRECTORY_PATH);
  const caller = await deps.verifier.authenticate({ credentials: { authorization }, audience, registry });
  return caller.ok ? ok({ caller: caller.value, registry, headers }) : caller;
}

async function reachableBy(
  caller: Caller,
  registry: RegistrySnapshot,
  { pipeline, visibility }: DirectoryDeps,
): Promise<readonly A2aUpstream[]> {
  const { agent } = caller;
  const upstreams = [...registry.a2a.values()]
    .filter((upstream) => upstream.agent.status === 'active')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const [first] = upstreams;
  if (agent === null || agent.status !== 'active' || first === undefined) return [];
  const now = pipeline.now();
  const holders = [agent.uid, caller.subject?.key].filter((holder) => holder !== undefined);
  const facts = callFacts(unmade(caller, registry, first), agent, {
    exposure: await visibility.exposure(holders, now),
    now,
  });
  const items = upstreams.map(({ agent: callee, redact, mask }) => ({
    ...agentFacts(callee, 'unproven'),
    redact,
    mask,
  }));
  const shown = new Set<A2aUpstream>();
  for (const operation of ['a2a:message/send', 'a2a:message/stream'] as const) {
    const list: ListFacts = listFacts(facts, operation);
    const answers = await visibility.couldPermit(list, items);
    for (const [at, upstream] of upstreams.entries()) if (answers[at] === true) shown.add(upstream);
  }
  return upstreams.filter((upstream) => shown.has(upstream));
}

/** A call that the caller could begin a chain with, of which nothing is known yet but who makes it. */
function unmade(caller: Caller, registry: RegistrySnapshot, upstream: A2aUpstream): AuthenticatedCall {
  const agents = [caller.agent?.name ?? ''];
  return {
    caller,
    registry,
    upstream,
    operation: 'a2a:message/send',
    protocol: 'a2a',
    revision: 'a2a-1.0',
    target: { kind: 'agent' },
    said: { input: null, meta: null },
    link: { kind: 'root', chain: NO_CHAIN, parent: null, depth: 1, agents, labels: [] },
  } as unknown as AuthenticatedCall;
}

const NO_CHAIN = `chain_${'0'.repeat(32)}` as Id<'chain'>;

/** The cards that are there in time. */
async function cardsOf(
  upstreams: readonly A2aUpstream[],
  cards: UpstreamCards,
): Promise<ReadonlyMap<string, UpstreamCard>> {
  const found = new Map<string, UpstreamCard>();
  const left = [...upstreams];
  const work = async (): Promise<void> => {
    for (let upstream = left.shift(); upstream !== undefined; upstream = left.shift()) {
      const card = await cards.card(upstream);
      if (card.ok) found.set(upstream.uid, card.value);
    }
  };
  const over = new AbortController();
  const enough = delay(CARDS_MS, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([Promise.all(Array.from({ length: PARALLEL }, work)), enough]);
  over.abort();
  left.length = 0;
  return new Map(found);
}

function entryOf(
  { name }: A2aUpstream,
  card: UpstreamCard | undefined,
  { publicUrl, grpcAddress }: DirectoryDeps,
): object {
  const url = `${publicUrl()}/a2a/${name}`;
  const bindings = [
    ...(card?.interface == null ? [] : ['JSONRPC', 'HTTP+JSON', ...(grpcAddress === null ? [] : ['GRPC'])]),
    ...(card?.interface == null && card?.earlier != null ? ['JSONRPC'] : []),
  ];
  const description = card?.json['description'];
  return {
    name,
    url,
    cardUrl: `${url}/.well-known/agent-card.json`,
    // An agent that cannot be asked just now is listed all the same: its name is known.
    ...(typeof description === 'string' ? { description } : {}),
    ...(card === undefined ? {} : { bindings, versions: versionsOf(card) }),
  };
}

function versionsOf({ interface: current, earlier }: UpstreamCard): readonly string[] {
  return [...(current === null ? [] : ['1.0']), ...(earlier === null ? [] : ['0.3'])];
}

function refused({ code, status, message, headers = {}, retryAfterSeconds }: Rejection): Response {
  const again = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return Response.json(
    { error: message },
    {
      status: status ?? HTTP_STATUS[code] ?? 400,
      headers: { 'cache-control': 'no-store', ...headers, ...again },
    },
  );
}
