// Proofs about the log. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { digest } from './common.ts';

const checkpoint = z
  .string()
  .nullable()
  .openapi({ description: 'the signed note of the larger size; null where that size was not signed' });

export const InclusionProof = z
  .object({
    origin: z.string(),
    index: z.int(),
    size: z.int(),
    leaf: digest,
    root: digest,
    proof: z.array(digest).openapi({ description: 'from the sibling of the leaf to the child of the root' }),
    checkpoint,
    text: z
      .string()
      .nullable()
      .openapi({ description: 'C2SP tlog-proof; null where there is no checkpoint of this size' }),
  })
  .openapi('InclusionProof');

export const ConsistencyProof = z
  .object({
    origin: z.string(),
    from: z.int(),
    to: z.int(),
    fromRoot: digest,
    toRoot: digest,
    proof: z.array(digest),
    checkpoint,
    text: z
      .string()
      .nullable()
      .openapi({ description: 'as a C2SP witness takes it; null where there is no checkpoint of this size' }),
  })
  .openapi('ConsistencyProof');
