// Saved views. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { time } from './common.ts';

const page = z
  .string()
  .max(128)
  .regex(/^\/(?:[a-z0-9_-][a-z0-9/_-]*)?$/, {
    error: 'must be the path of a page of the console, such as `/calls`',
  });

const search = z
  .string()
  .max(4096)
  .regex(/^(?:\?[^#\s]*)?$/, { error: 'must be empty, or what stands in an address from `?` on' });

export const SavedView = z
  .object({
    owner: z.string().openapi({ description: 'who saved it' }),
    name: z.string(),
    page: z.string(),
    search: z.string(),
    shared: z.boolean().openapi({ description: 'whether everybody sees it, not its owner alone' }),
    savedAt: time,
  })
  .openapi('SavedView');

export const SavedViewList = z.object({ views: z.array(SavedView) }).openapi('SavedViewList');

export const SaveView = z
  .strictObject({
    page,
    search,
    shared: z
      .boolean()
      .default(false)
      .openapi({ description: 'whether everybody is to see it, not its owner alone' }),
  })
  .openapi('SaveView');
