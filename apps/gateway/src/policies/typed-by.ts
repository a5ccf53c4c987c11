// What a set was typed by, as it is kept with the set: schemas of many tools are large and repeat themselves.
import { deflateSync, inflateSync } from 'node:zlib';
import type { SchemaInput } from '@countersign/policy';
import { z } from 'zod';

const Stored = z.object({
  servers: z.array(
    z.object({
      name: z.string(),
      tools: z.array(z.object({ name: z.string(), inputSchema: z.unknown() })),
    }),
  ),
  groups: z.array(z.string()),
  teams: z.array(z.string()),
});

export function packInput(input: SchemaInput): Uint8Array {
  return deflateSync(JSON.stringify(input));
}

/** Throws where it is not what was packed. */
export function unpackInput(packed: Uint8Array): SchemaInput {
  return Stored.parse(JSON.parse(inflateSync(packed).toString('utf8')));
}
