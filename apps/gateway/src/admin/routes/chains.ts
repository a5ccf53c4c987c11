// Chains: the tree of calls with one root, as the console and `countersign chain show` print it.
import { createRoute, z } from '@hono/zod-openapi';
import { chainTree } from '../chain-tree.ts';
import { checkedCalls } from '../checked-calls.ts';
import type { AdminDeps } from '../deps.ts';
import { notFound, refusals } from '../refusal.ts';
import { Chain } from '../schemas/calls.ts';
import { isoTime } from '../view.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const MAX_CALLS = 1000;

const show = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'One chain as a tree, in preorder',
  middleware: [noQuery] as const,
  request: { params: z.object({ id: pathName('id') }) },
  responses: { 200: json(Chain, 'the chain'), ...refusals(400, 401, 404) },
});

export function chainRoutes(deps: AdminDeps) {
  return routeApp().openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    const calls = await deps.readers.calls.chain(id);
    const [first] = calls;
    if (first === undefined) throw notFound('chain', id);
    const labels = await deps.readers.exposure.chainLabels(id);
    const hops = chainTree(calls.slice(0, MAX_CALLS));
    const shown = await checkedCalls(
      deps.readers,
      hops.map(({ call }) => call),
    );
    return c.json(
      {
        id,
        openedAt: isoTime(first.startedAt),
        labels: [...labels],
        truncated: calls.length > MAX_CALLS,
        hops: shown.map((call, i) => ({ level: hops[i]?.level ?? 0, call })),
      },
      200,
    );
  });
}
