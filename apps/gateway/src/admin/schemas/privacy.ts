// Erasing what was stored of people, and legal holds that keep it. Shapes only: no reading, no rules (DESIGN section 9).
import { z } from '@hono/zod-openapi';
import { time } from './common.ts';

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
