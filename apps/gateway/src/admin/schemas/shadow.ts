// The candidate that runs beside the set in force. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { Decision } from './calls.ts';
import { digest, time } from './common.ts';
import { PolicyDiagnostic, PolicySource } from './policies.ts';

const sources = z.array(PolicySource).max(10_000);

export const ShadowRequest = z.strictObject({ sources }).openapi('ShadowRequest');

export const Shadow = z
  .object({
    state: z.enum(['off', 'starting', 'running', 'suspended']),
    set: z.object({ digest, author: z.string(), since: time, sources }).nullable(),
    why: z.string().nullable().openapi({ description: 'why it is suspended' }),
    diagnostics: z.array(PolicyDiagnostic).openapi({ description: 'of a set that no longer validates' }),
    counts: z
      .object({
        compared: z.int(),
        differed: z.int(),
        dropped: z.int().openapi({ description: 'not compared: it did not keep up, or did not run' }),
        unrecorded: z.int().openapi({ description: 'differed, and the log did not take it' }),
        notReplayed: z.record(z.string(), z.int()).openapi({ description: 'by reason' }),
      })
      .openapi({ description: 'since the gateway started or the set was set' }),
    recorded: z.int().openapi({ description: 'differences on record of this set, ever' }),
    groups: z
      .array(
        z.object({
          agent: z.string(),
          target: z.string(),
          live: Decision,
          shadow: Decision,
          count: z.int(),
          first: time,
          last: time,
        }),
      )
      .openapi({ description: 'the largest first, at most 200' }),
    latest: z
      .array(
        z.object({
          call: z.string(),
          round: z.int(),
          agent: z.string(),
          target: z.string(),
          live: Decision,
          shadow: Decision,
          at: time,
        }),
      )
      .openapi({ description: 'the latest 20' }),
  })
  .openapi('Shadow');
