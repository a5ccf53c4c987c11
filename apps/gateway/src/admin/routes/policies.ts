// The policy set in force, and the last candidate that was refused.
import { createRoute } from '@hono/zod-openapi';
import type { AdminDeps } from '../deps.ts';
import { refusals } from '../refusal.ts';
import { Policies } from '../schemas.ts';
import { isoTime } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';

const show = createRoute({
  method: 'get',
  path: '/',
  summary: 'The active policy set, and the last refusal with file, line and column',
  middleware: [noQuery] as const,
  responses: { 200: json(Policies, 'the policies'), ...refusals(400, 401) },
});

export function policyRoutes(deps: AdminDeps) {
  return routeApp().openapi(show, async (c) => {
    const active = await deps.reads.activePolicySet();
    const { refused, degraded } = deps.policies.status();
    return c.json(
      {
        active:
          active === null
            ? null
            : {
                digest: active.digest,
                author: active.author,
                activatedAt: isoTime(active.activatedAt),
                sources: active.sources.map(({ file, text }) => ({ file, text })),
              },
        refused:
          refused === null
            ? null
            : {
                at: isoTime(refused.at),
                diagnostics: refused.diagnostics.map(({ file, line, column, message }) => ({
                  file,
                  line,
                  column,
                  message,
                })),
              },
        degraded,
      },
      200,
    );
  });
}
