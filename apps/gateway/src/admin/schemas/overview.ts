// What happened in a stretch of time, what waits for people, and how the log stands: one page's worth. Shapes only: no reading,
// no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { time } from './common.ts';
import { IndexState, Verification } from './log.ts';
import { FlaggedTally, Histogram, notCounted, TargetTally, ValueTally } from './tallies.ts';

const Holder = z
  .object({
    kind: z.enum(['witness', 'file', 'timestamp', 'log']),
    name: z.string(),
    target: z.string(),
    size: z.int().openapi({ description: 'entries in the newest checkpoint that it took; 0: none' }),
    acceptedAt: time.nullable(),
    result: z.enum(['accepted', 'conflict', 'refused', 'unreachable']).openapi({
      description: 'how the last attempt ended; `conflict`: it holds another log under this name',
    }),
    triedAt: time,
    failingSince: time.nullable(),
    error: z.string().nullable(),
  })
  .openapi('Holder');

export const LogHealth = z
  .object({
    origin: z.string(),
    size: z.int(),
    archivedTo: z.int(),
    verification: Verification,
    index: IndexState,
    checkpoint: z
      .object({ size: z.int(), time })
      .nullable()
      .openapi({ description: 'the newest signed one; time of the newest entry it covers' }),
    held: z
      .object({
        size: z.int().openapi({ description: 'entries that somebody else holds a checkpoint of; 0: none' }),
        by: z.enum(['witnesses', 'file', 'timestamp', 'log']).nullable(),
        at: time.nullable(),
        waitingMs: z.int().openapi({ description: 'how long the oldest entry waits that nobody else holds' }),
      })
      .openapi({ description: 'what cannot change unseen: without it, an operator could rewrite all' }),
    quorum: z
      .object({
        needed: z
          .int()
          .nullable()
          .openapi({ description: 'how many must cosign; null where the policy has groups of groups' }),
        of: z.int().openapi({ description: 'witnesses that are asked' }),
        metTo: z.int().openapi({ description: 'entries in the newest checkpoint that enough cosigned' }),
      })
      .nullable()
      .openapi({ description: 'null where no witness is configured' }),
    holders: z.array(Holder).openapi({ description: 'witnesses and anchors, as configured' }),
    fault: z
      .string()
      .nullable()
      .openapi({ description: 'why this node refuses every call; null while it serves' }),
    concerns: z.array(z.string()).openapi({ description: 'why it serves and is not as it should be' }),
  })
  .openapi('LogHealth');

export const Overview = z
  .object({
    from: time,
    to: time,
    asOf: z.int().openapi({ description: 'size of the log before anything was counted' }),
    now: time.openapi({ description: 'the gateway’s clock' }),
    total: FlaggedTally,
    archived: notCounted,
    histogram: Histogram,
    top: z.object({
      agents: z.array(ValueTally),
      teams: z.array(ValueTally),
      owners: z.array(ValueTally),
      policies: z.array(ValueTally),
      reasons: z.array(ValueTally).openapi({ description: 'why it was decided so' }),
      tools: z.array(TargetTally),
    }),
    approvals: z.object({
      pending: z.int(),
      isMore: z.boolean().openapi({ description: 'there are more than that' }),
      nextExpiresAt: time
        .nullable()
        .openapi({ description: 'when the first of them expires, and is denied' }),
    }),
    changes: z.object({ pending: z.int(), isMore: z.boolean() }),
    log: LogHealth,
  })
  .openapi('Overview');
