// Stopping an agent, and letting it go on: a change of the registry like any other, said in one word. A stop waits for nobody;
// where the registry is reviewed, letting it go on does (docs/policy.md).
import { createRoute, z } from '@hono/zod-openapi';
import { keyOfObject } from '../../registry/objects.ts';
import { refusalOf } from '../apply.ts';
import type { StopResult as StopResultView } from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { type AdminPrincipal, requires } from '../principal.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import { StopRequest, StopResult } from '../schemas/agents.ts';
import { agentView } from '../view.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const request = {
  params: z.object({ name: pathName('name') }),
  body: { required: true, content: { 'application/json': { schema: StopRequest } } },
} as const;

const quarantine = createRoute({
  method: 'post',
  path: '/{name}/quarantine',
  summary:
    'Stop an agent: its next call, the next event of its open streams, what it has held. In force when this answers',
  middleware: [noQuery, requires('admin')] as const,
  request,
  responses: { 200: json(StopResult, 'the agent'), ...refusals(400, 401, 403, 404, 409, 503) },
});

const release = createRoute({
  method: 'post',
  path: '/{name}/release',
  summary: 'Let a quarantined agent call again; where the registry is reviewed, once other people agreed',
  middleware: [noQuery, requires('admin')] as const,
  request,
  responses: {
    200: json(StopResult, 'the agent'),
    202: json(StopResult, 'waits for other people to agree'),
    ...refusals(400, 401, 403, 404, 409, 503),
  },
});

export function stopRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(quarantine, async (c) => {
      const { name } = c.req.valid('param');
      const { reason } = c.req.valid('json');
      return c.json(
        await moved(deps, { name, from: 'active', to: 'quarantined', reason }, c.get('principal')),
        200,
      );
    })
    .openapi(release, async (c) => {
      const { name } = c.req.valid('param');
      const { reason } = c.req.valid('json');
      const result = await moved(
        deps,
        { name, from: 'quarantined', to: 'active', reason },
        c.get('principal'),
      );
      return result.change === null ? c.json(result, 200) : c.json(result, 202);
    });
}

interface Move {
  readonly name: string;
  readonly from: 'active' | 'quarantined';
  readonly to: 'active' | 'quarantined';
  readonly reason: string;
}

/** Throws a Refusal; then nothing was changed. */
async function moved(
  { registry, registryDesk }: Pick<AdminDeps, 'registry' | 'registryDesk'>,
  { name, from, to, reason }: Move,
  { user }: AdminPrincipal,
): Promise<StopResultView> {
  const manifest = registry.objects().get(keyOfObject('Agent', name))?.manifest;
  const agent = registry.current().agents.get(name);
  if (agent === undefined) throw notFound('agent', name);
  if (manifest?.kind !== 'Agent') throw notFound('agent', name);
  if (agent.status !== from)
    throw new Refusal(
      409,
      'conflict',
      `the agent \`${name}\` is ${agent.status}, not ${from}: nothing was changed`,
    );
  const submitted = await registryDesk.submit({
    manifests: [
      {
        manifest: { ...manifest, spec: { ...manifest.spec, status: to } },
        origin: { source: null, document: null, lineOf: () => null },
      },
    ],
    author: user,
    message: reason,
  });
  if (!submitted.ok) throw refusalOf(submitted.error);
  return {
    agent: agentView(registry.current().agents.get(name) ?? agent),
    change: submitted.value.change?.id ?? null,
  };
}
