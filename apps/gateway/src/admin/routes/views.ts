// What a person keeps of the console under a name: theirs alone, bounded, and no entry, since nothing is decided by it.
import { createRoute, z } from '@hono/zod-openapi';
import type { SavedView as Kept } from '../../store/readers/saved-views.ts';
import type * as views from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import { SavedView, SavedViewList, SaveView } from '../schemas/views.ts';
import { isoTime } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';

const MOST = 100;

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .openapi({ param: { name: 'name', in: 'path' } });

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'The saved views of who asks, by name',
  middleware: [noQuery] as const,
  responses: { 200: json(SavedViewList, 'the views'), ...refusals(400, 401) },
});

const save = createRoute({
  method: 'put',
  path: '/{name}',
  summary: 'Save a view under a name, in place of what had it',
  middleware: [noQuery] as const,
  request: {
    params: z.object({ name }),
    body: { required: true, content: { 'application/json': { schema: SaveView } } },
  },
  responses: { 200: json(SavedView, 'the view'), ...refusals(400, 401, 403, 409, 413, 503) },
});

const forget = createRoute({
  method: 'delete',
  path: '/{name}',
  summary: 'Forget a saved view',
  middleware: [noQuery] as const,
  request: { params: z.object({ name }) },
  responses: { 204: { description: 'it is gone' }, ...refusals(400, 401, 403, 404, 503) },
});

export function viewRoutes(deps: AdminDeps) {
  const { savedViews } = deps.readers;
  return routeApp()
    .openapi(list, async (c) => {
      const kept = await savedViews.of(c.get('principal').user);
      return c.json({ views: kept.map(savedViewView) }, 200);
    })
    .openapi(save, async (c) => {
      const { user } = c.get('principal');
      const kept = { name: c.req.valid('param').name, ...c.req.valid('json'), savedAt: deps.now() };
      const others = (await savedViews.of(user)).filter((each) => each.name !== kept.name);
      if (others.length >= MOST)
        throw new Refusal(409, 'conflict', `there are ${MOST} saved views already: delete one first`);
      const { savedAt, ...row } = kept;
      await committed(deps, { put: 'saved_views', row: { user, ...row, saved_at: savedAt } });
      return c.json(savedViewView(kept), 200);
    })
    .openapi(forget, async (c) => {
      const { user } = c.get('principal');
      const { name } = c.req.valid('param');
      if (!(await savedViews.of(user)).some((each) => each.name === name)) throw notFound('saved view', name);
      await committed(deps, { remove: 'saved_views', where: { user, name } });
      return c.body(null, 204);
    });
}

type Change = NonNullable<Parameters<AdminDeps['writer']['commit']>[0]['changes']>[number];

async function committed({ writer }: Pick<AdminDeps, 'writer'>, change: Change): Promise<void> {
  const result = await writer.commit({ entries: [], changes: [change] });
  if (!result.ok) throw new Refusal(503, 'unavailable', 'this could not be stored just now; try again');
}

function savedViewView({ savedAt, ...rest }: Kept): views.SavedView {
  return { ...rest, savedAt: isoTime(savedAt) };
}
