// The configuration as it is in force: to be read by administrators, and changed where it stands.
import { createRoute } from '@hono/zod-openapi';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { refusals } from '../refusal.ts';
import { Settings } from '../schemas/settings.ts';
import { json, noQuery, routeApp } from './common.ts';

const show = createRoute({
  method: 'get',
  path: '/',
  summary: 'Issuers, sign-in, receivers, retention, keys, listeners and limits; never a secret',
  middleware: [noQuery, requires('admin')] as const,
  responses: { 200: json(Settings, 'as they are in force'), ...refusals(400, 401, 403) },
});

export function settingsRoutes(deps: AdminDeps) {
  return routeApp().openapi(show, async (c) => c.json(await deps.settingsView(), 200));
}
