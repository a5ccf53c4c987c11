// What an agent may do, as policy has it now.
import { createRoute, z } from '@hono/zod-openapi';
import type { Permission } from '../../permissions/desk.ts';
import type * as views from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import { PermissionList } from '../schemas/agents.ts';
import { json, pathName, routeApp } from './common.ts';

const name = z.string().min(1).max(256);

const show = createRoute({
  method: 'get',
  path: '/{name}/permissions',
  summary: 'What becomes of an agent’s calls on each thing behind the gateway, and which policies say so',
  description:
    'Of calls that begin a chain, made by the agent’s first identity, on behalf of nobody or of `subject`. By partial ' +
    'evaluation, as lists are filtered: nothing is sent, nothing recorded.',
  request: {
    params: z.object({ name: pathName('name') }),
    query: z.strictObject({
      upstream: name.optional().openapi({ description: 'of this server or agent alone' }),
      subject: name.optional().openapi({ description: 'on behalf of this person: registry name or address' }),
    }),
  },
  responses: { 200: json(PermissionList, 'the permissions'), ...refusals(400, 401, 404) },
});

export function permissionRoutes(deps: AdminDeps) {
  return routeApp().openapi(show, async (c) => {
    const { name: agent } = c.req.valid('param');
    const { upstream, subject } = c.req.valid('query');
    const registry = deps.registry.current();
    if (!registry.agents.has(agent)) throw notFound('agent', agent);
    if (upstream !== undefined && !registry.servers.has(upstream) && !registry.a2a.has(upstream))
      throw notFound('upstream', upstream);
    const found = await deps.permissions.of(agent, {
      subject,
      only: upstream === undefined ? undefined : [upstream],
    });
    if (!found.ok) throw new Refusal(400, 'malformed_request', found.error);
    const { exposure, permissions, isCut } = found.value;
    return c.json(
      {
        agent,
        subject: subject ?? null,
        exposure: [...exposure],
        permissions: permissions.map(permissionView),
        isCut,
      },
      200,
    );
  });
}

function permissionView({ policies, ...rest }: Permission): views.Permission {
  return { ...rest, policies: policies.map((policy) => ({ ...policy })) };
}
