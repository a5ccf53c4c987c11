// Changes that other people have to agree to. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { json, time } from './common.ts';

export const ChangeState = z.enum(['pending', 'applied', 'rejected', 'withdrawn', 'expired', 'failed']);
export const ChangeOf = z.enum(['policy', 'registry', 'exposure', 'erasure']);

const ChangeReview = z
  .object({
    reviewer: z.string(),
    verdict: z.enum(['approve', 'reject']),
    reason: z.string(),
    reviewedAt: time,
  })
  .openapi('ChangeReview');

export const Change = z
  .object({
    id: z.string(),
    of: ChangeOf,
    state: ChangeState,
    author: z.string(),
    message: z.string(),
    quorum: z.int().openapi({ description: 'people besides the author who must approve; 0: none' }),
    group: z
      .string()
      .nullable()
      .openapi({ description: 'whose members may review it now; null: everybody whose token lets them' }),
    reviews: z.array(ChangeReview),
    proposedAt: time,
    expiresAt: time,
    closedAt: time.nullable(),
    reason: z.string().nullable().openapi({ description: 'why it was closed, where that needs saying' }),
  })
  .openapi('Change');

export const ChangeDetail = Change.extend({
  effect: json.openapi({ description: 'what it would change, as of when it was proposed' }),
  proposal: json.openapi({ description: 'exactly what takes effect once it is agreed to' }),
}).openapi('ChangeDetail');

export const ChangeList = z
  .object({
    changes: z.array(Change),
    now: time.openapi({ description: 'the gateway’s clock, for countdowns' }),
  })
  .openapi('ChangeList');

export const WithdrawRequest = z.strictObject({ reason: z.string().max(2000) }).openapi('WithdrawRequest');
