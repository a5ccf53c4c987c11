// How many calls a search finds, and by which values they differ: what a list of filters shows beside them.
import { createRoute, z } from '@hono/zod-openapi';
import type { AdminDeps } from '../deps.ts';
import { olderCalls } from '../older-calls.ts';
import { refusals } from '../refusal.ts';
import { CallCounts } from '../schemas/calls.ts';
import { EXPLORED, understood } from './call-query.ts';
import { json, routeApp } from './common.ts';

const count = createRoute({
  method: 'get',
  path: '/counts',
  summary: 'How many calls a search finds, and how often each value occurs among them',
  description: 'Counted over the newest 10,000 at most; `isMore` says that there are others.',
  request: { query: z.strictObject(EXPLORED) },
  responses: { 200: json(CallCounts, 'the counts'), ...refusals(400, 401) },
});

export function callCountRoutes(deps: AdminDeps) {
  return routeApp().openapi(count, async (c) => {
    const query = understood(c.req.valid('query'));
    const { calls, isMore, facets } = await deps.readers.calls.counts(query);
    return c.json(
      {
        calls,
        isMore,
        facets: Object.fromEntries(facets.map(({ facet, values }) => [facet, [...values]])),
        archived: await olderCalls(deps, query.from),
      },
      200,
    );
  });
}
