// Who is exposed to what, and clearing it early. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { time } from './common.ts';

const Holder = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('agent'),
    uid: z.string(),
    name: z.string().nullable().openapi({ description: 'null where it is no longer registered' }),
  }),
  z.object({
    kind: z.literal('subject'),
    key: z.string(),
    name: z.string().nullable().openapi({ description: 'as in its tokens; null where it was erased' }),
  }),
]);

export const Exposure = z
  .object({
    holder: Holder,
    label: z.string(),
    until: time,
    call: z.string().openapi({ description: 'the last call that brought it' }),
    agent: z.string().nullable().openapi({ description: 'who made that call' }),
    upstream: z.string().nullable(),
    resource: z.string().nullable(),
    at: time.nullable(),
  })
  .openapi('Exposure');

export const ExposureList = z
  .object({
    exposures: z.array(Exposure),
    truncated: z.boolean().openapi({ description: 'whether there is more than was asked for' }),
    now: time.openapi({ description: 'the gateway’s clock' }),
  })
  .openapi('ExposureList');

const names = z.array(z.string().min(1).max(512)).max(100);

export const ClearExposureRequest = z
  .strictObject({
    agent: z.string().min(1).max(256).optional().openapi({ description: 'registry name' }),
    subjects: names
      .optional()
      .openapi({ description: 'people, by their name in tokens, or by the key that the list shows' }),
    labels: names.min(1),
    message: z.string().max(2000).openapi({ description: 'why' }),
  })
  .openapi('ClearExposureRequest');
