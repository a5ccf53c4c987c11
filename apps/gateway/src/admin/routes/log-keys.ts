// The log's key manifest: public, since it says nothing but which keys speak for the log, and only its signature by the
// root key, which comes from elsewhere, makes it worth anything.
import { createRoute, z } from '@hono/zod-openapi';
import type { AdminDeps } from '../deps.ts';
import { Refusal, refusals } from '../refusal.ts';
import { noQuery, routeApp } from './common.ts';

const manifest = createRoute({
  method: 'get',
  path: '/log/keys',
  summary: 'The newest key manifest as a signed note; needs no token',
  security: [],
  middleware: [noQuery] as const,
  responses: {
    200: { description: 'the note', content: { 'text/plain': { schema: z.string() } } },
    ...refusals(400, 404),
  },
});

export function logKeyRoutes(deps: AdminDeps) {
  return routeApp().openapi(manifest, async (c) => {
    const record = await deps.readers.keys.manifest();
    if (record === null) throw new Refusal(404, 'not_found', 'the gateway has not signed a key manifest yet');
    c.header('Cache-Control', 'no-cache');
    return c.text(record.note, 200);
  });
}
