// What a person keeps of the console under a name: theirs alone unless they share it, bounded, and no entry, since nothing is
// decided by it.
import { createRoute, z } from '@hono/zod-openapi';
import type { SavedView as Kept } from '../../store/readers/saved-views.ts';
import type * as views from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import { SavedView, SavedViewList, SaveView } from '../schemas/views.ts';
import { isoTime } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';

const MOST = 100;
/** Of all people together: everybody is sent all of these. */
const MOST_SHARED = 300;

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .openapi({ param: { name: 'name', in: 'path' } });

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'The saved views of who asks, and those that others share, by name',
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
  summary: 'Forget a saved view: one’s own, or as an admin one that somebody shares',
  request: {
    params: z.object({ name }),
    query: z.strictObject({ owner: z.string().min(1).max(256).optional() }),
  },
  responses: { 204: { description: 'it is gone' }, ...refusals(400, 401, 403, 404, 503) },
});

export function viewRoutes(deps: AdminDeps) {
  const { savedViews } = deps.readers;
  return routeApp()
    .openapi(list, async (c) => {
      const seen = await savedViews.seenBy(c.get('principal').user);
      return c.json({ views: seen.map(savedViewView) }, 200);
    })
    .openapi(save, async (c) => {
      const { user: owner } = c.get('principal');
      const kept = { owner, name: c.req.valid('param').name, ...c.req.valid('json'), savedAt: deps.now() };
      const others = (await savedViews.seenBy(owner)).filter((each) => !isSame(each, kept));
      if (others.filter((each) => each.owner === owner).length >= MOST)
        throw new Refusal(409, 'conflict', `there are ${MOST} saved views already: delete one first`);
      if (kept.shared && others.filter((each) => each.shared).length >= MOST_SHARED)
        throw new Refusal(
          409,
          'conflict',
          `${MOST_SHARED} views are shared already: one has to be deleted first, by who shared it or an admin`,
        );
      const { name, page, search, shared, savedAt } = kept;
      const row = { user: owner, name, page, search, shared: shared ? 1 : 0, saved_at: savedAt };
      await committed(deps, { put: 'saved_views', row });
      return c.json(savedViewView(kept), 200);
    })
    .openapi(forget, async (c) => {
      const { user, roles } = c.get('principal');
      const { name } = c.req.valid('param');
      const { owner = user } = c.req.valid('query');
      const found = (await savedViews.seenBy(user)).some((each) => isSame(each, { owner, name }));
      if (!found) throw notFound('saved view', name);
      if (owner !== user && !roles.includes('admin'))
        throw new Refusal(403, 'forbidden', `\`${owner}\` shares this view: only they or an admin delete it`);
      // What somebody takes back meanwhile is theirs alone again.
      const stillShared = owner === user ? {} : { shared: 1 };
      await committed(deps, { remove: 'saved_views', where: { user: owner, name, ...stillShared } });
      return c.body(null, 204);
    });
}

type Key = Pick<Kept, 'owner' | 'name'>;

const isSame = (a: Key, b: Key): boolean => a.owner === b.owner && a.name === b.name;

type Change = NonNullable<Parameters<AdminDeps['writer']['commit']>[0]['changes']>[number];

async function committed({ writer }: Pick<AdminDeps, 'writer'>, change: Change): Promise<void> {
  const result = await writer.commit({ entries: [], changes: [change] });
  if (!result.ok) throw new Refusal(503, 'unavailable', 'this could not be stored just now; try again');
}

function savedViewView({ savedAt, ...rest }: Kept): views.SavedView {
  return { ...rest, savedAt: isoTime(savedAt) };
}
