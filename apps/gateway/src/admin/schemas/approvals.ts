// Requests for approval and reviews. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { time } from './common.ts';

export const ApprovalState = z.enum(['pending', 'approved', 'rejected', 'expired', 'withdrawn', 'consumed']);

export const Review = z
  .object({
    id: z.string(),
    reviewer: z.string(),
    verdict: z.enum(['approve', 'reject']),
    reason: z.string(),
    reviewedAt: time,
  })
  .openapi('Review');

export const Approval = z
  .object({
    id: z.string(),
    state: ApprovalState,
    call: z.string(),
    chain: z.string(),
    agent: z.string(),
    owner: z.string().nullable(),
    subject: z.string(),
    operation: z.string(),
    upstream: z.string(),
    resource: z.string(),
    sentence: z.string(),
    params: z.string().openapi({
      description: 'exact JSON text of what will be sent on; of what is not stored, only its outline',
    }),
    guards: z.array(
      z.object({
        policy: z.string(),
        group: z.string(),
        quorum: z.int(),
        reasonRequired: z.boolean(),
        description: z.string().nullable(),
      }),
    ),
    quorum: z.int(),
    reviews: z.array(Review),
    requestedAt: time,
    expiresAt: time,
    decidedAt: time.nullable(),
    grantExpiresAt: time
      .nullable()
      .openapi({ description: 'until when an approved call may be made; null until it is approved' }),
    consumedBy: z.string().nullable().openapi({ description: 'the call that redeemed the grant' }),
  })
  .openapi('Approval');

export const ApprovalList = z
  .object({
    approvals: z.array(Approval),
    now: time.openapi({ description: 'the gateway’s clock, for countdowns' }),
  })
  .openapi('ApprovalList');

export const RevokeApproval = z
  .strictObject({ reason: z.string().trim().min(1).max(2000).openapi({ description: 'recorded' }) })
  .openapi('RevokeApproval');

export const ReviewRequest = z
  .strictObject({ verdict: z.enum(['approve', 'reject']), reason: z.string().max(2000) })
  .openapi('ReviewRequest');
