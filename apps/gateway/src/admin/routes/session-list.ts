// Console sessions that are open, and ending one from elsewhere.
import { createRoute, z } from '@hono/zod-openapi';
import { SESSION_COOKIE } from '../cookies.ts';
import type { AdminDeps } from '../deps.ts';
import { isGood } from '../principal.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import { SessionList } from '../schemas/access.ts';
import { adminAction } from '../session-entries.ts';
import { endSession, keyOf, type OpenSession, type Sessions } from '../sessions.ts';
import { isoTime } from '../view.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const ID_LENGTH = 16;
/** Not what the cookie holds, but of its digest: who reads this can do nothing with it but end the session. */
const idOf = ({ key }: OpenSession): string => key.slice(0, ID_LENGTH);

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Open console sessions, newest first: one’s own, and for admins all',
  middleware: [noQuery] as const,
  responses: { 200: json(SessionList, 'the sessions'), ...refusals(400, 401) },
});

const end = createRoute({
  method: 'delete',
  path: '/{id}',
  summary: 'End a session: one’s own, or as an admin anybody’s; recorded',
  middleware: [noQuery] as const,
  request: { params: z.object({ id: pathName('id') }) },
  responses: { 204: { description: 'it is over' }, ...refusals(400, 401, 403, 404, 503) },
});

export function sessionListRoutes(deps: AdminDeps, sessions: Sessions) {
  async function shownTo(user: string, isAdmin: boolean): Promise<readonly OpenSession[]> {
    const all = sessions.all(deps.now()).filter(({ session }) => isAdmin || session.user === user);
    const good = await Promise.all(all.map(({ session }) => isGood(deps, session)));
    return all.filter((_, at) => good[at]);
  }

  return routeApp()
    .openapi(list, async (c) => {
      const { user, roles } = c.get('principal');
      const cookie = deps.cookies.read(c, SESSION_COOKIE);
      const own = cookie === undefined ? null : keyOf(cookie);
      const shown = await shownTo(user, roles.includes('admin'));
      return c.json(
        {
          sessions: shown.map((open) => ({
            id: idOf(open),
            user: open.session.user,
            method: open.session.by.method,
            signedInAt: isoTime(open.session.openedAt),
            usedAt: isoTime(open.usedAt),
            expiresAt: isoTime(open.session.expiresAt),
            current: open.key === own,
          })),
        },
        200,
      );
    })
    .openapi(end, async (c) => {
      const { id } = c.req.valid('param');
      const { user, roles } = c.get('principal');
      const found = (await shownTo(user, roles.includes('admin'))).find((open) => idOf(open) === id);
      if (found === undefined) throw notFound('session', id);
      const { by, user: whose } = found.session;
      const why = whose === user ? 'signed out from elsewhere' : `signed out by \`${user}\``;
      if (!endSession(sessions.closeKey(found.key), why)) throw notFound('session', id);
      const uid =
        by.method === 'oidc' ? by.grant.uid : (deps.registry.current().users.get(whose)?.uid ?? null);
      const recorded = await deps.writer.commit({
        entries: [adminAction('session_closed', uid, { user: whose, by: by.method, why })],
      });
      // It is over all the same: nobody stays signed in because the log is full.
      if (!recorded.ok)
        throw new Refusal(503, 'log_unavailable', 'the session is over, but that could not be recorded');
      return c.body(null, 204);
    });
}
