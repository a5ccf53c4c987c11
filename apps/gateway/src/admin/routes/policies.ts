// The policy set in force, and the last candidate that was refused.
import { createRoute, z } from '@hono/zod-openapi';
import type { PolicySetRecord } from '../../store/readers/policies.ts';
import type { Policies } from '../client.ts';
import type { AdminDeps, PolicyStatus } from '../deps.ts';
import { refusals } from '../refusal.ts';
import * as schemas from '../schemas/policies.ts';
import { isoTime } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';

const show = createRoute({
  method: 'get',
  path: '/',
  summary: 'The active policy set, and the last refusal with file, line and column',
  middleware: [noQuery] as const,
  responses: { 200: json(schemas.Policies, 'the policies'), ...refusals(400, 401) },
});

export function policyRoutes(deps: AdminDeps) {
  return routeApp().openapi(show, async (c) => {
    const active = await deps.readers.policies.active();
    const { refused, degraded } = deps.policies.status();
    return c.json(
      {
        active: active === null ? null : activeView(active),
        refused: refused === null ? null : refusedView(refused),
        degraded,
      },
      200,
    );
  });
}

function activeView({
  digest,
  author,
  activatedAt,
  sources,
}: PolicySetRecord): NonNullable<Policies['active']> {
  return {
    digest,
    author,
    activatedAt: isoTime(activatedAt),
    sources: z.array(schemas.PolicySource).parse(JSON.parse(sources)),
  };
}

function refusedView(refused: NonNullable<PolicyStatus['refused']>): NonNullable<Policies['refused']> {
  return {
    at: isoTime(refused.at),
    diagnostics: refused.diagnostics.map(({ severity, file, line, column, message }) => ({
      severity,
      file,
      line,
      column,
      message,
    })),
  };
}
