// What was destroyed of stored values, by whose agreement and by what basis, from the entries that say so: the newest first.
import type { EntryHeader } from '@countersign/audit';
import { createRoute, z } from '@hono/zod-openapi';
import type { AdminDeps } from '../deps.ts';
import { jsonIn, type Said } from '../entry-details.ts';
import { requires } from '../principal.ts';
import { refusals } from '../refusal.ts';
import { ErasureList, Retention } from '../schemas/privacy.ts';
import { isoTimeOfEntry } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';
import { entryPage, entryPageQuery } from './entry-pages.ts';

type Erasure = z.infer<typeof ErasureList>['erasures'][number];

const Actor = z.object({ user: z.string(), reviewers: z.array(z.string()).catch([]) });
const NotReached = z.union([
  z.object({ id: z.string(), format: z.string(), actor: z.string(), at: z.string(), disclosed: z.int() }),
  z.object({ sink: z.string(), kind: z.string(), to: z.string(), details: z.array(z.string()) }),
  z.object({ log: z.string(), why: z.string() }),
  z.object({ untold: z.int() }),
]);

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'What was erased, or went by retention, newest first',
  middleware: [requires('auditor', 'admin')] as const,
  request: { query: entryPageQuery },
  responses: { 200: json(ErasureList, 'one page'), ...refusals(400, 401, 403) },
});

export function erasureListRoutes({ readers }: Pick<AdminDeps, 'readers'>) {
  const listed = { question: 'erasures', kind: 'log.redacted', view: viewOf } as const;
  return routeApp().openapi(list, async (c) => {
    const { views, rest } = await entryPage(readers, listed, c.req.valid('query'));
    return c.json({ erasures: views, ...rest }, 200);
  });
}

function viewOf({ index, time, body }: EntryHeader<'log.redacted'>, said: Said): Erasure {
  const actor = Actor.safeParse(jsonIn(said('actor'))).data ?? null;
  const left = z.array(NotReached).safeParse(jsonIn(said('exports'))).data ?? [];
  return {
    entry: index,
    time: isoTimeOfEntry(time),
    ...body,
    basis: said('basis'),
    author: actor?.user ?? null,
    reviewers: actor?.reviewers ?? [],
    exports: left.flatMap((one) => ('id' in one ? [one] : [])),
    sinks: left.flatMap((one) => ('sink' in one ? [one] : [])),
    unreached: left.flatMap((one) => ('log' in one ? [one] : [])),
    untold: left.reduce((sum, one) => sum + ('untold' in one ? one.untold : 0), 0),
  };
}

const retention = createRoute({
  method: 'get',
  path: '/',
  summary: 'How long values and entries are kept, by class',
  middleware: [noQuery, requires('auditor', 'admin')] as const,
  responses: { 200: json(Retention, 'as it is in force'), ...refusals(400, 401, 403) },
});

export function retentionRoutes({ readers, settingsView }: Pick<AdminDeps, 'readers' | 'settingsView'>) {
  return routeApp().openapi(retention, async (c) => {
    const settings = await settingsView();
    const archivedTo = await readers.log.archivedTo();
    return c.json({ ...settings.retention, archivedTo }, 200);
  });
}
