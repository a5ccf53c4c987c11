// Erasing what was stored of people, and legal holds that keep it. Shapes only: no reading, no rules (DESIGN section 9).
import { z } from '@hono/zod-openapi';
import { index, time } from './common.ts';
import { review } from './settings.ts';

export const EraseRequest = z
  .strictObject({
    subject: z
      .string()
      .min(1)
      .max(512)
      .optional()
      .openapi({ description: 'a person, by the name in tokens, the registry name or the e-mail address' }),
    call: z.string().max(64).optional().openapi({ description: 'id of one call' }),
    query: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .openapi({ description: 'what a search for calls finds, such as `agent:invoice label:pii`' }),
    basis: z.string().min(3).max(2000).openapi({ description: 'the legal basis; recorded for good' }),
    fields: z
      .array(z.string().max(64))
      .min(1)
      .max(64)
      .optional()
      .openapi({ description: 'names of the details that go; default: all that may be about a person' }),
    exceptHeld: z.boolean().optional().openapi({ description: 'leave out what a legal hold keeps' }),
    message: z.string().max(2000).optional().openapi({ description: 'what else reviewers should know' }),
  })
  .openapi('EraseRequest');

export const LegalHold = z
  .object({
    id: z.string(),
    query: z.string().openapi({ description: 'what it keeps, as a search for calls; empty: everything' }),
    reason: z.string(),
    setBy: z.string(),
    setAt: time,
    liftedBy: z.string().nullable(),
    liftedAt: time.nullable(),
  })
  .openapi('LegalHold');

export const LegalHoldList = z.object({ holds: z.array(LegalHold) }).openapi('LegalHoldList');

const reason = z.string().max(2000).openapi({ description: 'why; required and recorded' });

export const SetHoldRequest = z
  .strictObject({ query: z.string().max(2048), reason })
  .openapi('SetHoldRequest');

export const LiftHoldRequest = z.strictObject({ reason }).openapi('LiftHoldRequest');

export const ErasureList = z
  .object({
    erasures: z.array(
      z.object({
        entry: index.openapi({ description: 'the entry that records it; a large erasure has several' }),
        time,
        cause: z.enum(['erasure', 'retention']),
        change: z.string().nullable().openapi({ description: 'what people agreed to; null for retention' }),
        entries: z.int(),
        details: z.int().openapi({ description: 'values that were destroyed' }),
        keys: z.int().openapi({ description: 'keys that were destroyed with them' }),
        basis: z
          .string()
          .nullable()
          .openapi({ description: 'the legal basis, or the rule of the configuration' }),
        author: z.string().nullable(),
        reviewers: z.array(z.string()),
        exports: z
          .array(
            z.object({
              id: z.string(),
              format: z.string(),
              actor: z.string(),
              at: z.string(),
              disclosed: z.int(),
            }),
          )
          .openapi({ description: 'copies that it could not reach' }),
        sinks: z.array(
          z.object({ sink: z.string(), kind: z.string(), to: z.string(), details: z.array(z.string()) }),
        ),
        unreached: z.array(z.object({ log: z.string(), why: z.string() })),
        untold: z
          .int()
          .openapi({ description: 'calls that stayed, since nobody could tell whether they were asked for' }),
      }),
    ),
    nextCursor: z.string().nullable(),
    archivedTo: z.int(),
  })
  .openapi('ErasureList');

export const Retention = z
  .object({
    payloads: z
      .array(z.record(z.string(), z.string()))
      .openapi({ description: 'rules, of which the first that fits counts' }),
    headers: z.string().openapi({ description: 'how old entries may be archived; `never`' }),
    erasure: review.openapi({ description: 'whose agreement an erasure takes' }),
    archivedTo: z.int().openapi({ description: 'entries with smaller indexes are in archives' }),
  })
  .openapi('Retention');
