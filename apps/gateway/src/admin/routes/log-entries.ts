// Entries of the log by kind and time, newest first: headers, and of what they commit to only who read or exported, and why.
import { createRoute, z } from '@hono/zod-openapi';
import { BAD_CURSOR, cursorFor, placeFor } from '../../search/cursor.ts';
import type { FoundEntry } from '../../store/readers/entries.ts';
import type { LogReader } from '../../store/readers/log.ts';
import type { AdminDeps } from '../deps.ts';
import { jsonIn, saidIn } from '../entry-details.ts';
import { requires } from '../principal.ts';
import { Refusal, refusals } from '../refusal.ts';
import { EntryPage, Kind } from '../schemas/log-entries.ts';
import { isoTimeOfEntry } from '../view.ts';
import { json, routeApp, wholeNumber } from './common.ts';

const instant = z.iso.datetime({
  offset: true,
  error: 'must be an RFC 3339 time with an offset, such as `2026-01-31T12:00:00Z`',
});

const Actor = z.object({ name: z.string() });

const list = createRoute({
  method: 'get',
  path: '/log/entries',
  summary: 'Entries of the log by kind and time, newest first',
  middleware: [requires('auditor', 'admin')] as const,
  request: {
    query: z.strictObject({
      kind: Kind.optional(),
      from: instant.optional().openapi({ description: 'recorded at or after' }),
      to: instant.optional().openapi({ description: 'recorded before' }),
      cursor: z.string().max(64).optional(),
      limit: wholeNumber(1, 200).optional(),
    }),
  },
  responses: { 200: json(EntryPage, 'one page'), ...refusals(400, 401, 403) },
});

export function logEntryRoutes(deps: AdminDeps) {
  return routeApp().openapi(list, async (c) => {
    const { kind, from, to, cursor, limit = 50 } = c.req.valid('query');
    const question = [kind, from, to].join('\n');
    const place = cursor === undefined ? null : placeFor(cursor, question);
    if (cursor !== undefined && place === null)
      throw new Refusal(400, 'malformed_request', `query refused: \`cursor\` ${BAD_CURSOR}`);
    const { decisions, entries, log } = deps.readers;
    const indexOf = async (time: string): Promise<number> => (await decisions.since(Date.parse(time))).from;
    const first = from === undefined ? 0 : await indexOf(from);
    const end = to === undefined ? (await log.head()).size : await indexOf(to);
    const before = Math.min(end, place ?? end);
    const page = await entries.page({ kind, from: first }, { limit, before });
    const nextCursor = page.next === null ? null : cursorFor(question, page.next);
    const found = await Promise.all(
      page.entries.map(async (entry) => ({ ...viewOf(entry), ...(await readerOf(log, entry)) })),
    );
    return c.json({ entries: found, nextCursor, archivedTo: await log.archivedTo() }, 200);
  });
}

type Shown = z.infer<typeof EntryPage>['entries'][number];

/** Who looked, or took entries away, and why: that is what such an entry is for. Null where it is erased or was not said. */
async function readerOf(log: LogReader, { header }: FoundEntry): Promise<Pick<Shown, 'by' | 'reason'>> {
  if (header.kind !== 'log.read' && header.kind !== 'log.exported') return { by: null, reason: null };
  const said = await saidIn(log, header);
  return { by: nameIn(said('actor')), reason: said('reason') };
}

const nameIn = (actor: string | null): string | null => Actor.safeParse(jsonIn(actor)).data?.name ?? null;

function viewOf({ header, leaf }: FoundEntry): Omit<Shown, 'by' | 'reason'> {
  const { index, kind, time, node, call, agent, chain, body, commits } = header;
  const details = Object.entries(commits).flatMap(([name, commit]) => (commit === null ? [] : [name]));
  return {
    index,
    kind,
    time: isoTimeOfEntry(time),
    node,
    call,
    agent,
    chain: chain?.id ?? null,
    body,
    details,
    leaf,
  };
}
