// Tool pinning for the operator: what is held back, what changed in it, and its acceptance.
import { createRoute, z } from '@hono/zod-openapi';
import type { AcceptRefusal } from '../../pins/accept.ts';
import type { McpServer } from '../../registry/types.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import { AcceptTool, Tool, ToolList } from '../schemas/tools.ts';
import { toolView } from '../view.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const list = createRoute({
  method: 'get',
  path: '/{name}/tools',
  summary: 'The tools of an MCP server, with what changed in those that are held back',
  middleware: [noQuery] as const,
  request: { params: z.object({ name: pathName('name') }) },
  responses: { 200: json(ToolList, 'all of them, by name'), ...refusals(400, 401, 404) },
});

// WHY the tool stands in the body: a server may call its tools `..` or `a/b`, and no path says such names.
const accept = createRoute({
  method: 'post',
  path: '/{name}/tools/accept',
  summary: 'Accept the definition of a tool, exactly as it was shown',
  middleware: [noQuery, requires('admin')] as const,
  request: {
    params: z.object({ name: pathName('name') }),
    body: { required: true, content: { 'application/json': { schema: AcceptTool } } },
  },
  responses: { 200: json(Tool, 'the tool'), ...refusals(400, 401, 403, 404, 409, 413, 503) },
});

const STATUS = { not_found: 404, digest_mismatch: 409, conflict: 409, log_unavailable: 503 } as const;

export function toolRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(list, (c) => {
      const server = serverOf(deps, c.req.valid('param').name);
      const tools = deps.tools.list(server).map(toolView);
      return c.json({ toolPinning: server.toolPinning, tools }, 200);
    })
    .openapi(accept, async (c) => {
      const server = serverOf(deps, c.req.valid('param').name);
      const { tool, digest } = c.req.valid('json');
      const { user } = c.get('principal');
      const accepted = await deps.tools.accept(server, tool, { digest, user });
      if (!accepted.ok) throw refused(accepted.error);
      return c.json(toolView(accepted.value), 200);
    });
}

function serverOf(deps: AdminDeps, name: string): McpServer {
  const server = deps.registry.current().servers.get(name);
  if (server === undefined) throw notFound('MCP server', name);
  return server;
}

function refused({ code, message }: AcceptRefusal): Refusal {
  return new Refusal(STATUS[code], code, message);
}
