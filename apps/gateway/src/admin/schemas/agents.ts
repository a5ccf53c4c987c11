// Agents as they are used: activity, what they may do, who calls whom, and how they are stopped. Shapes only: no reading, no
// rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { time } from './common.ts';
import { Agent } from './registry.ts';
import { notCounted, Tally } from './tallies.ts';

const activity = {
  lastCallAt: time.nullable().openapi({ description: 'null where the index has no call of it' }),
  day: Tally.openapi({ description: 'the last 24 hours' }),
  month: Tally.openapi({ description: 'the last 30 days' }),
};

export const AgentInventory = z
  .object({
    now: time,
    agents: z
      .array(
        z.object({
          agent: Agent,
          ...activity,
          isDormant: z.boolean().openapi({ description: 'active, and without a call for 30 days' }),
        }),
      )
      .openapi({ description: 'all that are registered, by name' }),
    gone: z.array(z.object({ name: z.string(), ...activity })).openapi({
      description: 'names that called and are registered no more, those with the newest call first',
    }),
    unregistered: z
      .object({ day: z.int(), month: z.int() })
      .openapi({ description: 'calls of callers that nobody registered' }),
    archived: notCounted,
  })
  .openapi('AgentInventory');

export const UnregisteredList = z
  .object({
    from: time,
    to: time,
    calls: z.int(),
    isMore: z.boolean().openapi({ description: 'there are more calls; looked at were the newest' }),
    archived: notCounted,
    principals: z
      .array(
        z.object({
          issuer: z.string().nullable().openapi({ description: 'null where it was erased' }),
          claim: z.string().nullable(),
          value: z.string().nullable(),
          subjects: z.array(z.string()),
          upstreams: z.array(z.string()),
          calls: z.int(),
          firstAt: time,
          lastAt: time,
          lastCall: z.string().openapi({ description: 'id of the newest' }),
        }),
      )
      .openapi({ description: 'who called without being registered, those with most calls first' }),
  })
  .openapi('UnregisteredList');

const Answer = z.enum(['allowed', 'held', 'denied', 'depends', 'unknown']);

const PermissionPolicy = z.object({
  id: z.string(),
  effect: z.enum(['permit', 'forbid', 'guard']),
  isSure: z.boolean().openapi({ description: 'it matches every such call; else it depends on the call' }),
  file: z.string(),
  line: z.int(),
});

export const Permission = z
  .object({
    upstream: z.string(),
    kind: z.enum(['tool', 'prompt', 'resource', 'agent']),
    name: z.string(),
    answer: Answer.openapi({
      description:
        'what becomes of its calls: the same of each, or `depends`: on their arguments, on when they are made, on how many there were',
    }),
    reason: z.string().nullable(),
    policies: z
      .array(PermissionPolicy)
      .openapi({ description: 'those that say so; of `depends`, all that may match' }),
  })
  .openapi('Permission');

export const PermissionList = z
  .object({
    agent: z.string(),
    subject: z.string().nullable(),
    exposure: z
      .array(z.string())
      .openapi({ description: 'labels it has been exposed to; policies may go by them' }),
    permissions: z.array(Permission),
    isCut: z.boolean().openapi({ description: 'there are more: ask for one upstream at a time' }),
  })
  .openapi('PermissionList');

export const StopRequest = z
  .strictObject({ reason: z.string().trim().min(1, { error: 'say why' }).max(2000) })
  .openapi('StopRequest');

export const StopResult = z
  .object({
    agent: Agent,
    change: z
      .string()
      .nullable()
      .openapi({ description: 'id of the change that waits for other people; null where it is in force' }),
  })
  .openapi('StopResult');

const Counts = z.object({
  allowed: z.int(),
  held: z.int(),
  denied: z.int(),
  depends: z.int(),
  unknown: z.int(),
});

export const CallGraph = z
  .object({
    from: time,
    to: time,
    nodes: z.array(
      z.object({
        id: z.string().openapi({ description: '`agent:<name>`, `server:<name>` or `unregistered:`' }),
        kind: z.enum(['agent', 'server', 'unregistered']),
        name: z.string().nullable(),
        isRegistered: z.boolean(),
        status: z
          .enum(['active', 'quarantined', 'retired'])
          .nullable()
          .openapi({ description: 'of an agent' }),
        team: z.string().nullable(),
        risk: z.enum(['low', 'medium', 'high']).nullable(),
      }),
    ),
    edges: z
      .array(
        z.object({
          from: z.string().openapi({ description: 'id of the node that called' }),
          to: z.string(),
          calls: Tally,
          lastAt: time,
          policy: Answer.openapi({
            description:
              'what policy makes today of its calls there, of what it does not deny; `denied` where it denies all',
          }),
          items: Counts.openapi({ description: 'how many tools (prompts, resources) there of each answer' }),
        }),
      )
      .openapi({ description: 'those with most calls first' }),
    edgesInAll: z.int(),
    archived: notCounted,
    isCut: z.boolean().openapi({ description: 'edges with fewer calls were left out' }),
  })
  .openapi('CallGraph');
