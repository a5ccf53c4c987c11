// What the admin plane says of a tool catalogue: how many tools it holds. Whose text it is: the upstream's, as the
// gateway's own client stored it.
import { z } from '@hono/zod-openapi';

const definitions = z.object({ tools: z.array(z.unknown()) });

/** Null where the stored text has another shape. */
export function countTools(text: string): number | null {
  return definitions.safeParse(JSON.parse(text)).data?.tools.length ?? null;
}
