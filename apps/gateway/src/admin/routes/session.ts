// The console's session: a bearer token goes in once, an HttpOnly cookie comes out, and no script holds either.
// Whoever signs in by the provider gets theirs in session-oidc.ts; here it is told and ended all the same.
import { createRoute } from '@hono/zod-openapi';
import type { z } from '@hono/zod-openapi';
import { recordReplaced } from '../closed-sessions.ts';
import { SESSION_COOKIE } from '../cookies.ts';
import type { AdminDeps } from '../deps.ts';
import { freshUntil } from '../fresh-sign-in.ts';
import { type AdminPrincipal, principalOfBearer } from '../principal.ts';
import { Refusal, refusals } from '../refusal.ts';
import { Session, SignedOut, SignInOptions } from '../schemas/access.ts';
import { adminAction } from '../session-entries.ts';
import { type ConsoleSession, endSession, type Sessions } from '../sessions.ts';
import { isoTime, isoTimeOrNull } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';

const MINUTE_MS = 60_000;

const options = createRoute({
  method: 'get',
  path: '/options',
  summary: 'How people may sign in; needs no token',
  security: [],
  middleware: [noQuery] as const,
  responses: { 200: json(SignInOptions, 'besides a token'), ...refusals(400) },
});

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
  responses: { 200: json(Session, 'user, roles, and how they signed in'), ...refusals(400, 401) },
});

const close = createRoute({
  method: 'delete',
  path: '/',
  summary: 'End the session',
  middleware: [noQuery] as const,
  responses: {
    200: json(SignedOut, 'ended, of somebody who signed in by the provider'),
    204: { description: 'ended' },
    ...refusals(400, 401, 403),
  },
});

/** Opening needs the token itself; a session that the browser had is ended and replaced. */
export function sessionOpeningRoute(deps: AdminDeps, sessions: Sessions) {
  return routeApp()
    .openapi(options, async (c) => {
      const { signIn } = deps;
      if (signIn === null) return c.json({ oidc: null }, 200);
      const { state, since } = await signIn.look();
      const { name, contact } = signIn;
      return c.json({ oidc: { name, contact, start: OIDC_START, state, since: isoTime(since) } }, 200);
    })
    .openapi(open, async (c) => {
      const principal = await principalOfBearer(deps, c.req.header('authorization'));
      const now = deps.now();
      const expiresAt = Math.min(
        now + deps.settings.sessions.ms,
        principal.expiresAt ?? Number.POSITIVE_INFINITY,
      );
      const detail = { user: principal.user, by: 'token', roles: principal.roles, expiresAt };
      const recorded = await deps.writer.commit({
        entries: [adminAction('session_opened', principal.uid, detail)],
      });
      if (!recorded.ok)
        throw new Refusal(
          503,
          'log_unavailable',
          'the audit log cannot be written, so no session was opened',
        );
      deps.breakGlass.used(principal, 'session');
      const before = deps.cookies.read(c, SESSION_COOKIE);
      const replaced = before === undefined ? null : sessions.close(before);
      const session: ConsoleSession = {
        user: principal.user,
        by: { method: 'token', digest: principal.digest },
        openedAt: now,
        authenticatedAt: now,
        expiresAt,
      };
      const { id, pushedOut } = sessions.open(session);
      await recordReplaced(deps, replaced, pushedOut);
      deps.cookies.write(c, SESSION_COOKIE, id, Math.floor((expiresAt - now) / 1000));
      return c.json(sessionView({ ...principal, session, expiresAt }, deps), 201);
    });
}

export const OIDC_START = '/api/v1/session/oidc/start';

export function sessionRoutes(deps: AdminDeps, sessions: Sessions) {
  return routeApp()
    .openapi(show, (c) => c.json(sessionView(c.get('principal'), deps), 200))
    .openapi(close, async (c) => {
      const { user, uid, method, session } = c.get('principal');
      const id = deps.cookies.read(c, SESSION_COOKIE);
      const why = 'signed out';
      const isEnded = id !== undefined && endSession(sessions.close(id), why);
      deps.cookies.remove(c, SESSION_COOKIE);
      if (session === null) return c.body(null, 204);
      if (isEnded) {
        const recorded = await deps.writer.commit({
          entries: [adminAction('session_closed', uid, { user, by: method, why })],
        });
        // It is over all the same: nobody stays signed in because the log is full.
        if (!recorded.ok) deps.report(new Error(`that \`${user}\` signed out could not be recorded`));
      }
      if (method === 'token' || deps.signIn === null) return c.body(null, 204);
      return c.json({ providerSignOut: await deps.signIn.signOutUrl() }, 200);
    });
}

function sessionView(principal: AdminPrincipal, deps: AdminDeps): z.infer<typeof Session> {
  const { user, displayName, roles, method, session, expiresAt } = principal;
  const { sessions } = deps.settings;
  return {
    user,
    displayName,
    roles: [...roles],
    method,
    provider: method === 'oidc' ? (deps.signIn?.name ?? null) : null,
    breakGlass: deps.breakGlass.is(principal),
    signedInAt: isoTimeOrNull(session?.openedAt ?? null),
    freshUntil: isoTimeOrNull(freshUntil(principal, sessions.freshMs)),
    expiresAt: isoTimeOrNull(expiresAt),
    idleMinutes: session === null ? null : sessions.idleMs / MINUTE_MS,
  };
}
