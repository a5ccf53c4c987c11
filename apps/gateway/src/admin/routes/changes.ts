// Changes that other people have to agree to, of every kind. Who may propose and decide is the desk's to say, not this
// file's.
import { createRoute, z } from '@hono/zod-openapi';
import type { ChangeDesk, ChangeRefusal, ReviewedChange } from '../../changes/types.ts';
import type { Result } from '../../errors.ts';
import type { ChangeDetail as ChangeDetailView } from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import { ReviewRequest } from '../schemas/approvals.ts';
import { ChangeDetail, ChangeList, ChangeOf, ChangeState, WithdrawRequest } from '../schemas/changes.ts';
import { isoTime } from '../view.ts';
import { changeDetailView, changeView } from '../view-changes.ts';
import { json, noQuery, pathName, routeApp, wholeNumber } from './common.ts';

export const CHANGE_STATUS = {
  invalid: 400,
  message_required: 400,
  reason_required: 400,
  not_an_author: 403,
  not_a_reviewer: 403,
  not_found: 404,
  conflict: 409,
  no_reviewers: 409,
  not_pending: 409,
  already_reviewed: 409,
  unavailable: 503,
  log_unavailable: 503,
} as const satisfies Record<ChangeRefusal['code'], number>;

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Changes that people have to agree to, newest first',
  request: {
    query: z.strictObject({
      state: ChangeState.optional(),
      of: ChangeOf.optional(),
      limit: wholeNumber(1, 200).optional(),
    }),
  },
  responses: { 200: json(ChangeList, 'the changes'), ...refusals(400, 401) },
});

const show = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'One change with what it would do, and its reviews',
  middleware: [noQuery] as const,
  request: { params: z.object({ id: pathName('id') }) },
  responses: { 200: json(ChangeDetail, 'the change'), ...refusals(400, 401, 404) },
});

const review = createRoute({
  method: 'post',
  path: '/{id}/reviews',
  summary:
    'Approve or reject, as the user that the token belongs to; the approval that completes the quorum applies',
  middleware: [noQuery, requires('approver', 'admin')] as const,
  request: {
    params: z.object({ id: pathName('id') }),
    body: { required: true, content: { 'application/json': { schema: ReviewRequest } } },
  },
  responses: {
    200: json(ChangeDetail, 'the change after this review; `failed` where it could no longer be made'),
    ...refusals(400, 401, 403, 404, 409, 503),
  },
});

const withdraw = createRoute({
  method: 'post',
  path: '/{id}/withdraw',
  summary: 'Withdraw a change, as its author',
  middleware: [noQuery] as const,
  request: {
    params: z.object({ id: pathName('id') }),
    body: { required: true, content: { 'application/json': { schema: WithdrawRequest } } },
  },
  responses: { 200: json(ChangeDetail, 'the change'), ...refusals(400, 401, 403, 404, 409, 503) },
});

export function changeRoutes(deps: AdminDeps) {
  const { changes } = deps.readers;
  return routeApp()
    .openapi(list, async (c) => {
      const { state, of, limit = 100 } = c.req.valid('query');
      const found = await changes.list({
        ...(state === undefined ? {} : { state }),
        ...(of === undefined ? {} : { of }),
        limit,
      });
      const views = found.map(async (change) =>
        changeView(change, await changes.reviews(change.id), deps.changes.reviewersOf(change.of)),
      );
      return c.json({ changes: await Promise.all(views), now: isoTime(deps.now()) }, 200);
    })
    .openapi(show, async (c) => {
      const { id } = c.req.valid('param');
      const change = await changes.get(id);
      if (change === null) throw notFound('change', id);
      const group = deps.changes.reviewersOf(change.of);
      return c.json(changeDetailView(change, await changes.reviews(id), group), 200);
    })
    .openapi(review, async (c) => {
      const { id } = c.req.valid('param');
      const { verdict, reason } = c.req.valid('json');
      const reviewer = c.get('principal').user;
      return c.json(
        await viewOf(deps, await deps.changes.review({ change: id, reviewer, verdict, reason })),
        200,
      );
    })
    .openapi(withdraw, async (c) => {
      const { id } = c.req.valid('param');
      const { reason } = c.req.valid('json');
      const author = c.get('principal').user;
      return c.json(await viewOf(deps, await deps.changes.withdraw({ change: id, author, reason })), 200);
    });
}

/** Proposes a change of whatever kind; throws a Refusal where it is not taken. */
export async function proposed(
  deps: AdminDeps,
  input: Parameters<ChangeDesk['propose']>[0],
): Promise<ChangeDetailView> {
  return viewOf(deps, await deps.changes.propose(input));
}

async function viewOf(
  { readers, changes }: AdminDeps,
  result: Result<ReviewedChange, ChangeRefusal>,
): Promise<ChangeDetailView> {
  if (!result.ok)
    throw new Refusal(CHANGE_STATUS[result.error.code], result.error.code, result.error.message);
  const { id, of } = result.value;
  return changeDetailView(result.value, await readers.changes.reviews(id), changes.reviewersOf(of));
}
