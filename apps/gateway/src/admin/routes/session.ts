// The console's session: a bearer token goes in once, an HttpOnly cookie comes out, and no script holds either.
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AdminDeps } from '../deps.ts';
import { principalOfBearer } from '../principal.ts';
import { Refusal, refusals } from '../refusal.ts';
import { Session } from '../schemas/access.ts';
import { SESSION_COOKIE, SESSION_MS, type Sessions } from '../sessions.ts';
import { isoTimeOrNull } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';

const open = createRoute({
  method: 'post',
  path: '/',
  summary: 'Open a console session with a bearer token',
  middleware: [noQuery] as const,
  responses: { 201: json(Session, 'who the session is for; the cookie is set'), ...refusals(400, 401, 503) },
});

const show = createRoute({
  method: 'get',
  path: '/',
  summary: 'Who is asking',
  middleware: [noQuery] as const,
  responses: { 200: json(Session, 'user and roles'), ...refusals(400, 401) },
});

const close = createRoute({
  method: 'delete',
  path: '/',
  summary: 'End the session',
  middleware: [noQuery] as const,
  responses: { 204: { description: 'ended' }, ...refusals(400, 401, 403) },
});

/** Opening needs the token itself; a cookie that an earlier session left behind is ignored and replaced. */
export function sessionOpeningRoute(deps: AdminDeps, sessions: Sessions) {
  return routeApp().openapi(open, async (c) => {
    const principal = await principalOfBearer(deps, c.req.header('authorization'));
    const now = deps.now();
    const expiresAt = Math.min(now + SESSION_MS, principal.expiresAt ?? Number.POSITIVE_INFINITY);
    const recorded = await deps.writer.commit({
      entries: [
        {
          kind: 'admin.action',
          call: null,
          agent: null,
          chain: null,
          body: { action: 'session_opened', user: principal.uid },
          details: { detail: JSON.stringify({ user: principal.user, expiresAt }) },
        },
      ],
    });
    if (!recorded.ok)
      throw new Refusal(503, 'log_unavailable', 'the audit log cannot be written, so no session was opened');
    const id = sessions.open({ tokenDigest: principal.tokenDigest, expiresAt });
    setCookie(c, SESSION_COOKIE, id, { ...cookieScope(c), maxAge: Math.floor((expiresAt - now) / 1000) });
    return c.json(
      { user: principal.user, roles: [...principal.roles], expiresAt: isoTimeOrNull(expiresAt) },
      201,
    );
  });
}

export function sessionRoutes(sessions: Sessions) {
  return routeApp()
    .openapi(show, (c) => {
      const { user, roles, expiresAt } = c.get('principal');
      return c.json({ user, roles: [...roles], expiresAt: isoTimeOrNull(expiresAt) }, 200);
    })
    .openapi(close, (c) => {
      const id = getCookie(c, SESSION_COOKIE);
      if (id !== undefined) sessions.close(id);
      deleteCookie(c, SESSION_COOKIE, cookieScope(c));
      return c.body(null, 204);
    });
}

function cookieScope(c: Context) {
  const secure = new URL(c.req.url).protocol === 'https:';
  return { httpOnly: true, sameSite: 'Strict', path: '/', secure } as const;
}
