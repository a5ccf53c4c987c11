// Policy before it goes live: made-up calls, and recorded ones decided again. Shapes only: no reading, no rules (DESIGN
// section 10).
import { z } from '@hono/zod-openapi';
import { Decision, Why } from './calls.ts';
import { digest, json, time } from './common.ts';
import { PolicyDiagnostic, PolicyDifference, PolicySource } from './policies.ts';

const sources = z.array(PolicySource).max(10_000);
const name = z.string().min(1).max(4096);
const names = z.array(z.string().max(256)).max(256);

export const SimulatedRequest = z
  .strictObject({
    agent: name.openapi({ description: 'registry name of the agent that asks' }),
    tool: name.optional().openapi({ description: '<server>/<tool>; of these five exactly one' }),
    prompt: name.optional().openapi({ description: '<server>/<prompt>' }),
    resource: name.optional().openapi({ description: '<server>/<uri>' }),
    server: name.optional(),
    callee: name.optional().openapi({ description: 'registry name of the agent that is called' }),
    operation: name.optional().openapi({ description: 'such as `mcp:resources/subscribe`' }),
    subject: name.optional().openapi({ description: 'name or address of the person on whose behalf' }),
    input: z
      .union([z.string(), z.record(z.string(), z.unknown())])
      .optional()
      .openapi({ description: 'arguments; as JSON text, digits stay as they are written' }),
    labels: names.optional().openapi({ description: 'labels of the chain' }),
    exposure: names.optional().openapi({ description: 'default: what the agent has been exposed to' }),
    grants: names.optional().openapi({ description: 'ids of guards that a grant covers' }),
    facts: z
      .record(z.string(), z.unknown())
      .optional()
      .openapi({ description: 'anything else, in the words of a case’s `facts`' }),
  })
  .openapi('SimulatedRequest');

export const SimulateRequest = z
  .strictObject({
    request: SimulatedRequest,
    sources: sources.optional().openapi({ description: 'a candidate; default: the set in force' }),
  })
  .openapi('SimulateRequest');

export const Simulation = z
  .object({
    decision: Decision.openapi({ description: 'what policy says of it' }),
    reason: z.string(),
    sentence: z.string(),
    refused: z
      .object({ reason: z.string(), message: z.string() })
      .nullable()
      .openapi({ description: 'why the gateway refuses it before policy is asked; null where it does not' }),
    labels: z.array(z.string()),
    why: Why,
    request: json.openapi({ description: 'exactly what Cedar was given; null where nothing could be' }),
  })
  .openapi('Simulation');

export const TestRequest = z
  .strictObject({
    cases: z.string().max(1_048_576).openapi({ description: 'a file of cases, YAML' }),
    sources: sources.optional().openapi({ description: 'a candidate; default: the set in force' }),
  })
  .openapi('TestRequest');

const place = { file: z.string(), line: z.int(), column: z.int() };

export const CaseReport = z
  .object({
    ok: z.boolean().openapi({ description: 'every case came out as it wants' }),
    results: z.array(
      z.object({
        name: z.string(),
        ...place,
        ok: z.boolean(),
        differences: z.array(z.object({ part: z.string(), wanted: json, got: json })),
        sentence: z.string().nullable(),
        nearest: z.array(z.object({ id: z.string(), failed: z.array(z.string()) })),
        diagnostics: z.array(PolicyDiagnostic),
      }),
    ),
    coverage: z
      .array(
        z.object({
          id: z.string(),
          kind: z.enum(['permit', 'forbid', 'guard']),
          ...place,
          matched: z.int(),
          errored: z.int(),
          state: z.enum(['matched', 'only_errored', 'never_matched']),
        }),
      )
      .openapi({ description: 'how often the cases made each policy of the set matter' }),
  })
  .openapi('CaseReport');

export const DiffRequest = z
  .strictObject({
    sources,
    since: z.iso.datetime({ offset: true }).optional().openapi({ description: 'recorded at or after' }),
    last: z.int().min(1).max(1_000_000).optional().openapi({ description: 'the latest so many calls' }),
  })
  .openapi('DiffRequest', { description: '`since` or `last`, or neither: the last seven days' });

const Outcome = z.object({ outcome: Decision, reason: z.string(), sentence: z.string().nullable() });

const DiffGroup = z
  .object({
    agent: z.string(),
    target: z.string(),
    from: Decision,
    to: Decision,
    count: z.int(),
    alreadyLive: z
      .int()
      .nullable()
      .openapi({ description: 'how many of them the set in force decides like the candidate today' }),
    calls: z.array(z.string()).openapi({ description: 'ids, at most 1000' }),
    examples: z.array(
      z.object({
        call: z.string(),
        round: z.int(),
        at: time,
        from: Outcome,
        to: Outcome.extend({ sentence: z.string(), policies: z.array(z.string()) }),
      }),
    ),
  })
  .openapi('DiffGroup');

export const DiffResult = z
  .object({
    candidate: z
      .object({ digest, policies: z.int() })
      .nullable()
      .openapi({ description: 'null where it does not validate; then nothing was replayed' }),
    diagnostics: z.array(PolicyDiagnostic),
    base: digest.nullable().openapi({ description: 'digest of the set in force' }),
    changes: z.array(PolicyDifference),
    replay: z
      .object({
        decisions: z.int().openapi({ description: 'unchanged + changed + all of `notReplayed`' }),
        unchanged: z.int(),
        unchangedAs: z
          .object({ allow: z.int(), hold: z.int(), deny: z.int() })
          .openapi({ description: '`unchanged` by decision' }),
        changed: z.int(),
        notReplayed: z.record(z.string(), z.int()).openapi({ description: 'by reason' }),
        groups: z.array(DiffGroup),
      })
      .nullable(),
    covered: z
      .object({
        since: time
          .nullable()
          .openapi({ description: 'when the first entry was recorded; null where nothing was' }),
        entries: z.int(),
        archived: z.int().openapi({ description: 'of those, how many were read in archives' }),
        left: z.int().openapi({
          description: 'of those, how many were left, where there was more than is decided again at a time',
        }),
      })
      .nullable()
      .openapi({
        description: 'the entries of the log that were looked at; null where nothing was replayed',
      }),
    isCut: z.boolean().openapi({ description: 'the window held more than is replayed at a time' }),
  })
  .openapi('DiffResult');

/** One event of the answer. */
export const DiffEvent = z
  .union([
    z.strictObject({ progress: z.object({ entries: z.int(), of: z.int(), decisions: z.int() }) }),
    z.strictObject({ result: DiffResult }),
    z.strictObject({ error: z.object({ code: z.string(), message: z.string() }) }),
  ])
  .openapi('DiffEvent');
