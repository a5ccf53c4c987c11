// Everything that agents reach: the endpoints of both protocols around one pipeline, and what is kept open between requests.
import { dataPlane } from '../app.ts';
import { allowedHosts, type Config, consoleUrl } from '../config.ts';
import type { CallTokens } from '../identity/call-token.ts';
import { protectedResourceMetadata } from '../identity/metadata.ts';
import type { Verifier } from '../identity/verify.ts';
import type { Deps } from '../pipeline/deps.ts';
import { openA2a } from '../protocols/a2a/endpoint.ts';
import { type McpEndpointDeps, serveMcp } from '../protocols/mcp/endpoint.ts';
import { createHeldCalls } from '../protocols/mcp/held.ts';
import { createOpenRequests } from '../protocols/mcp/open-requests.ts';
import { createOutstanding } from '../protocols/mcp/outstanding.ts';
import { createRounds } from '../protocols/mcp/rounds.ts';
import { openHeldTasks } from '../protocols/mcp/tasks/held/open.ts';
import { createOpenQuestions } from '../protocols/mcp/tasks/open-questions.ts';
import { openUnion } from '../protocols/mcp/union/endpoint.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';
import { VERSION } from '../version.ts';
import type { openGrpc } from './grpc.ts';
import type { openNodeKeys } from './keys.ts';
import type { openPolicy } from './policy.ts';
import { pushSettings } from './push.ts';
import { sessionOf } from './reads.ts';
import type { openReceipts } from './receipts.ts';
import { openStreams } from './streams.ts';
import type { openUpstreams } from './upstreams.ts';

type Opened<T extends (...all: never[]) => unknown> = Awaited<ReturnType<T>>;

interface Parts {
  readonly config: Config;
  readonly keys: Opened<typeof openNodeKeys>;
  readonly now: () => number;
  readonly registry: Registry;
  readonly ports: { readonly data: number; readonly admin: number };
  /** Canonical URL of the data plane, without a trailing slash. */
  readonly ownUrl: string;
  readonly pipeline: Deps;
  readonly readers: Store['readers'];
  readonly policy: Opened<typeof openPolicy>;
  readonly upstreams: Opened<typeof openUpstreams>;
  readonly receipts: Opened<typeof openReceipts>;
  readonly verifier: Verifier;
  readonly callTokens: CallTokens;
  readonly grpc: Opened<typeof openGrpc>;
}

export function openDataPlane(parts: Parts) {
  const { config, keys, now, registry, ports, ownUrl, pipeline, readers } = parts;
  const { policy, upstreams, receipts, verifier, callTokens, grpc } = parts;
  const { traffic, writer } = pipeline;
  const { catalogs } = upstreams;
  const outstanding = createOutstanding();
  const requests = createOpenRequests();
  const streams = openStreams({ registry, catalogs, policy, now });
  const questions = createOpenQuestions();
  const rounds = createRounds({ key: keys.requestState, writer, now });
  const endpoint = {
    pipeline,
    publicUrl: () => ownUrl,
    allowed: { hosts: allowedHosts(config, ports.data), origins: new Set(config.dataPlane.allowedOrigins) },
    limits: {
      maxBytes: config.limits.bodyBytes,
      maxDepth: config.limits.jsonDepth,
      maxKeys: config.limits.jsonKeys,
    },
    sessions: { writer, session: sessionOf(readers), now },
    visibility: {
      couldPermit: policy.couldPermit,
      caughtUp: policy.caughtUp,
      known: policy.known,
      exposure: (holders: readonly string[], at: number) => readers.exposure.exposure(holders, at),
      isShown: upstreams.isShown,
      now,
    },
    results: upstreams.results,
    responseBytes: config.limits.responseBytes,
    eventBytes: config.limits.eventBytes,
  };
  const a2a = openA2a({
    ...endpoint,
    readers,
    cardKey: keys.card,
    pushKey: keys.push,
    push: pushSettings(config),
    grpc: grpc.caller,
    grpcAddress: grpc.address,
  });
  const answering = {
    ...endpoint,
    outstanding,
    requests,
    rounds,
    questions,
    tasks: readers,
    streams,
    watching: new Map(),
    approvalUrl: (id: string) => `${consoleUrl(config, ports.admin)}/approvals/${id}`,
    held: createHeldCalls(),
  };
  const heldTasks = openHeldTasks({
    ...answering,
    readers,
    serve: (request, server, audience) => serveMcp(request, server, mcp, audience),
  });
  const mcp: McpEndpointDeps = { ...answering, heldTasks };
  const app = dataPlane({
    a2a,
    directory: { ...endpoint, cards: a2a.cards, verifier, grpcAddress: grpc.address },
    mcp,
    union: openUnion(mcp, { catalog: (server) => catalogs.catalog(server), version: VERSION }),
    receipts: {
      ...endpoint,
      ...receipts,
      registry,
      traffic,
      verifier,
      calls: readers.calls,
      logKeys: keys.checkpointVkeys,
    },
    resourceMetadata: (path) => protectedResourceMetadata(path, ownUrl, registry.current()),
    jwks: () => ({ keys: [...callTokens.jwks().keys, keys.card.publicJwk, keys.push.publicJwk] }),
  });

  return {
    app,
    a2a,
    /** What is held as a task, of both protocols. */
    releases: [a2a.releases, heldTasks.releases],
    /** Long streams end, and their clients open them elsewhere. */
    endStreams: () => streams.close(),
    /** What is still open has an outcome. Nothing new may come by then. */
    async close() {
      await a2a.push.stop();
      await Promise.all([outstanding.close(), requests.close(), rounds.close(), questions.close()]);
    },
  };
}
