// Entries by kind. Shapes only: no reading, no rules (DESIGN section 10).
import { ENTRY_KINDS, type EntryKind } from '@countersign/audit';
import { z } from '@hono/zod-openapi';
import { digest, index, json, time } from './common.ts';

const KINDS = Object.keys(ENTRY_KINDS) as [EntryKind, ...EntryKind[]];

export const Kind = z.enum(KINDS, {
  error: ({ input }) =>
    `is \`${String(input)}\`: give a kind of docs/log-format.md, such as \`admin.action\``,
});

export const EntryPage = z
  .object({
    entries: z.array(
      z.object({
        index,
        kind: z.string(),
        time,
        node: z.string(),
        call: z.string().nullable(),
        agent: z.string().nullable(),
        chain: z.string().nullable(),
        body: json,
        details: z.array(z.string()).openapi({ description: 'names of the details that it commits to' }),
        leaf: digest,
        by: z.string().nullable().openapi({
          description: 'who read or exported (`log.read`, `log.exported`); null of others, and where erased',
        }),
        reason: z.string().nullable().openapi({ description: 'the reason that they gave' }),
      }),
    ),
    nextCursor: z.string().nullable(),
    archivedTo: z
      .int()
      .openapi({ description: 'entries with smaller indexes are in archives, and are not found' }),
  })
  .openapi('EntryPage');
