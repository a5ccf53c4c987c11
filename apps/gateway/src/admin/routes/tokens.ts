// Issues admin tokens to registered people. The token is in the answer and nowhere else.
import { createRoute, z } from '@hono/zod-openapi';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { Refusal, notFound, refusals } from '../refusal.ts';
import { IssuedToken, TokenRequest } from '../schemas/access.ts';
import { mintToken, storeToken } from '../tokens.ts';
import { isoTimeOrNull } from '../view.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const HOUR_MS = 60 * 60 * 1000;

const issue = createRoute({
  method: 'post',
  path: '/{name}/tokens',
  summary: 'Issue an admin token to a person; recorded',
  middleware: [noQuery, requires('admin')] as const,
  request: {
    params: z.object({ name: pathName('name') }),
    body: { required: true, content: { 'application/json': { schema: TokenRequest } } },
  },
  responses: { 201: json(IssuedToken, 'the token, shown once'), ...refusals(400, 401, 403, 404, 409, 503) },
});

export function tokenRoutes(deps: AdminDeps) {
  return routeApp().openapi(issue, async (c) => {
    const { name } = c.req.valid('param');
    const { roles = ['approver'], expiresInHours } = c.req.valid('json');
    const user = deps.registry.current().users.get(name);
    if (user === undefined) throw notFound('user', name);
    if (!user.active)
      throw new Refusal(409, 'user_inactive', `\`${name}\` is not active; set \`spec.active: true\` first`);
    const now = deps.now();
    const expiresAt = expiresInHours === undefined ? null : now + expiresInHours * HOUR_MS;
    const token = mintToken();
    const grant = { user: name, userUid: user.uid, roles, issuedBy: c.get('principal').user, expiresAt };
    const stored = await storeToken(deps.writer, token, grant, now);
    if (!stored.ok)
      throw new Refusal(503, 'log_unavailable', 'the audit log cannot be written, so no token was issued');
    c.header('Cache-Control', 'no-store');
    return c.json({ token, user: name, roles, expiresAt: isoTimeOrNull(expiresAt) }, 201);
  });
}
