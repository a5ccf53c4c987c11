// Requests for approval and the verdicts of people. Who may decide what is the approval desk's to say, not this file's.
import { createRoute, z } from '@hono/zod-openapi';
import type { ReviewRefusal, RevokeRefusal } from '../../approvals/types.ts';
import type { AdminDeps } from '../deps.ts';
import { requireFresh } from '../fresh-sign-in.ts';
import { requires } from '../principal.ts';
import { Refusal, notFound, refusals } from '../refusal.ts';
import {
  Approval,
  ApprovalList,
  ApprovalState,
  ReviewRequest,
  RevokeApproval,
} from '../schemas/approvals.ts';
import { approvalView, isoTime } from '../view.ts';
import { json, noQuery, pathName, routeApp, wholeNumber } from './common.ts';

const REVIEW_STATUS = {
  not_found: 404,
  not_pending: 409,
  already_reviewed: 409,
  not_a_reviewer: 403,
  reason_required: 400,
  log_unavailable: 503,
} as const satisfies Record<ReviewRefusal['code'], number>;

const REVOKE_STATUS = {
  not_found: 404,
  not_approved: 409,
  log_unavailable: 503,
} as const satisfies Record<RevokeRefusal['code'], number>;

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Approval requests, newest first',
  request: {
    query: z.strictObject({ state: ApprovalState.optional(), limit: wholeNumber(1, 200).optional() }),
  },
  responses: { 200: json(ApprovalList, 'the requests'), ...refusals(400, 401) },
});

const show = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'One approval request with its reviews',
  middleware: [noQuery] as const,
  request: { params: z.object({ id: pathName('id') }) },
  responses: { 200: json(Approval, 'the request'), ...refusals(400, 401, 404) },
});

const review = createRoute({
  method: 'post',
  path: '/{id}/reviews',
  summary: 'Approve or reject, as the user that the token belongs to',
  middleware: [noQuery, requires('approver', 'admin')] as const,
  request: {
    params: z.object({ id: pathName('id') }),
    body: { required: true, content: { 'application/json': { schema: ReviewRequest } } },
  },
  responses: {
    200: json(Approval, 'the request after this review'),
    ...refusals(400, 401, 403, 404, 409, 503),
  },
});

const revoke = createRoute({
  method: 'post',
  path: '/{id}/revoke',
  summary: 'Take an approval back that was not used yet',
  middleware: [noQuery, requires('approver', 'admin')] as const,
  request: {
    params: z.object({ id: pathName('id') }),
    body: { required: true, content: { 'application/json': { schema: RevokeApproval } } },
  },
  responses: {
    200: json(Approval, 'the request, withdrawn'),
    ...refusals(400, 401, 403, 404, 409, 413, 503),
  },
});

export function approvalRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(list, async (c) => {
      const { state, limit = 100 } = c.req.valid('query');
      const approvals = await deps.readers.approvals.list({
        ...(state === undefined ? {} : { state }),
        limit,
      });
      const views = approvals.map(async (approval) =>
        approvalView(approval, await deps.readers.approvals.reviews(approval.id)),
      );
      return c.json({ approvals: await Promise.all(views), now: isoTime(deps.now()) }, 200);
    })
    .openapi(show, async (c) => {
      const { id } = c.req.valid('param');
      const approval = await deps.readers.approvals.get(id);
      if (approval === null) throw notFound('approval request', id);
      return c.json(approvalView(approval, await deps.readers.approvals.reviews(id)), 200);
    })
    .openapi(review, async (c) => {
      const { id } = c.req.valid('param');
      const { verdict, reason } = c.req.valid('json');
      const asked = verdict === 'approve' ? await deps.readers.approvals.get(id) : null;
      if (asked !== null)
        requireFresh(c.get('principal'), asked, deps.registry.current(), {
          now: deps.now(),
          freshMs: deps.settings.sessions.freshMs,
        });
      const reviewed = await deps.approvals.review({
        approval: id,
        reviewer: c.get('principal').user,
        verdict,
        reason,
      });
      if (!reviewed.ok)
        throw new Refusal(REVIEW_STATUS[reviewed.error.code], reviewed.error.code, reviewed.error.message);
      return c.json(approvalView(reviewed.value, await deps.readers.approvals.reviews(id)), 200);
    })
    .openapi(revoke, async (c) => {
      const { id } = c.req.valid('param');
      const { reason } = c.req.valid('json');
      const { user: name, uid } = c.get('principal');
      const revoked = await deps.approvals.revoke({ approval: id, by: { name, uid }, reason });
      if (!revoked.ok)
        throw new Refusal(REVOKE_STATUS[revoked.error.code], revoked.error.code, revoked.error.message);
      return c.json(approvalView(revoked.value, await deps.readers.approvals.reviews(id)), 200);
    });
}
