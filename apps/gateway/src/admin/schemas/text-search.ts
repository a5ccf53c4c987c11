// Searching in what calls carried. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { OlderCalls } from './calls.ts';
import { index, time } from './common.ts';

const instant = z.iso.datetime({
  offset: true,
  error: 'must be an RFC 3339 time with an offset, such as `2026-01-31T12:00:00Z`',
});

export const TextSearchRequest = z
  .strictObject({
    text: z.string().trim().min(3, { error: 'is shorter than three characters' }).max(256),
    reason: z.string().trim().min(1, { error: 'say why you look' }).max(2000),
    from: instant.optional().openapi({ description: 'recorded at or after; default: a day before `to`' }),
    to: instant.optional().openapi({ description: 'recorded before; default: now' }),
    cursor: z.string().max(64).optional().openapi({ description: 'the `nextCursor` of the same search' }),
  })
  .openapi('TextSearchRequest');

export const TextSearchResult = z
  .object({
    matches: z.array(
      z.object({
        index,
        call: z.string(),
        kind: z.string(),
        time,
        detail: z.string(),
        excerpt: z.string(),
      }),
    ),
    searched: z
      .object({ from: time, to: time, entries: z.int(), unreadable: z.int() })
      .openapi({ description: 'how far this request came; unreadable values have no key here' }),
    nextCursor: z.string().nullable().openapi({
      description: 'send it with the same `from`, `to` and text to go on; null: all was searched',
    }),
    archived: OlderCalls.nullable(),
  })
  .openapi('TextSearchResult');
