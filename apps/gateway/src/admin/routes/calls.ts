// Calls: the searchable list, the live stream, and one call in full.
import { createRoute, z } from '@hono/zod-openapi';
import { BAD_CURSOR, cursorOf, placeIn } from '../../search/cursor.ts';
import { callDetail, detailsShown } from '../call-detail.ts';
import { checkedCalls } from '../checked-calls.ts';
import type { AdminDeps } from '../deps.ts';
import { olderCalls } from '../older-calls.ts';
import { requires } from '../principal.ts';
import { recordRead } from '../record-read.ts';
import { Refusal, notFoundOrArchived, refusals } from '../refusal.ts';
import { CallDetail, CallPage, RevealRequest } from '../schemas/calls.ts';
import { serveStream } from '../serve-stream.ts';
import { callPageQuery, understood } from './call-query.ts';
import { json, noQuery, pathName, routeApp, wholeNumber } from './common.ts';

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Calls, newest first; filters are joined by AND',
  request: {
    query: callPageQuery.extend({
      at: z
        .string()
        .min(1)
        .max(256)
        .optional()
        .openapi({ description: 'id of a call to go on from, instead of a cursor' }),
      direction: z
        .enum(['older', 'newer'])
        .optional()
        .openapi({ description: 'which way to go from the cursor; default `older`' }),
    }),
  },
  responses: { 200: json(CallPage, 'one page'), ...refusals(400, 401, 404) },
});

const stream = createRoute({
  method: 'get',
  path: '/stream',
  summary: 'Entries of calls and approvals as they are recorded, as server-sent events',
  description:
    'Each event has `id` = entry index, `event: entry` and a StreamEvent as `data`. It begins after `Last-Event-ID`, else at ' +
    '`from` (the `asOf` of a page of calls), else with the next entry. A reader that does not keep up is cut off and resumes.',
  request: {
    query: z.strictObject({ from: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional() }),
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(/^\d{1,16}$/, { error: 'must be an entry index' })
        .optional(),
    }),
  },
  responses: {
    200: { description: 'the stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...refusals(400, 401),
  },
});

const show = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'One call: sentence, why, entries, receipt; not what it carried',
  middleware: [noQuery] as const,
  request: { params: z.object({ id: pathName('id') }) },
  responses: { 200: json(CallDetail, 'the call'), ...refusals(400, 401, 404) },
});

const reveal = createRoute({
  method: 'post',
  path: '/{id}/reveal',
  summary: 'The same with arguments, result and error; recorded as `log.read` before it is shown',
  middleware: [noQuery, requires('auditor', 'admin')] as const,
  request: {
    params: z.object({ id: pathName('id') }),
    body: { required: true, content: { 'application/json': { schema: RevealRequest } } },
  },
  responses: { 200: json(CallDetail, 'the call'), ...refusals(400, 401, 403, 404, 503) },
});

export function callRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(list, async (c) => {
      const { cursor, at, limit = 50, direction = 'older', ...filters } = c.req.valid('query');
      const query = understood(filters);
      if (cursor !== undefined && at !== undefined)
        throw new Refusal(400, 'malformed_request', 'query refused: give `cursor` or `at`, not both');
      const from = at === undefined ? undefined : await deps.readers.calls.get(at);
      if (at !== undefined && from == null)
        throw notFoundOrArchived('call', at, await deps.readers.log.archivedTo());
      const place = cursor === undefined ? from?.seq : placeIn(cursor, query);
      if (place === undefined && direction === 'newer')
        throw new Refusal(
          400,
          'malformed_request',
          'query refused: `direction` needs a `cursor`, or `at`, to go on from',
        );
      if (place === null)
        throw new Refusal(400, 'malformed_request', `query refused: \`cursor\` ${BAD_CURSOR}`);
      // Read first: what is recorded after it may show twice, in the page and in the stream, but is never missed.
      const { size } = await deps.readers.log.head();
      const page =
        place !== undefined && direction === 'newer'
          ? await deps.readers.calls.pageAfter(query, { limit, after: place })
          : await deps.readers.calls.page(query, { limit, before: place });
      const nextCursor = page.next === null ? null : cursorOf(query, page.next);
      const [newest] = page.calls;
      const prevCursor = newest === undefined ? null : cursorOf(query, newest.seq);
      const calls = await checkedCalls(deps.readers, page.calls);
      const archived = await olderCalls(deps, query.from);
      return c.json({ calls, nextCursor, prevCursor, asOf: size, archived }, 200);
    })
    .openapi(stream, async (c) => {
      const lastSeen = c.req.valid('header')['last-event-id'];
      const { from } = c.req.valid('query');
      const { size } = await deps.readers.log.head();
      const start = lastSeen === undefined ? (from ?? size) : Number(lastSeen) + 1;
      if (start > size)
        throw new Refusal(
          400,
          'malformed_request',
          `the log has ${size} entries; nothing can follow \`${start - 1}\``,
        );
      const principal = c.get('principal');
      return serveStream(c, deps, { from: start, standing: principal.standing });
    })
    .openapi(show, async (c) => {
      const { id } = c.req.valid('param');
      const call = await deps.readers.calls.get(id);
      if (call === null) throw notFoundOrArchived('call', id, await deps.readers.log.archivedTo());
      const detail = await callDetail(deps.readers, deps.registry.current(), call, { isRevealed: false });
      return c.json(detail, 200);
    })
    .openapi(reveal, async (c) => {
      const { id } = c.req.valid('param');
      const { reason } = c.req.valid('json');
      const call = await deps.readers.calls.get(id);
      if (call === null) throw notFoundOrArchived('call', id, await deps.readers.log.archivedTo());
      const detail = await callDetail(deps.readers, deps.registry.current(), call, { isRevealed: true });
      const reading = { of: 'details', count: detailsShown(detail), query: `call ${id}`, reason } as const;
      await recordRead(deps, c.get('principal'), reading);
      return c.json(detail, 200);
    });
}
