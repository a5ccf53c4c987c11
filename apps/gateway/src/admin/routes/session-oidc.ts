// Out to the identity provider and back, as the browser goes: both answers are redirects, since people see them. Errors are a
// closed word in the fragment of a page of the console, which says it in its own words; nothing that a stranger can write
// is shown there.
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { recordReplaced } from '../closed-sessions.ts';
import { SESSION_COOKIE, SIGN_IN_COOKIE } from '../cookies.ts';
import type { AdminDeps } from '../deps.ts';
import { SignInFailure } from '../oidc/failure.ts';
import { endGrant } from '../oidc/grant.ts';
import { PENDING_MS } from '../oidc/pending.ts';
import { returnPath } from '../oidc/return-path.ts';
import { keyOf, type Sessions } from '../sessions.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import { adminAction } from '../session-entries.ts';
import { noQuery, routeApp } from './common.ts';
import { OIDC_START } from './session.ts';

const REDIRECT = {
  302: { description: 'to the provider, or to the console with `#sign-in=<what went wrong>`' },
};

const start = createRoute({
  method: 'get',
  path: '/oidc/start',
  summary: 'Sign in by the identity provider: for a browser to go to',
  security: [],
  request: {
    query: z.object({
      return: z.string().optional().openapi({ description: 'path of the console to come back to' }),
      fresh: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: '`true`: whoever proved who they are too long ago does so again' }),
      moved: z.enum(['1']).optional().openapi({ description: 'set by the gateway itself' }),
    }),
  },
  responses: { ...REDIRECT, ...refusals(400, 404) },
});

const callback = createRoute({
  method: 'get',
  path: '/oidc/callback',
  summary: 'Where the identity provider sends people back to',
  security: [],
  responses: {
    302: {
      description: 'to the console: `#sign-in=done`, and the cookie is set, or `#sign-in=<what went wrong>`',
    },
    ...refusals(404),
  },
});

const MAX_TOKEN = 16_384;
/** SECURITY: strangers send it, and reading a form of a million members takes minutes. */
const formLimit = bodyLimit({
  maxSize: 2 * MAX_TOKEN,
  onError: () => {
    throw new Refusal(413, 'request_too_large', `the body is larger than ${2 * MAX_TOKEN} bytes`);
  },
});

const logout = createRoute({
  method: 'post',
  path: '/oidc/logout',
  summary:
    'Where the identity provider says that somebody signed out there (OpenID Connect Back-Channel Logout)',
  security: [],
  middleware: [noQuery, formLimit] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/x-www-form-urlencoded': {
          schema: z.object({ logout_token: z.string().min(1).max(MAX_TOKEN) }),
        },
      },
    },
  },
  responses: { 200: { description: 'their sessions are over' }, ...refusals(400, 404, 413, 503) },
});

export function oidcRoutes(deps: AdminDeps, sessions: Sessions) {
  const { signIn, cookies, settings } = deps;
  if (signIn === null) {
    const none = (): never => {
      throw notFound('sign-in by', 'oidc');
    };
    return routeApp().openapi(start, none).openapi(callback, none).openapi(logout, none);
  }

  const failed = (c: Context, failure: SignInFailure, returnTo: string): Response => {
    deps.signInFailed(`${failure.code}: ${failure.message}`);
    if (failure.code !== 'denied' && failure.code !== 'state_expired')
      deps.tell(`nobody was signed in by ${signIn.name}: ${failure.message}`);
    return c.redirect(`${returnTo}#sign-in=${failure.code}`);
  };

  return routeApp()
    .openapi(start, async (c) => {
      const { return: given, fresh, moved } = c.req.valid('query');
      const returnTo = returnPath(given);
      const elsewhere = new URL(settings.consoleUrl);
      // The provider knows one address of the console, and cookies belong to a host: the way out begins where it ends.
      if (moved === undefined && c.req.header('host')?.toLowerCase() !== elsewhere.host) {
        const again = new URLSearchParams({
          return: returnTo,
          moved: '1',
          ...(fresh === undefined ? {} : { fresh }),
        });
        return c.redirect(`${settings.consoleUrl}${OIDC_START}?${again.toString()}`);
      }
      const before = cookies.read(c, SESSION_COOKIE);
      try {
        const { url, cookie } = await signIn.setOut({
          returnTo,
          fresh: fresh === 'true',
          replaces: before === undefined ? null : keyOf(before),
        });
        cookies.write(c, SIGN_IN_COOKIE, cookie, PENDING_MS / 1000);
        return c.redirect(url.href);
      } catch (fault) {
        if (fault instanceof SignInFailure) return failed(c, fault, returnTo);
        throw fault;
      }
    })
    .openapi(callback, async (c) => {
      const cookie = cookies.read(c, SIGN_IN_COOKIE);
      cookies.remove(c, SIGN_IN_COOKIE);
      const back = await signIn.comeBack(new URL(c.req.url).searchParams, cookie);
      if (!back.ok) return failed(c, back.failure, back.returnTo);
      const { session, replaces, returnTo } = back;
      const replaced = replaces === null ? null : sessions.closeKey(replaces);
      const { id, pushedOut } = sessions.open(session);
      await recordReplaced(deps, replaced, pushedOut);
      const maxAge = Math.floor((session.expiresAt - session.openedAt) / 1000);
      cookies.write(c, SESSION_COOKIE, id, maxAge);
      return c.redirect(`${returnTo}#sign-in=done`);
    })
    .openapi(logout, async (c) => {
      const { logout_token: token } = c.req.valid('form');
      const isOver = await signIn.loggedOut(token).catch((fault: unknown) => {
        if (!(fault instanceof SignInFailure)) throw fault;
        if (fault.code === 'provider_away')
          throw new Refusal(503, 'unavailable', 'the keys of the provider cannot be fetched');
        deps.signInFailed(`logout token: ${fault.message}`);
        throw new Refusal(
          400,
          'malformed_request',
          'this is no logout token of the provider for this client',
        );
      });
      for (const { key, session } of sessions.all(deps.now())) {
        if (session.by.method !== 'oidc' || !isOver(session.by.grant)) continue;
        const { grant } = session.by;
        sessions.closeKey(key);
        const why = 'they signed out at the provider';
        if (!endGrant(grant, why)) continue;
        const detail = { user: grant.user, by: 'oidc', why };
        const recorded = await deps.writer.commit({
          entries: [adminAction('session_closed', grant.uid, detail)],
        });
        // It is over all the same: nobody stays signed in because the log is full.
        if (!recorded.ok) deps.report(new Error(`that \`${grant.user}\` signed out could not be recorded`));
      }
      return c.body(null, 200);
    });
}
