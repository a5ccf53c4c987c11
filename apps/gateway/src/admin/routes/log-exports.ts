// Who took entries away, when, what and why, from the entries that say so: the newest first.
import type { EntryHeader } from '@countersign/audit';
import { createRoute, z } from '@hono/zod-openapi';
import { BAD_CURSOR, cursorFor, placeFor } from '../../search/cursor.ts';
import type { AdminDeps } from '../deps.ts';
import { jsonIn, saidIn } from '../entry-details.ts';
import { requires } from '../principal.ts';
import { Refusal, refusals } from '../refusal.ts';
import { ExportList } from '../schemas/exports.ts';
import { isoTimeOfEntry } from '../view.ts';
import { json, routeApp, wholeNumber } from './common.ts';

const QUESTION = 'exports';
const Actor = z.object({ name: z.string() });

const list = createRoute({
  method: 'get',
  path: '/exports',
  summary: 'Exports that were made, newest first',
  middleware: [requires('auditor', 'admin')] as const,
  request: {
    query: z.strictObject({ cursor: z.string().max(64).optional(), limit: wholeNumber(1, 200).optional() }),
  },
  responses: { 200: json(ExportList, 'one page'), ...refusals(400, 401, 403) },
});

export function logExportRoutes({ readers }: Pick<AdminDeps, 'readers'>) {
  const { entries, log } = readers;

  async function viewOf(
    header: EntryHeader<'log.exported'>,
  ): Promise<z.infer<typeof ExportList>['exports'][number]> {
    const { export: id, ...body } = header.body;
    const said = await saidIn(log, header);
    return {
      id,
      entry: header.index,
      time: isoTimeOfEntry(header.time),
      ...body,
      by: Actor.safeParse(jsonIn(said('actor'))).data?.name ?? null,
      query: said('query'),
      reason: said('reason'),
    };
  }

  return routeApp().openapi(list, async (c) => {
    const { cursor, limit = 50 } = c.req.valid('query');
    const place = cursor === undefined ? null : placeFor(cursor, QUESTION);
    if (cursor !== undefined && place === null)
      throw new Refusal(400, 'malformed_request', `query refused: \`cursor\` ${BAD_CURSOR}`);
    const before = place ?? (await log.head()).size;
    const page = await entries.page({ kind: 'log.exported', from: 0 }, { limit, before });
    const headers = page.entries.flatMap(({ header }) => (header.kind === 'log.exported' ? [header] : []));
    return c.json(
      {
        exports: await Promise.all(headers.map(viewOf)),
        nextCursor: page.next === null ? null : cursorFor(QUESTION, page.next),
        archivedTo: await log.archivedTo(),
      },
      200,
    );
  });
}
