// Who calls whom, as it was, and what policy makes of it today.
import { createRoute, z } from '@hono/zod-openapi';
import type { Permission } from '../../permissions/desk.ts';
import type { RegistrySnapshot } from '../../registry/types.ts';
import { CALL_FILTERS } from '../../search/query.ts';
import type { PairCount } from '../../store/readers/tallies.ts';
import type * as views from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { olderCalls } from '../older-calls.ts';
import { refusals } from '../refusal.ts';
import { CallGraph } from '../schemas/agents.ts';
import { isoTime, RISKS } from '../view.ts';
import { json, routeApp, wholeNumber } from './common.ts';
import { periodOf } from './period.ts';

/** What is asked of policy for one answer; what is left is `unknown`, and known the next time: policy remembers. */
const POLICY_MS = 400;

const show = createRoute({
  method: 'get',
  path: '/',
  summary: 'Who called whom in a stretch of time (the last 24 hours), and what policy makes of it today',
  request: {
    query: z.strictObject({
      from: CALL_FILTERS.from,
      to: CALL_FILTERS.to,
      team: CALL_FILTERS.team,
      agent: CALL_FILTERS.agent,
      upstream: CALL_FILTERS.upstream,
      limit: wholeNumber(1, 1000).optional().openapi({ description: 'edges; default 200' }),
    }),
  },
  responses: { 200: json(CallGraph, 'the graph'), ...refusals(400, 401) },
});

type Edge = views.CallGraph['edges'][number];
type Node = views.CallGraph['nodes'][number];
type Counts = Edge['items'];

export function graphRoutes(deps: AdminDeps) {
  return routeApp().openapi(show, async (c) => {
    const { limit = 200, from: _, to: __, ...filters } = c.req.valid('query');
    const { from, to } = periodOf(c.req.valid('query'), deps.now());
    const registry = deps.registry.current();
    const counted = await deps.readers.calls.tallies(
      { ...filters, from, to },
      { times: [], facets: [], pairs: [['agent', 'upstream']], most: limit },
    );
    const { values = [], distinct = 0 } = counted.pairs[0] ?? {};
    const policy = await policyOn(values, deps);
    const nodes = new Map<string, Node>();
    const edges = values.map((pair): Edge => {
      const [agent, upstream] = pair.values;
      const source = nodeOf(agent, agent === null ? 'unregistered' : 'agent', registry);
      const isAgent = upstream !== null && registry.a2a.has(upstream);
      const target = nodeOf(upstream, isAgent ? 'agent' : 'server', registry);
      nodes.set(source.id, source).set(target.id, target);
      const { values: ___, newestAt, ...calls } = pair;
      const items = policy.get(`${agent}\n${upstream}`) ?? none();
      return {
        from: source.id,
        to: target.id,
        calls,
        lastAt: isoTime(newestAt),
        policy: summary(items),
        items,
      };
    });
    return c.json(
      {
        from: isoTime(from),
        to: isoTime(to),
        nodes: [...nodes.values()],
        edges,
        edgesInAll: distinct,
        archived: await olderCalls(deps, from),
        isCut: distinct > values.length,
      },
      200,
    );
  });
}

/** By agent and upstream. Whoever is not registered, or calls what is not, is in none. */
async function policyOn(
  pairs: readonly PairCount[],
  { permissions, registry }: Pick<AdminDeps, 'permissions' | 'registry'>,
): Promise<ReadonlyMap<string, Counts>> {
  const called = new Map<string, string[]>();
  for (const { values } of pairs) {
    const [agent, upstream] = values;
    if (agent !== null && upstream !== null && registry.current().agents.has(agent))
      called.set(agent, [...(called.get(agent) ?? []), upstream]);
  }
  const ends = performance.now() + POLICY_MS;
  const found = new Map<string, Counts>();
  for (const [agent, only] of called) {
    if (performance.now() > ends) break;
    const asked = await permissions.of(agent, { only });
    if (!asked.ok) continue;
    for (const { upstream, answer } of asked.value.permissions) count(found, `${agent}\n${upstream}`, answer);
  }
  return found;
}

const none = (): Counts => ({ allowed: 0, held: 0, denied: 0, depends: 0, unknown: 0 });

function count(found: Map<string, Counts>, key: string, answer: Permission['answer']): void {
  const counts = found.get(key) ?? none();
  counts[answer] += 1;
  found.set(key, counts);
}

/** Of what is not denied. */
function summary({ allowed, held, denied, depends, unknown }: Counts): Edge['policy'] {
  if (allowed + held + depends + denied === 0 || unknown > 0) return 'unknown';
  if (allowed + held + depends === 0) return 'denied';
  if (held + depends === 0) return 'allowed';
  return allowed + depends === 0 ? 'held' : 'depends';
}

function nodeOf(name: string | null, kind: Node['kind'], registry: RegistrySnapshot): Node {
  const facts =
    name === null ? undefined : kind === 'server' ? registry.servers.get(name) : registry.agents.get(name);
  const agent = kind === 'agent' && name !== null ? registry.agents.get(name) : undefined;
  return {
    id: `${kind}:${name ?? ''}`,
    kind,
    name,
    isRegistered: facts !== undefined,
    status: agent?.status ?? null,
    team: facts?.team ?? null,
    risk: facts === undefined ? null : RISKS[facts.risk],
  };
}
