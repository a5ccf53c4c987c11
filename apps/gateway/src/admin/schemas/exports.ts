// What an export is asked for with. Shapes only: no reading, no rules (DESIGN section 10).
import { ENTRY_KINDS } from '@countersign/audit';
import { z } from '@hono/zod-openapi';
import { DETAIL_NAMES } from '../../exports/detail-names.ts';
import { digest, index, time } from './common.ts';

const { format } = ENTRY_KINDS['log.exported'].body;

const name = z.string().min(1).max(256);
const names = z.array(z.enum(DETAIL_NAMES)).max(64);
const { outcome } = ENTRY_KINDS['call.completed'].body;

const place = z.union([
  z.int().min(0),
  z.iso.datetime({ offset: true, error: 'must be an entry index or an RFC 3339 time with an offset' }),
]);

export const ExportRequest = z
  .strictObject({
    format: z.enum(format.values).optional().openapi({ description: 'default: bundle' }),
    chain: name.optional(),
    call: name.optional(),
    agent: name.optional().openapi({ description: 'registry name of the agent that made the calls' }),
    policy: name.optional().openapi({ description: 'id of a policy that decided or guarded them' }),
    outcome: z.enum(outcome.values).optional(),
    calls: z
      .string()
      .max(4096)
      .optional()
      .openapi({
        description:
          'what is recorded of the calls that this line of filters finds, `team:finance -server:dev`; empty: of all. Not ' +
          'for bundles, which say in other words what is in them',
      }),
    from: place.optional().openapi({ description: 'entry index, or entries recorded at or after a time' }),
    to: place.optional().openapi({ description: 'entry index, or entries recorded before a time' }),
    disclose: z
      .union([z.literal('all'), names])
      .optional()
      .openapi({ description: 'names of details to show; default: what replaying decisions needs' }),
    withhold: names
      .optional()
      .openapi({ description: 'names of details not to show, whatever `disclose` says' }),
    since: z.array(z.int().min(1)).max(32).optional().openapi({
      description: 'sizes of checkpoints that are held: the bundle shows that it continues them',
    }),
    reason: z.string().min(1).max(2000).optional(),
  })
  .openapi('ExportRequest', { description: 'filters are joined by AND; without any, the whole log' });

export const ExportList = z
  .object({
    exports: z.array(
      z.object({
        id: z.string(),
        entry: index.openapi({ description: 'the entry that records it' }),
        time,
        format: z.enum(format.values),
        from: z.int().openapi({ description: 'index of its first entry; `to`: of the one after its last' }),
        to: z.int(),
        count: z.int().openapi({ description: 'entries in it' }),
        disclosed: z.int().openapi({ description: 'values that it shows' }),
        digest: digest.nullable().openapi({ description: 'SHA-256 of what was taken' }),
        user: z.string().nullable(),
        by: z.string().nullable().openapi({ description: 'null where that is erased' }),
        query: z.string().nullable().openapi({ description: 'what was asked for, as JSON text' }),
        reason: z.string().nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
    archivedTo: z.int(),
  })
  .openapi('ExportList');
