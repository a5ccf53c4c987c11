// The way to each MCP server, whatever its transport: streamable HTTP as it is, a command's pipes and the old HTTP+SSE behind
// faces that look like it. Connections of a server that is no longer registered so are ended.
import type { Result } from '../errors.ts';
import type { UpstreamResponse } from '../pipeline/types.ts';
import type { McpServer } from '../registry/types.ts';
import type { UpstreamClient } from './client.ts';
import { credentialHeaders } from './credentials.ts';
import { createFace } from './duplex/face.ts';
import { createPool } from './duplex/pool.ts';
import { unavailable } from './duplex/replies.ts';
import type { Face, FaceState, OpenChannel } from './duplex/types.ts';
import type { OutboundRequest } from './exchange.ts';
import type { SendFailure } from './failures.ts';
import { openSseChannel } from './sse/channel.ts';
import { startChild } from './stdio/child.ts';
import { type Leftovers, NO_LEFTOVERS } from './stdio/leftovers.ts';

export interface TransportsDeps {
  readonly client: UpstreamClient;
  readonly limits: {
    /** How long a server may take to begin its answer. */
    readonly headersTimeoutMs: number;
    /** How long an answer that has begun may be silent; 0 is for ever. */
    readonly idleTimeoutMs: number;
    /** The largest message that is taken. */
    readonly messageBytes: number;
  };
  /** The server of this name, as it is registered now. */
  readonly registered: (name: string) => McpServer | undefined;
  /** Why the server's command must not be run; null where it may. */
  readonly mayRun: (server: McpServer) => string | null;
  /** The gateway's own version. */
  readonly version: string;
  /** For the operator. */
  readonly tell: (message: string) => void;
  /** Where processes are noted; nowhere without it. */
  readonly leftovers?: Leftovers;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Transports {
  send(server: McpServer, request: OutboundRequest): Promise<Result<UpstreamResponse, SendFailure>>;
  /** Null where no connection is kept: over streamable HTTP, and where none was needed yet. */
  state(server: McpServer): FaceState | null;
  /** To be called when the registry changed. @param servers those that are registered now. */
  sync(servers: Iterable<McpServer>): void;
  close(): Promise<void>;
}

/** Principals of calls are written as JSON lists, so that none is this. */
const GATEWAY = 'the gateway';
/** Connections of the old HTTP+SSE transport to one server: one for each session. */
const MOST_STREAMS = 500;
const STREAM_IDLE_MS = 30 * 60_000;
/** Bytes that one answer may have waiting for a slow reader, besides one message, where others use the same process. */
const READ_AHEAD = 1024 * 1024;

export function createTransports(deps: TransportsDeps): Transports {
  const faces = new Map<string, { readonly place: string; readonly face: Face }>();
  const ending = new Set<Promise<void>>();

  function end(uid: string): void {
    const known = faces.get(uid);
    if (known === undefined) return;
    faces.delete(uid);
    const ended = known.face.close().finally(() => ending.delete(ended));
    ending.add(ended);
  }

  function faceOf(server: McpServer): Face {
    const known = faces.get(server.uid);
    const place = placeOf(server);
    if (known?.place === place) return known.face;
    end(server.uid);
    const face = openFace(server, deps);
    faces.set(server.uid, { place, face });
    return face;
  }

  return {
    async send(server, request) {
      if (server.place.transport === 'streamable-http') {
        const credential = await credentialHeaders(server.credential, deps.env);
        if (!credential.ok) return { ok: false, error: { ...credential.error, isSent: false } };
        const headers = new Map([...request.headers, ...credential.value]);
        return deps.client.send(server.place.url, { ...request, headers });
      }
      // SECURITY: a call that was decided by an older registry must not bring an older command back.
      const now = deps.registered(server.name);
      if (now === undefined || placeOf(now) !== placeOf(server))
        return { ok: false, error: unavailable(server.name, 'it is registered otherwise now', CHANGED) };
      // SECURITY: asked each time, right before anything could be run.
      const forbidden = server.place.transport === 'stdio' ? deps.mayRun(server) : null;
      if (forbidden !== null) return { ok: false, error: unavailable(server.name, forbidden, NOT_RUN) };
      return faceOf(server).send(request);
    },
    state: (server) => faces.get(server.uid)?.face.state() ?? null,
    sync(servers) {
      const places = new Map([...servers].map((server) => [server.uid as string, placeOf(server)]));
      for (const [uid, { place }] of faces) if (places.get(uid) !== place) end(uid);
    },
    async close() {
      for (const uid of faces.keys()) end(uid);
      await Promise.all(ending);
    },
  };
}

const CHANGED = 'the server behind this gateway was changed meanwhile: try again';
const NOT_RUN = 'the server behind this gateway could not be started: tell its operator';

function placeOf({ name, place, credential }: McpServer): string {
  return JSON.stringify([name, place, credential]);
}

function openFace(server: McpServer, deps: TransportsDeps): Face {
  const { name, place } = server;
  const { limits, client, tell, version } = deps;
  const stdio = place.transport === 'stdio' ? place : null;
  const open: OpenChannel = (signal) =>
    place.transport === 'stdio'
      ? startChild({
          server: name,
          command: place,
          maxLineBytes: limits.messageBytes,
          tell,
          leftovers: deps.leftovers ?? NO_LEFTOVERS,
          ...(deps.env === undefined ? {} : { env: deps.env }),
        })
      : openSseChannel(
          {
            server: name,
            url: place.url,
            client,
            credential: () => credentialHeaders(server.credential, deps.env),
            maxEventBytes: limits.messageBytes,
            tell,
          },
          signal,
        );
  const pool = createPool({
    server: name,
    open,
    most: stdio?.maxProcesses ?? MOST_STREAMS,
    exempt: GATEWAY,
    idleMs: stdio === null ? STREAM_IDLE_MS : stdio.idleMinutes * 60_000,
    tell,
  });
  return createFace({
    server: name,
    pool,
    limits: {
      firstMs: limits.headersTimeoutMs,
      idleMs: limits.idleTimeoutMs,
      maxWaiting: limits.messageBytes + READ_AHEAD,
    },
    isShared: stdio?.processes === 'shared',
    isModern: stdio !== null,
    version,
  });
}

/** For requests of the gateway itself, which are nobody's: a client that reaches one server, by whatever transport. */
export function clientOf(transports: Transports, server: McpServer): Pick<UpstreamClient, 'send'> {
  return { send: (_url, request) => transports.send(server, { ...request, principal: GATEWAY }) };
}
