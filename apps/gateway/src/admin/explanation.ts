// The explanation that a decision recorded, read back. Written by this gateway or by an older one: what does not have
// the shape is left out rather than guessed at.
import { z } from '@hono/zod-openapi';
import type { Why } from './client.ts';

const policy = z.object({
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  file: z.string(),
  line: z.int(),
  column: z.int(),
  description: z.string().nullish().transform(orNull),
  owner: z.string().nullish().transform(orNull),
  text: z.string(),
  reads: z.array(z.object({ path: z.string(), value: z.unknown().optional() })),
});

const recorded = z.object({
  determining: z.array(policy).default([]),
  nearest: z.array(policy.extend({ failed: z.array(z.string()) })).default([]),
  guards: z
    .array(
      z.object({
        id: z.string(),
        group: z.string(),
        quorum: z.int(),
        reasonRequired: z.boolean(),
        expiresMs: z.int(),
      }),
    )
    .default([]),
  errors: z.array(z.object({ policy: z.string(), message: z.string() })).default([]),
  obligations: z.object({ labels: z.array(z.string()) }).default({ labels: [] }),
});

/** Null where no policy was asked, or the explanation was erased or cannot be read. */
export function readExplanation(
  text: string | null,
  policySet: string | null,
  schema: string | null,
): Why | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = recorded.safeParse(value);
  if (!parsed.success) return null;
  const { obligations, ...rest } = parsed.data;
  return { ...rest, labels: obligations.labels, policySet, schema };
}

function orNull(value: string | null | undefined): string | null {
  return value ?? null;
}
