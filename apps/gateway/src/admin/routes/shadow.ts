// The candidate that runs beside the set in force: to set it, to end it, and to see what it would have decided otherwise.
import { createRoute } from '@hono/zod-openapi';
import type { ShadowRefusal } from '../../shadow/types.ts';
import type { Shadow } from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { Refusal, refusals } from '../refusal.ts';
import * as schemas from '../schemas/shadow.ts';
import { isoTime } from '../view.ts';
import { diagnosticView } from '../view-changes.ts';
import { json, noQuery, routeApp } from './common.ts';

const MAX_GROUPS = 200;
const MAX_LATEST = 20;

const REFUSED = {
  invalid: [400, 'invalid_policies'],
  not_set: [404, 'not_found'],
  unavailable: [503, 'log_unavailable'],
} as const satisfies Record<ShadowRefusal['code'], unknown>;

const show = createRoute({
  method: 'get',
  path: '/shadow',
  summary: 'The shadow set, how it fares, and what it would have decided otherwise',
  middleware: [noQuery] as const,
  responses: { 200: json(schemas.Shadow, 'the shadow set'), ...refusals(400, 401) },
});

const set = createRoute({
  method: 'put',
  path: '/shadow',
  summary: 'Let a candidate run beside the set in force, in the place of the one before; it decides nothing',
  middleware: [noQuery, requires('policy_author', 'admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: schemas.ShadowRequest } } } },
  responses: { 200: json(schemas.Shadow, 'it runs'), ...refusals(400, 401, 403, 413, 503) },
});

const clear = createRoute({
  method: 'delete',
  path: '/shadow',
  summary: 'End the shadow set; its differences stay on record',
  middleware: [noQuery, requires('policy_author', 'admin')] as const,
  responses: { 200: json(schemas.Shadow, 'none runs'), ...refusals(400, 401, 403, 404, 503) },
});

export function shadowRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(show, async (c) => c.json(await shadowView(deps), 200))
    .openapi(set, async (c) => {
      const { sources } = c.req.valid('json');
      const changed = await deps.shadow.set(sources, c.get('principal').user);
      if (!changed.ok) throw refused(changed.error);
      return c.json(await shadowView(deps), 200);
    })
    .openapi(clear, async (c) => {
      const changed = await deps.shadow.clear(c.get('principal').user);
      if (!changed.ok) throw refused(changed.error);
      return c.json(await shadowView(deps), 200);
    });
}

function refused({ code, message }: ShadowRefusal): Refusal {
  const [status, name] = REFUSED[code];
  return new Refusal(status, name, message);
}

async function shadowView({ shadow, readers }: AdminDeps): Promise<Shadow> {
  const { state, set: running, why, diagnostics, counts } = shadow.status();
  const digest = running?.digest ?? '';
  const [recorded, groups, latest] = await Promise.all([
    readers.shadow.total(digest),
    readers.shadow.counts(digest, MAX_GROUPS),
    readers.shadow.latest(digest, MAX_LATEST),
  ]);
  return {
    state,
    set:
      running === null
        ? null
        : {
            digest: running.digest,
            author: running.author,
            since: isoTime(running.since),
            sources: [...running.sources],
          },
    why,
    diagnostics: diagnostics.map(diagnosticView),
    counts: { ...counts, notReplayed: { ...counts.notReplayed } },
    recorded,
    groups: groups.map(({ resource, first, last, ...group }) => ({
      ...group,
      target: resource,
      first: isoTime(first),
      last: isoTime(last),
    })),
    latest: latest.map(({ resource, at, ...one }) => ({ ...one, target: resource, at: isoTime(at) })),
  };
}
