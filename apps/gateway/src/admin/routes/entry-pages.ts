// Lists that are pages of the entries of one kind, the newest first, each told with what it commits to.
import type { EntryHeader, EntryKind } from '@countersign/audit';
import { z } from '@hono/zod-openapi';
import { BAD_CURSOR, cursorFor, placeFor } from '../../search/cursor.ts';
import type { AdminReaders } from '../deps.ts';
import { type Said, saidIn } from '../entry-details.ts';
import { Refusal } from '../refusal.ts';
import { wholeNumber } from './common.ts';

export const entryPageQuery = z.strictObject({
  cursor: z.string().max(64).optional(),
  limit: wholeNumber(1, 200).optional(),
});

type HeaderOf<Kind extends EntryKind> = Extract<EntryHeader, { readonly kind: Kind }>;

interface Listed<Kind extends EntryKind, View> {
  /** What cursors are for: one of another list is none. */
  readonly question: string;
  readonly kind: Kind;
  readonly view: (header: HeaderOf<Kind>, said: Said) => View;
}

/** Throws a Refusal for a cursor of anything else. */
export async function entryPage<Kind extends EntryKind, View>(
  { entries, log }: Pick<AdminReaders, 'entries' | 'log'>,
  { question, kind, view }: Listed<Kind, View>,
  { cursor, limit = 50 }: z.infer<typeof entryPageQuery>,
): Promise<{
  readonly views: View[];
  readonly rest: { readonly nextCursor: string | null; readonly archivedTo: number };
}> {
  const place = cursor === undefined ? null : placeFor(cursor, question);
  if (cursor !== undefined && place === null)
    throw new Refusal(400, 'malformed_request', `query refused: \`cursor\` ${BAD_CURSOR}`);
  const before = place ?? (await log.head()).size;
  const page = await entries.page({ kind, from: 0 }, { limit, before });
  const isOfKind = (header: EntryHeader): header is HeaderOf<Kind> => header.kind === kind;
  const headers = page.entries.map(({ header }) => header).filter(isOfKind);
  const views = await Promise.all(headers.map(async (header) => view(header, await saidIn(log, header))));
  const nextCursor = page.next === null ? null : cursorFor(question, page.next);
  return { views, rest: { nextCursor, archivedTo: await log.archivedTo() } };
}
