// Health for those who run the process: alive says that it answers, ready that it may serve calls. Needs no token and
// says nothing that an outsider could use.
import { createRoute } from '@hono/zod-openapi';
import type { AdminDeps } from './deps.ts';
import { Health } from './schemas/access.ts';
import { json, noQuery, routeApp } from './routes/common.ts';

const live = createRoute({
  method: 'get',
  path: '/live',
  security: [],
  middleware: [noQuery] as const,
  responses: { 200: json(Health, 'the process answers') },
});

const ready = createRoute({
  method: 'get',
  path: '/ready',
  security: [],
  middleware: [noQuery] as const,
  responses: {
    200: json(
      Health,
      'this node serves; `degraded`: not as it should, by other policies or with late checkpoints',
    ),
    503: json(Health, 'this node refuses every call'),
  },
});

export function healthApp(deps: Pick<AdminDeps, 'concerns' | 'fault' | 'policies'>) {
  return routeApp()
    .openapi(live, (c) => c.json({ status: 'ok' as const }, 200))
    .openapi(ready, (c) => {
      if (deps.fault() !== null) return c.json({ status: 'unavailable' as const }, 503);
      // It serves, with the policies it has: it is not for a load balancer to punish a typing error.
      const isDegraded = deps.policies.status().degraded || deps.concerns().length > 0;
      return c.json({ status: isDegraded ? ('degraded' as const) : ('ok' as const) }, 200);
    });
}
