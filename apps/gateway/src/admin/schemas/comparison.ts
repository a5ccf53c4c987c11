// Two policy sets beside each other, and the names that policies may speak of. Shapes only: no reading, no rules (DESIGN
// section 10).
import { z } from '@hono/zod-openapi';
import { PolicyDiagnostic, PolicySource } from './policies.ts';

const Answer = z.enum(['allowed', 'held', 'denied', 'depends', 'unknown']);

export const CompareRequest = z
  .strictObject({
    sources: z.array(PolicySource).max(10_000),
    before: z
      .int()
      .positive()
      .optional()
      .openapi({ description: 'number of a version; by default the set in force' }),
  })
  .openapi('CompareRequest');

const PolicyChange = z
  .object({
    id: z.string(),
    change: z.enum(['added', 'removed', 'changed']),
    effect: z
      .enum(['permit', 'forbid', 'guard'])
      .openapi({ description: 'of the newer; of what is gone, what it was' }),
    file: z.string(),
    line: z.int(),
    terms: z
      .array(
        z.object({
          part: z.enum(['effect', 'principal', 'action', 'resource', 'when', 'unless', 'annotation']),
          name: z.string().nullable().openapi({ description: 'of an annotation' }),
          before: z.string().nullable().openapi({ description: 'as Cedar writes it; null: not there' }),
          after: z.string().nullable(),
        }),
      )
      .openapi({ description: 'what it says otherwise; empty where only layout or comments differ' }),
  })
  .openapi('PolicyChange');

export const PolicyComparison = z
  .object({
    policies: z
      .array(PolicyChange)
      .nullable()
      .openapi({ description: 'by id; null where one of the sets cannot be read' }),
    diagnostics: z.object({ before: z.array(PolicyDiagnostic), after: z.array(PolicyDiagnostic) }).openapi({
      description: 'what the tools and groups of today say to each; errors: it does not validate today',
    }),
    reach: z
      .object({
        agents: z.int().openapi({ description: 'how many were asked about' }),
        targets: z.int(),
        shifts: z.array(z.object({ before: Answer, after: Answer, count: z.int() })).openapi({
          description: 'of all pairs of an agent and a thing, those of which the answer is another',
        }),
        changes: z
          .array(
            z.object({
              agent: z.string(),
              upstream: z.string(),
              kind: z.enum(['tool', 'prompt', 'resource', 'agent']),
              name: z.string(),
              before: Answer,
              after: Answer.openapi({
                description: 'the same as before where it depends on the call, by policies that differ',
              }),
              policies: z
                .array(z.string())
                .openapi({ description: 'those that differ and have a say in it' }),
            }),
          )
          .openapi({ description: 'the first 2000' }),
        isCut: z.boolean().openapi({ description: 'not everybody and everything was looked at' }),
      })
      .nullable()
      .openapi({
        description:
          'what it means for the active agents, of calls that begin a chain, on behalf of nobody, by partial evaluation; null ' +
          'where one of the sets does not validate today',
      }),
  })
  .openapi('PolicyComparison');

export const PolicyNames = z
  .object({
    types: z
      .record(z.string(), z.array(z.object({ name: z.string(), type: z.string(), isOptional: z.boolean() })))
      .openapi({
        description:
          'attributes of entity types, and members of records: of `context`, and of `context of <action>` where an action has its own',
      }),
    ids: z.record(z.string(), z.array(z.string())).openapi({ description: 'what exists, by entity type' }),
  })
  .openapi('PolicyNames');
