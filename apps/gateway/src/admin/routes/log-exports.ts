// Who took entries away, when, what and why, from the entries that say so: the newest first.
import type { EntryHeader } from '@countersign/audit';
import { createRoute, z } from '@hono/zod-openapi';
import type { AdminDeps } from '../deps.ts';
import { jsonIn, type Said } from '../entry-details.ts';
import { requires } from '../principal.ts';
import { refusals } from '../refusal.ts';
import { ExportList } from '../schemas/exports.ts';
import { isoTimeOfEntry } from '../view.ts';
import { json, routeApp } from './common.ts';
import { entryPage, entryPageQuery } from './entry-pages.ts';

type Export = z.infer<typeof ExportList>['exports'][number];

const Actor = z.object({ name: z.string() });

const list = createRoute({
  method: 'get',
  path: '/exports',
  summary: 'Exports that were made, newest first',
  middleware: [requires('auditor', 'admin')] as const,
  request: { query: entryPageQuery },
  responses: { 200: json(ExportList, 'one page'), ...refusals(400, 401, 403) },
});

export function logExportRoutes({ readers }: Pick<AdminDeps, 'readers'>) {
  const listed = { question: 'exports', kind: 'log.exported', view: viewOf } as const;
  return routeApp().openapi(list, async (c) => {
    const { views, rest } = await entryPage(readers, listed, c.req.valid('query'));
    return c.json({ exports: views, ...rest }, 200);
  });
}

function viewOf({ index, time, body }: EntryHeader<'log.exported'>, said: Said): Export {
  const { export: id, ...rest } = body;
  return {
    id,
    entry: index,
    time: isoTimeOfEntry(time),
    ...rest,
    by: Actor.safeParse(jsonIn(said('actor'))).data?.name ?? null,
    query: said('query'),
    reason: said('reason'),
  };
}
