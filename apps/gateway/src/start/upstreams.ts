// Everything behind the gateway: the client that reaches it, and what it is known to offer.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Config } from '../config.ts';
import type { Deps, OutboundRequest } from '../pipeline/deps.ts';
import { createPinDesk, type PinDesk } from '../pins/desk.ts';
import type { Gauge } from '../admin/metrics.ts';
import type { ResultChecks } from '../protocols/mcp/result-check.ts';
import { createPins, type Pins } from '../pins/pins.ts';
import { createShown, type IsShown } from '../pins/shown.ts';
import type { A2aUpstream } from '../registry/types.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';
import { createArgumentChecker } from '../upstreams/arguments.ts';
import { fetchCatalog } from '../upstreams/catalog.ts';
import { type Catalogs, createCatalogs } from '../upstreams/catalogs.ts';
import { createResultChecker, mismatchGauge } from '../upstreams/results.ts';
import { createUpstreamClient, type UpstreamClient } from '../upstreams/client.ts';
import { credentialHeaders } from '../upstreams/credentials.ts';
import { openLeftovers } from '../upstreams/stdio/leftovers.ts';
import { clientOf, createTransports, type Transports } from '../upstreams/transports.ts';
import { VERSION } from '../version.ts';

export interface Upstreams {
  readonly client: UpstreamClient;
  readonly catalogs: Catalogs;
  readonly pins: Pins;
  readonly desk: PinDesk;
  readonly isShown: IsShown;
  readonly results: ResultChecks;
  /** How many results did not fit, for `/metrics`. */
  readonly mismatches: () => Gauge;
  readonly port: Deps['catalogs'];
  readonly send: Deps['send'];
  /** How connections stand that are kept. */
  readonly transports: Pick<Transports, 'state'>;
  close(): Promise<void>;
}

/** A server that does not answer at once must not keep the gateway from starting: its tools follow when it does. */
const START_PATIENCE_MS = 3_000;

export async function openUpstreams(deps: {
  readonly config: Config;
  readonly registry: Registry;
  readonly store: Store;
  readonly now: () => number;
  readonly tell: (message: string) => void;
}): Promise<Upstreams> {
  const { config, registry, store, now, tell } = deps;
  const client = createUpstreamClient({
    connectTimeoutMs: config.upstreamTimeouts.connectSeconds * 1000,
    headersTimeoutMs: config.upstreamTimeouts.headersSeconds * 1000,
    idleTimeoutMs: config.upstreamTimeouts.idleSeconds * 1000,
  });
  const transports = createTransports({
    client,
    limits: {
      headersTimeoutMs: config.upstreamTimeouts.headersSeconds * 1000,
      idleTimeoutMs: config.upstreamTimeouts.idleSeconds * 1000,
      messageBytes: Math.max(config.limits.responseBytes, config.limits.eventBytes),
    },
    registered: (name) => registry.current().servers.get(name),
    mayRun: ({ name }) => registry.refusalToRun(name),
    version: VERSION,
    tell,
    leftovers: openLeftovers(join(config.data.dir, 'processes'), tell),
  });
  const pins = createPins(now);
  pins.load(await store.readers.pins.all());
  const catalogs = createCatalogs({
    writer: store,
    pins,
    servers: () => registry.current().servers.values(),
    fetch: (server, signal) =>
      fetchCatalog(server, { client: clientOf(transports, server), now, version: VERSION, signal }),
    now,
    tell,
  });
  const started = catalogs.start(await store.readers.registry.catalogs());
  started.catch((error: unknown) => tell(`tool catalogues: ${String(error)}`));
  await Promise.race([started, delay(START_PATIENCE_MS, undefined, { ref: false })]);
  const stopSync = registry.onChange(({ servers }) => {
    transports.sync(servers.values());
    catalogs.sync().catch((error: unknown) => tell(String(error)));
  });
  const checker = createArgumentChecker();
  const counted = new Map<string, number>();
  return {
    client,
    catalogs,
    pins,
    desk: createPinDesk({
      writer: store,
      pins,
      catalogs,
      now,
      onAccepted: (upstream) => catalogs.changed(upstream),
    }),
    isShown: createShown({ pins, catalogs, tell }),
    results: {
      tool: (upstream, name) => catalogs.tool(upstream, name),
      fits: createResultChecker(),
      count: (server) => void counted.set(server, (counted.get(server) ?? 0) + 1),
    },
    mismatches: () => mismatchGauge(counted),
    port: {
      tool: (upstream, name) => catalogs.tool(upstream, name),
      item: (upstream, kind, name) => catalogs.item(upstream, kind, name),
      standing: (server, item) => pins.standing(server, item),
      refresh: (upstream) => catalogs.refresh(upstream),
      checkArguments: (tool, args) => checker.check(tool, args),
    },
    send: (upstream, request) =>
      upstream.kind === 'mcp' ? transports.send(upstream, request) : sendToAgent(client, upstream, request),
    transports,
    async close() {
      stopSync();
      await catalogs.close();
      await transports.close();
      await client.close();
    },
  };
}

/** The caller's credential ended at the gateway; what the upstream sees is the gateway's own. */
async function sendToAgent(
  client: UpstreamClient,
  agent: A2aUpstream,
  request: OutboundRequest,
): ReturnType<Deps['send']> {
  const credential = await credentialHeaders(agent.credential);
  if (!credential.ok) return { ok: false, error: { ...credential.error, isSent: false } };
  const headers = new Map([...request.headers, ...credential.value]);
  return client.send(agent.endpoint ?? agent.cardUrl, { ...request, headers });
}
