// The policy set in force, its history, and candidates for its place. Shapes only: no reading, no rules (DESIGN
// section 10).
import { z } from '@hono/zod-openapi';
import { digest, time } from './common.ts';

export const PolicySource = z
  .strictObject({ file: z.string().min(1).max(256), text: z.string() })
  .openapi('PolicySource');

const sources = z.array(PolicySource).max(10_000);

export const PolicyDiagnostic = z
  .object({
    severity: z.enum(['error', 'warning']),
    file: z.string(),
    line: z.int(),
    column: z.int(),
    message: z.string(),
  })
  .openapi('PolicyDiagnostic');

export const PolicyDifference = z
  .object({
    what: z.enum(['policy', 'file']).openapi({ description: '`name` is the id of a policy, or a file' }),
    name: z.string(),
    change: z.enum(['added', 'removed', 'changed']),
    file: z.string(),
    diff: z.string().openapi({ description: 'unified diff of its text, without a header' }),
  })
  .openapi('PolicyDifference');

const BrokenTool = z
  .object({ tool: z.string().openapi({ description: '<server>/<tool>' }), why: z.string() })
  .openapi('BrokenTool');

export const PolicyVersion = z
  .object({
    version: z.int().positive(),
    digest,
    previous: digest.nullable(),
    cause: z.enum(['folder', 'published', 'rolled_back', 'schema']),
    change: z.string().nullable().openapi({ description: 'the reviewed change that made it' }),
    author: z.string(),
    message: z.string(),
    reviewers: z.array(z.string()),
    activatedAt: time,
    inForce: z.boolean(),
    changes: z
      .object({
        added: z.int(),
        removed: z.int(),
        changed: z.int(),
        names: z.array(z.string()).openapi({ description: 'of the first three of them' }),
      })
      .openapi({ description: 'policies, and files of others, that differ from the set before it' }),
  })
  .openapi('PolicyVersion');

export const PolicyHistory = z.object({ versions: z.array(PolicyVersion) }).openapi('PolicyHistory');

export const PolicyVersionDetail = PolicyVersion.extend({
  sources,
  difference: z.array(PolicyDifference).openapi({ description: 'against the set before it' }),
  broken: z.array(BrokenTool),
}).openapi('PolicyVersionDetail');

export const Policies = z
  .object({
    active: z
      .object({
        digest,
        author: z.string(),
        activatedAt: time,
        sources,
        version: z.int().positive().nullable(),
      })
      .nullable()
      .openapi({ description: 'null: every call is denied' }),
    refused: z
      .object({ at: time, diagnostics: z.array(PolicyDiagnostic) })
      .nullable()
      .openapi({ description: 'the last candidate that did not validate; null once a later one went live' }),
    broken: z
      .array(BrokenTool)
      .openapi({ description: 'tools that are denied because the set in force no longer fits them' }),
    warnings: z.array(PolicyDiagnostic).openapi({ description: 'what is to be said of the set in force' }),
    degraded: z.boolean().openapi({
      description:
        'what should be in force is not: it was refused, could not be recorded, or no longer fits some tools',
    }),
    publishing: z.object({
      closed: z.string().nullable().openapi({ description: 'why nothing can be published here' }),
      quorum: z.int().openapi({ description: 'people besides the author who must approve' }),
      group: z.string().nullable().openapi({ description: 'whose members review' }),
    }),
  })
  .openapi('Policies');

export const PolicyCheckRequest = z.strictObject({ sources }).openapi('PolicyCheckRequest');

export const PolicyCheck = z
  .object({
    ok: z.boolean(),
    digest: digest.nullable(),
    policies: z.int(),
    diagnostics: z.array(PolicyDiagnostic),
    difference: z.array(PolicyDifference).openapi({ description: 'against the set in force' }),
    base: digest.nullable().openapi({ description: 'digest of the set in force' }),
  })
  .openapi('PolicyCheck');

const message = z.string().max(2000).openapi({ description: 'why; becomes part of the record' });

export const PublishRequest = z
  .strictObject({
    sources,
    message,
    cases: z.string().max(1_048_576).optional().openapi({
      description:
        'a file of cases, YAML: run now against the candidate, for reviewers to see what came of them',
    }),
    base: digest
      .nullable()
      .optional()
      .openapi({ description: 'digest of the set in force that the author saw: another one now is refused' }),
  })
  .openapi('PublishRequest');

export const RollbackRequest = z
  .strictObject({ version: z.int().positive(), message })
  .openapi('RollbackRequest');
