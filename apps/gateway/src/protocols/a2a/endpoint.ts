// One agent's A2A endpoint: HTTP in, the pipeline in the middle, HTTP out; and the agent's card. Refusals before a caller
// is known are counted here.
import { refuse, type Rejection, type Result } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { run } from '../../pipeline/pipeline.ts';
import type { RecordedCall } from '../../pipeline/types.ts';
import type { A2aUpstream } from '../../registry/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { checkOrigin, headerMap, type HttpRequest } from '../http.ts';
import type { ScanOptions } from '../json/types.ts';
import { refusalResponse } from './answers.ts';
import { type CardContext, type CardKey, createCardSigner, type ServedCard } from './card.ts';
import type { GrpcCaller } from './bindings/grpc/caller.ts';
import type { SigningKey } from '../../identity/keys.ts';
import { createFollowers } from './followers.ts';
import { toldByPush } from './push/own-events.ts';
import { createPush, type Push, type PushSettings } from './push/push.ts';
import { createOwnTasks } from './own-tasks.ts';
import type { A2aReaders } from './reads.ts';
import { receiveA2a } from './receive.ts';
import { createReleases, type Releases } from './releases.ts';
import { sendCall, sendToAgent } from './send.ts';
import { createUpstreamCards, type UpstreamCard, type UpstreamCards } from './upstream-card.ts';
import { a2aWire, type A2aWireDeps } from './wire.ts';

export interface A2aOptions {
  readonly pipeline: Deps;
  readonly readers: A2aReaders;
  /** Canonical URL of the data plane, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly allowed: { readonly hosts: ReadonlySet<string>; readonly origins: ReadonlySet<string> };
  readonly limits: Partial<ScanOptions> & { readonly maxBytes: number };
  readonly responseBytes: number;
  readonly eventBytes: number;
  readonly cardKey: CardKey;
  /** Signs push notifications. */
  readonly pushKey: SigningKey;
  readonly push: PushSettings;
  /** Toward agents that are spoken to over gRPC. */
  readonly grpc: GrpcCaller;
  /** Where callers reach the gateway over gRPC; null where they do not. */
  readonly grpcAddress: string | null;
}

export interface A2aEndpointDeps extends Omit<A2aOptions, 'push'>, A2aWireDeps {
  readonly cards: UpstreamCards;
  readonly signCard: (card: UpstreamCard, at: CardContext) => Promise<ServedCard>;
  readonly releases: Releases;
  readonly push: Push;
}

/** Everything behind the A2A endpoints. `releases.start()` is due once all else stands, `releases.stop()` at the end. */
export function openA2a(options: A2aOptions): A2aEndpointDeps {
  const { pipeline, readers } = options;
  const cards = createUpstreamCards(pipeline);
  const push = createPush({ ...options, cards, settings: options.push, key: options.pushKey });
  const followers = toldByPush(createFollowers(), push);
  const ownTasks = createOwnTasks(pipeline, readers);
  const { responseBytes, eventBytes, grpc } = options;
  const send = sendToAgent({ send: pipeline.send, cards, grpc, responseBytes, eventBytes });
  const shared = {
    ...options,
    cards,
    push,
    bound: (call: RecordedCall, task: string) => push.bound(call, task),
    followers,
    ownTasks,
    send,
  };
  return {
    ...shared,
    releases: createReleases(shared),
    signCard: createCardSigner(options.cardKey),
    cardContext: ({ name, receipts: place, mask }) => ({
      audience: audienceOf({ name }, options),
      publicUrl: options.publicUrl(),
      isInline: place === 'inline',
      isMasked: mask.length > 0,
      agent: name,
      grpcAddress: options.grpcAddress,
    }),
  };
}

export async function serveA2a(
  request: HttpRequest,
  agent: string,
  deps: A2aEndpointDeps,
): Promise<Response> {
  const { pipeline } = deps;
  const refuseEarly = (rejection: Rejection, id: string | number | null = null): Response => {
    pipeline.traffic.reject(rejection);
    return refusalResponse(id, rejection, null);
  };
  const found = arrive(request, agent, deps);
  if (!found.ok) return refuseEarly(found.error);
  const { upstream, headers } = found.value;
  const received = await receiveA2a(request, headers, {
    registry: pipeline.registry.current(),
    upstream,
    audience: audienceOf(upstream, deps),
    now: pipeline.now(),
    limits: deps.limits,
  });
  if (!received.ok) return refuseEarly(received.error, received.id);
  const { call, ids } = received.value;
  const own = {
    ...deps,
    look: ({ id }: TaskRecord) => void deps.releases.look(id),
    withdraw: (row: TaskRecord) => deps.releases.withdraw(row),
  };
  const send = sendCall(call, deps.send, own);
  return run(call, a2aWire(deps, ids), { ...pipeline, send });
}

/** The agent's card, public as cards are. */
export async function serveCard(
  request: HttpRequest,
  agent: string,
  deps: A2aEndpointDeps,
): Promise<Response> {
  const { pipeline } = deps;
  const found = arrive(request, agent, deps);
  if (!found.ok) {
    pipeline.traffic.reject(found.error);
    return refusalResponse(null, found.error, null);
  }
  const { upstream, headers } = found.value;
  pipeline.traffic.count(upstream.uid, 'a2a:card');
  const card = await deps.cards.card(upstream);
  if (!card.ok) return refusalResponse(null, { ...card.error, status: 502 }, null);
  const served = await deps.signCard(card.value, deps.cardContext(upstream));
  const answer = { etag: served.etag, 'cache-control': 'private, max-age=60' };
  if (headers.get('if-none-match') === served.etag)
    return new Response(null, { status: 304, headers: answer });
  return new Response(served.text, {
    status: 200,
    headers: { ...answer, 'content-type': 'application/json' },
  });
}

interface Arrived {
  readonly upstream: A2aUpstream;
  readonly headers: ReadonlyMap<string, string>;
}

function arrive(
  request: HttpRequest,
  agent: string,
  { pipeline, allowed }: A2aEndpointDeps,
): Result<Arrived> {
  const headers = headerMap(request);
  if (!headers.ok) return headers;
  const origin = checkOrigin(headers.value, allowed);
  if (!origin.ok) return origin;
  const upstream = pipeline.registry.current().a2a.get(agent);
  if (upstream === undefined) {
    return refuse(
      'unknown_upstream',
      `no A2A agent \`${agent}\``,
      'there is no such A2A agent behind this gateway',
    );
  }
  return { ok: true, value: { upstream, headers: headers.value } };
}

function audienceOf(
  { name }: Pick<A2aUpstream, 'name'>,
  { publicUrl }: Pick<A2aOptions, 'publicUrl'>,
): string {
  return `${publicUrl()}/a2a/${name}`;
}
