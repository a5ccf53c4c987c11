// Serves one MCP server definition over streamable HTTP in both eras on one address: 2026-07-28 statelessly, and the
// 2025 revisions with sessions, each on the official SDK's own handlers.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  isLegacyRequest,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
  type WebStandardStreamableHTTPServerTransportOptions,
} from '@modelcontextprotocol/server';

import { numberOption } from '../args.ts';
import { closeServer, listenOnLoopback } from '../listen.ts';
import { announceReady, dieWithParent } from '../ready.ts';

export type Serving = {
  /** The MCP endpoint. */
  readonly url: string;
  /** Tells every connected client that the tool list is another now. */
  toolsChanged(): void;
  /** The same of the prompts. */
  promptsChanged(): void;
  /** Tells clients of 2026-07-28 that asked for it; a session's server tells its own client (`sendResourceUpdated`). */
  resourceUpdated(uri: string): void;
  close(): Promise<void>;
};

type ServeOptions = {
  readonly port?: number;
  /** Waits this long before it handles each POST: a slow upstream. */
  readonly latencyMs?: number;
  /** What each session remembers, so that its client can come back for it (`Last-Event-ID`). */
  readonly resumable?: () => Pick<
    WebStandardStreamableHTTPServerTransportOptions,
    'eventStore' | 'retryInterval'
  >;
  /** What else answers requests of 2026-07-28; `next` is the SDK. */
  readonly around?: (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>;
};

/** Serves `define()` on 127.0.0.1 at `/mcp` and below; `define` is called once per session or, in the modern era, per request. */
async function serveMcp(define: () => McpServer, options: ServeOptions = {}): Promise<Serving> {
  const modern = createMcpHandler(define, { legacy: 'reject' });
  const legacy = legacySessions(define, options.resumable ?? (() => ({})));
  const latencyMs = options.latencyMs ?? 0;
  const around = options.around ?? ((request, next) => next(request));
  const handle = toNodeHandler({
    fetch: async (request) => {
      if (latencyMs > 0 && request.method === 'POST') await delay(latencyMs);
      if (await isLegacyRequest(request)) return legacy.fetch(request);
      return around(request, (asked) => modern.fetch(asked));
    },
  });
  const validHost = localhostHostValidation();
  const validOrigin = localhostOriginValidation();
  const server = createServer((request, response) => {
    if (!validHost(request, response) || !validOrigin(request, response)) return;
    if (!/^\/mcp(?:\/|$)/.test(new URL(request.url ?? '/', 'http://server').pathname)) {
      response.writeHead(404).end();
      return;
    }
    // The SDK's type of a request is not written for exact optional members.
    void handle(request as Parameters<typeof handle>[0], response);
  });
  const address = await listenOnLoopback(server, options.port ?? 0);
  return {
    url: `${address}/mcp`,
    toolsChanged: () => {
      modern.notify.toolsChanged();
      legacy.each((session) => session.sendToolListChanged());
    },
    promptsChanged: () => {
      modern.notify.promptsChanged();
      legacy.each((session) => session.sendPromptListChanged());
    },
    resourceUpdated: (uri) => modern.notify.resourceUpdated(uri),
    close: async () => {
      await modern.close();
      await closeServer(server);
    },
  };
}

/** Runs a server as this process: options from the command line, ready line, end with the parent. */
export async function runMcpServer(
  define: () => McpServer,
  facts: Readonly<Record<string, unknown>> = {},
  options: Pick<ServeOptions, 'resumable' | 'around'> = {},
): Promise<Serving> {
  dieWithParent();
  const serving = await serveMcp(define, {
    ...options,
    port: numberOption('port', 'PORT', 0),
    latencyMs: numberOption('latency-ms', 'LATENCY_MS', 0),
  });
  announceReady({ url: serving.url, ...facts });
  return serving;
}

/** The session-keeping half: one server and transport per `Mcp-Session-Id`. */
function legacySessions(
  define: () => McpServer,
  resumable: NonNullable<ServeOptions['resumable']>,
): {
  fetch(request: Request): Promise<Response>;
  each(tell: (server: McpServer) => void): void;
} {
  const sessions = new Map<
    string,
    { transport: WebStandardStreamableHTTPServerTransport; server: McpServer }
  >();
  return {
    fetch: async (request) => {
      const id = request.headers.get('mcp-session-id');
      if (id !== null) {
        const session = sessions.get(id);
        return session === undefined ? sessionNotFound() : session.transport.handleRequest(request);
      }
      const server = define();
      const transport = new WebStandardStreamableHTTPServerTransport({
        ...resumable(),
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (sessionId) => {
          sessions.set(sessionId, { transport, server });
        },
        onsessionclosed: (sessionId) => {
          sessions.delete(sessionId);
        },
      });
      await server.connect(transport);
      return transport.handleRequest(request);
    },
    each: (tell) => {
      for (const { server } of sessions.values()) tell(server);
    },
  };
}

/** The legacy revisions: 404 to an ended session means "initialize again". */
function sessionNotFound(): Response {
  return Response.json(
    { jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null },
    { status: 404 },
  );
}
