// The tools of a server and how their definitions stand to what was accepted. Shapes only (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { digest, time } from './common.ts';

export const Tool = z
  .object({
    name: z.string(),
    state: z.enum(['accepted', 'changed', 'new']).openapi({
      description: 'only an accepted tool is listed to agents and can be called',
    }),
    digest: digest.openapi({ description: 'of the definition that the server lists now' }),
    accepted: z
      .object({
        digest,
        by: z.string().nullable().openapi({ description: 'null where it was taken at sight' }),
        at: time,
      })
      .nullable(),
    difference: z.string().nullable().openapi({
      description:
        'unified diff from the accepted definition to the one listed now; null for an accepted tool',
    }),
  })
  .openapi('Tool');

export const ToolList = z
  .object({
    toolPinning: z.enum(['first-seen', 'review', 'off']),
    tools: z.array(Tool),
  })
  .openapi('ToolList');

export const AcceptTool = z
  .strictObject({
    tool: z.string().min(1).max(2_048),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'must be the digest of the definition that was shown' }),
  })
  .openapi('AcceptTool');
