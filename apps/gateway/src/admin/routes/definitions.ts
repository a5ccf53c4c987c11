// Pinning for the operator: what of a server is held back, what changed in it, and its acceptance.
import { createRoute, z } from '@hono/zod-openapi';
import type { AcceptRefusal } from '../../pins/accept.ts';
import type { McpServer } from '../../registry/types.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import {
  AcceptDefinition,
  Definition,
  DefinitionList,
  DefinitionText,
  WhichDefinition,
} from '../schemas/definitions.ts';
import { definitionView } from '../view.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const list = createRoute({
  method: 'get',
  path: '/{name}/definitions',
  summary: 'What an MCP server defines, with what changed in what is held back',
  middleware: [noQuery] as const,
  request: { params: z.object({ name: pathName('name') }) },
  responses: { 200: json(DefinitionList, 'all of it, by kind and name'), ...refusals(400, 401, 404) },
});

// WHY the name stands in the query: as below.
const read = createRoute({
  method: 'get',
  path: '/{name}/definitions/text',
  summary: 'One definition in full: as the server lists it now, and as it was accepted',
  request: { params: z.object({ name: pathName('name') }), query: WhichDefinition },
  responses: { 200: json(DefinitionText, 'fit for reading'), ...refusals(400, 401, 404) },
});

// WHY the name stands in the body: a server may call its tools `..` or `a/b`, and no path says such names.
const accept = createRoute({
  method: 'post',
  path: '/{name}/definitions/accept',
  summary: 'Accept a definition, exactly as it was shown',
  middleware: [noQuery, requires('admin')] as const,
  request: {
    params: z.object({ name: pathName('name') }),
    body: { required: true, content: { 'application/json': { schema: AcceptDefinition } } },
  },
  responses: { 200: json(Definition, 'how it stands now'), ...refusals(400, 401, 403, 404, 409, 413, 503) },
});

const STATUS = { not_found: 404, digest_mismatch: 409, conflict: 409, log_unavailable: 503 } as const;

export function definitionRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(list, async (c) => {
      const server = serverOf(deps, c.req.valid('param').name);
      const definitions = (await deps.pins.list(server)).map(definitionView);
      const leftOut = [...deps.pins.leftOut(server)];
      return c.json({ toolPinning: server.toolPinning, definitions, leftOut }, 200);
    })
    .openapi(read, async (c) => {
      const server = serverOf(deps, c.req.valid('param').name);
      const { kind, name } = c.req.valid('query');
      const texts = await deps.pins.read(server, { kind, name });
      if (texts === null)
        throw new Refusal(
          404,
          'not_found',
          `server \`${server.name}\` lists no ${kind} \`${name}\` now; it may have been taken away`,
        );
      return c.json({ kind, name, ...texts }, 200);
    })
    .openapi(accept, async (c) => {
      const server = serverOf(deps, c.req.valid('param').name);
      const { kind, name, digest } = c.req.valid('json');
      const { user } = c.get('principal');
      const accepted = await deps.pins.accept(server, { kind, name }, { digest, user });
      if (!accepted.ok) throw refused(accepted.error);
      return c.json(definitionView(accepted.value), 200);
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
