// Chains: the tree of calls with one root, as the console and `countersign chain show` print it.
import { createRoute, z } from '@hono/zod-openapi';
import { BAD_CURSOR, cursorFor, placeFor } from '../../search/cursor.ts';
import { queryText } from '../../search/query-text.ts';
import { chainPage } from '../chain-list.ts';
import { chainTree } from '../chain-tree.ts';
import { checkedCalls } from '../checked-calls.ts';
import type { AdminDeps } from '../deps.ts';
import { olderCalls } from '../older-calls.ts';
import { notFoundOrArchived, Refusal, refusals } from '../refusal.ts';
import { Chain, ChainPage } from '../schemas/calls.ts';
import { isoTime } from '../view.ts';
import { callPageQuery, understood } from './call-query.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const MAX_CALLS = 1000;

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Chains with a call that fits the filters, that with the newest first',
  request: { query: callPageQuery },
  responses: { 200: json(ChainPage, 'one page'), ...refusals(400, 401) },
});

const show = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'One chain as a tree, in preorder',
  middleware: [noQuery] as const,
  request: { params: z.object({ id: pathName('id') }) },
  responses: { 200: json(Chain, 'the chain'), ...refusals(400, 401, 404) },
});

export function chainRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(list, async (c) => {
      const { cursor, limit = 50, ...filters } = c.req.valid('query');
      const query = understood(filters);
      const question = `chains\n${queryText(query)}`;
      const before = cursor === undefined ? undefined : placeFor(cursor, question);
      if (before === null)
        throw new Refusal(400, 'malformed_request', `query refused: \`cursor\` ${BAD_CURSOR}`);
      const page = await chainPage(deps.readers.calls, query, { limit, before });
      const newest = await checkedCalls(
        deps.readers,
        page.chains.map((chain) => chain.newest),
      );
      const chains = newest.map((call, at) => {
        const { calls = 0, isMore = false } = page.chains[at] ?? {};
        return { id: call.chain, calls, isMore, newest: call };
      });
      const nextCursor = page.next === null ? null : cursorFor(question, page.next);
      return c.json({ chains, nextCursor, archived: await olderCalls(deps, query.from) }, 200);
    })
    .openapi(show, async (c) => {
      const { id } = c.req.valid('param');
      const calls = await deps.readers.calls.chain(id);
      const [first] = calls;
      if (first === undefined) throw notFoundOrArchived('chain', id, await deps.readers.log.archivedTo());
      const labels = await deps.readers.exposure.chainLabels(id);
      const [begin] = await deps.readers.calls.entries(first.id);
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
          // What the chain had before the first call that is left.
          archived: (begin?.header.chain?.seq ?? 0) === 0 ? null : await olderCalls(deps),
          hops: shown.map((call, i) => ({
            level: hops[i]?.level ?? 0,
            call,
            carried: [...(hops[i]?.call.labels ?? [])],
          })),
        },
        200,
      );
    });
}
