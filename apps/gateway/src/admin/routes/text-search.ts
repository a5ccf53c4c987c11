// Text inside what calls carried: for auditors, bounded, and on record before they see what was found.
import { createRoute } from '@hono/zod-openapi';
import { BAD_CURSOR, cursorFor, placeFor } from '../../search/cursor.ts';
import { findInPayloads } from '../../search/payload-text.ts';
import type { AdminDeps } from '../deps.ts';
import { olderCalls } from '../older-calls.ts';
import { requires } from '../principal.ts';
import { recordRead } from '../record-read.ts';
import { Refusal, refusals } from '../refusal.ts';
import { TextSearchRequest, TextSearchResult } from '../schemas/text-search.ts';
import { isoTime, isoTimeOfEntry } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';

const DAY_MS = 86_400_000;

const search = createRoute({
  method: 'post',
  path: '/search-text',
  summary: 'Text in arguments, results and errors, newest first; recorded as `log.read` before it answers',
  description:
    'A walk back through the log, at most 20,000 entries, one second and 50 findings a request; `nextCursor` goes on.',
  middleware: [noQuery, requires('auditor', 'admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: TextSearchRequest } } } },
  responses: { 200: json(TextSearchResult, 'what was found'), ...refusals(400, 401, 403, 503) },
});

export function textSearchRoutes(deps: AdminDeps) {
  return routeApp().openapi(search, async (c) => {
    const { text, reason, cursor, ...range } = c.req.valid('json');
    const to = range.to === undefined ? deps.now() : Date.parse(range.to);
    const from = range.from === undefined ? to - DAY_MS : Date.parse(range.from);
    if (from >= to)
      throw new Refusal(
        400,
        'malformed_request',
        'body refused: `to` is not after `from`: nothing can be between them',
      );
    const question = `${text}\n${range.from ?? ''}\n${range.to ?? ''}`;
    const before = cursor === undefined ? null : placeFor(cursor, question);
    if (cursor !== undefined && before === null)
      throw new Refusal(400, 'malformed_request', `body refused: \`cursor\` ${BAD_CURSOR}`);

    const { decisions, log } = deps.readers;
    const first = (await decisions.since(from)).from;
    const end = (await decisions.since(to)).from;
    const found = await findInPayloads(log, { text, from: first, to: Math.min(end, before ?? end) });
    const query = JSON.stringify({ text, from: isoTime(from), to: isoTime(to), entries: found.entries });
    await recordRead(deps, c.get('principal'), { of: 'text', count: found.matches.length, query, reason });
    return c.json(
      {
        matches: found.matches.map((match) => ({ ...match, time: isoTimeOfEntry(match.time) })),
        searched: {
          from: isoTime(from),
          to: isoTime(to),
          entries: found.entries,
          unreadable: found.unreadable,
        },
        nextCursor: found.next === null ? null : cursorFor(question, found.next),
        archived: await olderCalls(deps, from),
      },
      200,
    );
  });
}
