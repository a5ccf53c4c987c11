// The data plane's routes. Everything an agent can reach is on this page; the admin plane is another listener.
import { type Context, Hono } from 'hono';
import type { HttpBindings } from '@hono/node-server';
import { answerFlow } from './answer-flow.ts';
import { serveA2a, serveCard, type A2aEndpointDeps } from './protocols/a2a/endpoint.ts';
import { type DirectoryDeps, serveDirectory } from './protocols/a2a/directory.ts';
import { serveHttpJson } from './protocols/a2a/bindings/http/front.ts';
import type { HttpRequest } from './protocols/http.ts';
import { type McpEndpointDeps, serveMcp } from './protocols/mcp/endpoint.ts';
import { serveUnion } from './protocols/mcp/union/endpoint.ts';
import type { UnionDeps } from './protocols/mcp/union/types.ts';
import { type ReceiptsEndpointDeps, serveReceipts, serveTrust } from './receipts/serve.ts';
import { warn } from './warnings.ts';

export interface DataPlaneDeps {
  readonly mcp: McpEndpointDeps;
  /** All servers at one address. */
  readonly union: UnionDeps;
  readonly a2a: A2aEndpointDeps;
  readonly directory: DirectoryDeps;
  /** RFC 9728 metadata of an endpoint by its path, or null where there is none. */
  readonly resourceMetadata: (path: string) => object | null;
  readonly receipts: ReceiptsEndpointDeps;
  /** Public keys of the call token, of the agent cards and of push notifications. */
  readonly jwks: () => object;
}

type Env = { Bindings: HttpBindings };

export function dataPlane(deps: DataPlaneDeps): Hono<Env> {
  const app = new Hono<Env>();
  app.all('/mcp', (c) => serveUnion(httpRequest(c), deps.union));
  app.all('/mcp/:server', async (c) =>
    answerFlow(await serveMcp(httpRequest(c), c.req.param('server'), deps.mcp), c.env.outgoing),
  );
  app.get('/a2a/:agent/.well-known/agent-card.json', (c) =>
    serveCard(httpRequest(c), c.req.param('agent'), deps.a2a),
  );
  app.all('/a2a/:agent/push/:secret', (c) =>
    deps.a2a.push.serve(httpRequest(c), c.req.param('agent'), c.req.param('secret')),
  );
  app.all('/a2a/:agent', async (c) =>
    answerFlow(await serveA2a(httpRequest(c), c.req.param('agent'), deps.a2a), c.env.outgoing),
  );
  app.all('/a2a/:agent/*', async (c) =>
    answerFlow(await serveHttpJson(httpRequest(c), c.env.incoming.url ?? '', deps.a2a), c.env.outgoing),
  );
  app.get('/.well-known/oauth-protected-resource/*', (c) => {
    const metadata = deps.resourceMetadata(c.req.path.slice('/.well-known/oauth-protected-resource'.length));
    c.header('access-control-allow-origin', '*');
    return metadata === null ? c.json({ error: 'there is no such endpoint' }, 404) : c.json(metadata);
  });
  app.all('/.well-known/agents', (c) => serveDirectory(httpRequest(c), deps.directory));
  app.get('/.well-known/jwks.json', (c) => c.json(deps.jwks()));
  app.all('/receipts/:call', (c) => serveReceipts(httpRequest(c), c.req.param('call'), deps.receipts));
  app.get('/.well-known/countersign-trust', () => serveTrust(deps.receipts));
  app.notFound((c) =>
    c.json({ error: 'not found: endpoints are /mcp, /mcp/<server>, /a2a/<agent> and /receipts/<call>' }, 404),
  );
  app.onError((error, c) => {
    warn(`${c.req.method} ${c.req.path}: ${error.stack ?? String(error)}`);
    return c.json(
      {
        jsonrpc: '2.0',
        id: null,
        error: { code: -32603, message: 'the gateway failed on this request; nothing more is known here' },
      },
      500,
    );
  });
  return app;
}

function httpRequest(c: Context<Env>): HttpRequest {
  const { rawHeaders } = c.env.incoming;
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  const raw = c.req.raw;
  return {
    method: raw.method,
    path: c.req.path,
    // A fragment belongs in no request (RFC 9112 section 3.2), and the Fetch API's own URL has lost it.
    hasQuery: /[?#]/.test(c.env.incoming.url ?? ''),
    rawHeaders: pairs,
    body: raw.body,
    signal: raw.signal,
  };
}
