// The policy set in force and what was refused. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { digest, time } from './common.ts';

export const PolicySource = z.object({ file: z.string(), text: z.string() }).openapi('PolicySource');

const PolicyDiagnostic = z
  .object({
    severity: z.enum(['error', 'warning']),
    file: z.string(),
    line: z.int(),
    column: z.int(),
    message: z.string(),
  })
  .openapi('PolicyDiagnostic');

export const Policies = z
  .object({
    active: z
      .object({ digest, author: z.string(), activatedAt: time, sources: z.array(PolicySource) })
      .nullable()
      .openapi({ description: 'null: every call is denied' }),
    refused: z
      .object({ at: time, diagnostics: z.array(PolicyDiagnostic) })
      .nullable()
      .openapi({ description: 'the last candidate that did not validate; null once a later one went live' }),
    degraded: z
      .boolean()
      .openapi({ description: 'what should be in force is not: it was refused, or could not be recorded' }),
  })
  .openapi('Policies');
