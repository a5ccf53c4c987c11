// Erasing, which is a proposal that others agree to, and legal holds, which keep things from being erased.
import { createRoute, z } from '@hono/zod-openapi';
import type { HoldRefusal } from '../../privacy/holds.ts';
import { requestProblem } from '../../privacy/selection.ts';
import type { LegalHold as Hold } from '../../store/readers/holds.ts';
import type { Result } from '../../errors.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { Refusal, refusals } from '../refusal.ts';
import { ChangeDetail } from '../schemas/changes.ts';
import {
  EraseRequest,
  LegalHold,
  LegalHoldList,
  LiftHoldRequest,
  SetHoldRequest,
} from '../schemas/privacy.ts';
import { isoTime, isoTimeOrNull } from '../view.ts';
import { proposed } from './changes.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const erase = createRoute({
  method: 'post',
  path: '/',
  summary: 'Propose to erase what is stored of a person, a call, or the calls that a query finds',
  middleware: [noQuery, requires('admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: EraseRequest } } } },
  responses: {
    201: json(ChangeDetail, 'the change, which somebody else has to agree to'),
    ...refusals(400, 401, 403, 409, 413, 503),
  },
});

export function erasureRoutes(deps: AdminDeps) {
  return routeApp().openapi(erase, async (c) => {
    const { message, ...proposal } = c.req.valid('json');
    // What nobody could agree to is wrong with the request; that nothing is found by it is an answer.
    const problem = requestProblem(proposal);
    if (problem !== null) throw new Refusal(400, 'malformed_request', problem);
    const author = c.get('principal').user;
    const why = message === undefined || message === '' ? proposal.basis : message;
    return c.json(await proposed(deps, { of: 'erasure', author, message: why, proposal }), 201);
  });
}

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Legal holds: those in force first, the newest first',
  middleware: [noQuery] as const,
  responses: { 200: json(LegalHoldList, 'the holds'), ...refusals(400, 401) },
});

const set = createRoute({
  method: 'post',
  path: '/',
  summary: 'Keep what a query finds from being destroyed, whatever retention and erasures say',
  middleware: [noQuery, requires('admin', 'auditor')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: SetHoldRequest } } } },
  responses: { 201: json(LegalHold, 'the hold'), ...refusals(400, 401, 403, 413, 503) },
});

const lift = createRoute({
  method: 'post',
  path: '/{id}/lift',
  summary: 'Lift a legal hold: what it kept may be destroyed again',
  middleware: [noQuery, requires('admin')] as const,
  request: {
    params: z.object({ id: pathName('id') }),
    body: { required: true, content: { 'application/json': { schema: LiftHoldRequest } } },
  },
  responses: { 200: json(LegalHold, 'the hold'), ...refusals(400, 401, 403, 404, 409, 413, 503) },
});

export function holdRoutes({ holds }: AdminDeps) {
  return routeApp()
    .openapi(list, async (c) => c.json({ holds: (await holds.list()).map(holdView) }, 200))
    .openapi(set, async (c) => {
      const user = { name: c.get('principal').user };
      return c.json(viewOf(await holds.set({ ...c.req.valid('json'), user })), 201);
    })
    .openapi(lift, async (c) => {
      const user = { name: c.get('principal').user };
      const { reason } = c.req.valid('json');
      return c.json(viewOf(await holds.lift({ hold: c.req.valid('param').id, reason, user })), 200);
    });
}

const STATUS = {
  invalid: 400,
  not_found: 404,
  conflict: 409,
  log_unavailable: 503,
} as const satisfies Record<HoldRefusal['code'], number>;

function viewOf(result: Result<Hold, HoldRefusal>): z.infer<typeof LegalHold> {
  if (result.ok) return holdView(result.value);
  const { code, message } = result.error;
  // A hold is never proposed: what is wrong with it is wrong with the request.
  throw new Refusal(STATUS[code], code === 'invalid' ? 'malformed_request' : code, message);
}

function holdView({ setAt, liftedAt, ...hold }: Hold): z.infer<typeof LegalHold> {
  return { ...hold, setAt: isoTime(setAt), liftedAt: isoTimeOrNull(liftedAt) };
}
