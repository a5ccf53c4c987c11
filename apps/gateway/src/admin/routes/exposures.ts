// Exposure for the operator: who saw what by which call, and the proposal to clear it before its window ends. Who must
// agree is the desk of changes' to say.
import { createRoute, z } from '@hono/zod-openapi';
import { holderReader } from '../../exposure/holders.ts';
import { shownExposure } from '../../exposure/shown.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { notFound, refusals } from '../refusal.ts';
import { ChangeDetail } from '../schemas/changes.ts';
import { ClearExposureRequest, ExposureList } from '../schemas/exposures.ts';
import { isoTime } from '../view.ts';
import { proposed } from './changes.ts';
import { json, noQuery, routeApp, wholeNumber } from './common.ts';

const name = () => z.string().min(1).max(512).optional();

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Who is exposed to what, until when, and by which call',
  request: {
    query: z.strictObject({ agent: name(), subject: name(), limit: wholeNumber(1, 1000).optional() }),
  },
  responses: { 200: json(ExposureList, 'by holder and label'), ...refusals(400, 401, 404) },
});

const clear = createRoute({
  method: 'post',
  path: '/clear',
  summary: 'Propose to clear an exposure, as the user that the token belongs to',
  middleware: [noQuery, requires('admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: ClearExposureRequest } } } },
  responses: {
    201: json(ChangeDetail, 'the change, which somebody else has to agree to'),
    ...refusals(400, 401, 403, 409, 413, 503),
  },
});

export function exposureRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(list, async (c) => {
      const { agent, subject, limit = 200 } = c.req.valid('query');
      const registry = deps.registry.current();
      const uid = agent === undefined ? undefined : registry.agents.get(agent)?.uid;
      if (agent !== undefined && uid === undefined) throw notFound('agent', agent);
      const now = deps.now();
      const whom = {
        ...(uid === undefined ? {} : { agent: uid }),
        ...(subject === undefined ? {} : { subject }),
      };
      // One more than is shown tells whether there is more.
      const rows = await deps.readers.exposure.exposed(whom, { now, limit: limit + 1 });
      const holderOf = holderReader(registry);
      return c.json(
        {
          exposures: rows.slice(0, limit).map((row) => shownExposure(row, holderOf(row))),
          truncated: rows.length > limit,
          now: isoTime(now),
        },
        200,
      );
    })
    .openapi(clear, async (c) => {
      const { message, agent = null, ...rest } = c.req.valid('json');
      const author = c.get('principal').user;
      const proposal = { ...rest, agent };
      return c.json(await proposed(deps, { of: 'exposure', author, message, proposal }), 201);
    });
}
