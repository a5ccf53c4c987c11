// The log's key manifest: public, since it says nothing but which keys speak for the log, and only its signature by the
// root key, which comes from elsewhere, makes it worth anything. And a trust policy to begin with, which is worth less still.
import { parseKeyManifest } from '@countersign/audit';
import { createRoute, z } from '@hono/zod-openapi';
import { trustText } from '../../publication/trust-text.ts';
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

const trust = createRoute({
  method: 'get',
  path: '/log/trust',
  summary: 'A trust policy of the log as the gateway has it, to begin with; needs no token',
  security: [],
  middleware: [noQuery] as const,
  responses: {
    200: { description: 'a C2SP tlog-policy', content: { 'text/plain': { schema: z.string() } } },
    ...refusals(400, 404),
  },
});

export function logKeyRoutes(deps: AdminDeps) {
  const newest = async (): Promise<string> => {
    const record = await deps.readers.keys.manifest();
    if (record === null) throw new Refusal(404, 'not_found', 'the gateway has not signed a key manifest yet');
    return record.note;
  };
  return routeApp()
    .openapi(manifest, async (c) => {
      const note = await newest();
      c.header('Cache-Control', 'no-cache');
      return c.text(note, 200);
    })
    .openapi(trust, async (c) => {
      const known = parseKeyManifest(await newest());
      if (!known.ok) throw new Error(`the stored key manifest is damaged: ${known.error.message}`);
      c.header('Cache-Control', 'no-cache');
      return c.text(trustText(known.value, deps.publication.trust()), 200);
    });
}
