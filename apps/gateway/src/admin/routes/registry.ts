// Agents, upstreams and users as the registry knows them now, and the application of manifests.
import { createRoute, z } from '@hono/zod-openapi';
import { applyManifests } from '../apply.ts';
import { checkedCalls } from '../checked-calls.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { olderCalls } from '../older-calls.ts';
import { notFound, refusals } from '../refusal.ts';
import {
  AgentDetail,
  AgentList,
  ApplyRequest,
  ApplyResult,
  UpstreamList,
  UserList,
} from '../schemas/registry.ts';
import { agentView, upstreamsOf, upstreamView, userView } from '../view.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const RECENT_CALLS = 20;

const agents = createRoute({
  method: 'get',
  path: '/agents',
  summary: 'Registered agents',
  middleware: [noQuery] as const,
  responses: { 200: json(AgentList, 'all of them, by name'), ...refusals(400, 401) },
});

const agent = createRoute({
  method: 'get',
  path: '/agents/{name}',
  summary: 'One agent, what it has been exposed to, and its latest calls',
  middleware: [noQuery] as const,
  request: { params: z.object({ name: pathName('name') }) },
  responses: { 200: json(AgentDetail, 'the agent'), ...refusals(400, 401, 404) },
});

const upstreams = createRoute({
  method: 'get',
  path: '/upstreams',
  summary: 'MCP servers and A2A agents behind the gateway',
  middleware: [noQuery] as const,
  responses: { 200: json(UpstreamList, 'all of them, by name'), ...refusals(400, 401) },
});

const users = createRoute({
  method: 'get',
  path: '/users',
  summary: 'People, with their groups',
  middleware: [noQuery] as const,
  responses: { 200: json(UserList, 'all of them, by name'), ...refusals(400, 401) },
});

const apply = createRoute({
  method: 'post',
  path: '/apply',
  summary: 'Apply manifests, all or none; where the registry is reviewed, what moves decisions is proposed',
  middleware: [noQuery, requires('admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: ApplyRequest } } } },
  responses: {
    200: json(ApplyResult, 'what changed'),
    202: json(ApplyResult, 'what changed, and what waits for other people to agree'),
    ...refusals(400, 401, 403, 409, 413, 503),
  },
});

export function registryRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(agents, (c) => {
      const all = byName(deps.registry.current().agents.values());
      return c.json({ agents: all.map(agentView) }, 200);
    })
    .openapi(agent, async (c) => {
      const { name } = c.req.valid('param');
      const found = deps.registry.current().agents.get(name);
      if (found === undefined) throw notFound('agent', name);
      const exposure = await deps.readers.exposure.exposure([found.uid], deps.now());
      const recent = await deps.readers.calls.page({ agent: name }, { limit: RECENT_CALLS });
      return c.json(
        {
          agent: agentView(found),
          exposure: [...exposure],
          recent: await checkedCalls(deps.readers, recent.calls),
          archived: recent.calls.length < RECENT_CALLS ? await olderCalls(deps) : null,
        },
        200,
      );
    })
    .openapi(upstreams, async (c) => {
      const views = upstreamsOf(deps.registry.current()).map(async (upstream) =>
        upstreamView(upstream, await deps.readers.registry.catalog(upstream.uid), deps),
      );
      return c.json({ upstreams: await Promise.all(views) }, 200);
    })
    .openapi(users, (c) => {
      const all = byName(deps.registry.current().users.values());
      return c.json({ users: all.map(userView) }, 200);
    })
    .openapi(apply, async (c) => {
      const { manifests, message = '' } = c.req.valid('json');
      const { user } = c.get('principal');
      const result = await applyManifests(deps.registryDesk, manifests, { user, message });
      return result.change === null ? c.json(result, 200) : c.json(result, 202);
    });
}

function byName<T extends { readonly name: string }>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}
