// Admin tokens that were issued, and ending one before its time. Nobody is locked out by it: the last way in that lasts stays.
import { createRoute, z } from '@hono/zod-openapi';
import { FIRST_USER } from '../../registry/names.ts';
import type { AdminToken } from '../../store/readers/admin-tokens.ts';
import type * as views from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import { RevokeRequest, TokenList } from '../schemas/access.ts';
import { type Revocation, revokeToken } from '../tokens.ts';
import { isoTime, isoTimeOrNull } from '../view.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

type Kept = AdminToken & { readonly digest: string };
type State = views.TokenList['tokens'][number]['state'];

const ID_LENGTH = 16;
const MOST_TRIES = 5;
/** A digest tells nothing of its token, and half of it less. */
const idOf = ({ digest }: Kept): string => digest.slice(0, ID_LENGTH);

const list = createRoute({
  method: 'get',
  path: '/',
  summary:
    'Admin tokens that were issued, newest first: one’s own, and for admins all; never the tokens themselves',
  middleware: [noQuery] as const,
  responses: { 200: json(TokenList, 'the tokens'), ...refusals(400, 401) },
});

const revoke = createRoute({
  method: 'post',
  path: '/{id}/revoke',
  summary: 'End a token now: one’s own, or as an admin anybody’s; recorded',
  middleware: [noQuery] as const,
  request: {
    params: z.object({ id: pathName('id') }),
    body: { required: true, content: { 'application/json': { schema: RevokeRequest } } },
  },
  responses: { 204: { description: 'it has ended' }, ...refusals(400, 401, 403, 404, 409, 413, 503) },
});

export function tokenListRoutes(deps: AdminDeps) {
  const { readers, registry, signIn, writer } = deps;

  function stateOf({ userName, expiresAt }: Kept): State {
    if (expiresAt !== null && expiresAt <= deps.now()) return 'ended';
    const user = registry.current().users.get(userName);
    return (user === undefined ? userName === FIRST_USER : user.active) ? 'good' : 'inactive';
  }

  /** What keeps an admin in when `token` ends: another token that lasts, or (`unless` null) the provider. */
  async function otherWay(token: Kept, all: readonly Kept[]): Promise<Pick<Revocation, 'unless'> | null> {
    const other = all.find(
      (one) =>
        one.digest !== token.digest &&
        one.expiresAt === null &&
        one.roles.includes('admin') &&
        stateOf(one) === 'good',
    );
    if (other !== undefined) return { unless: other.digest };
    return signIn?.gives('admin') === true && (await signIn.look()).state === 'ready'
      ? { unless: null }
      : null;
  }

  return routeApp()
    .openapi(list, async (c) => {
      const { user, roles, tokenDigest } = c.get('principal');
      const all = await readers.adminTokens.all();
      const shown = roles.includes('admin') ? all : all.filter(({ userName }) => userName === user);
      const tokens = shown.map((token) => ({
        id: idOf(token),
        user: token.userName,
        roles: [...token.roles],
        createdAt: isoTime(token.createdAt),
        expiresAt: isoTimeOrNull(token.expiresAt),
        state: stateOf(token),
        current: token.digest === tokenDigest,
      }));
      return c.json({ tokens }, 200);
    })
    .openapi(revoke, async (c) => {
      const { id } = c.req.valid('param');
      const { reason } = c.req.valid('json');
      const { user, roles } = c.get('principal');
      const mayEnd = ({ userName }: Kept): boolean => roles.includes('admin') || userName === user;
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const all = await readers.adminTokens.all();
        const token = all.find((one) => idOf(one) === id && mayEnd(one));
        if (token === undefined) throw notFound('token', id);
        if (stateOf(token) === 'ended') throw new Refusal(409, 'conflict', 'this token has ended already');
        const isWayIn = token.roles.includes('admin') && stateOf(token) === 'good';
        const way = isWayIn ? await otherWay(token, all) : { unless: null };
        if (way === null) throw lastWay();
        const { digest, expiresAt, userName, roles: held } = token;
        const userUid = registry.current().users.get(userName)?.uid ?? null;
        const said = { user: userName, userUid, roles: held, revokedBy: user, reason };
        const ended = await revokeToken(writer, { digest, expiresAt, ...said, ...way }, deps.now());
        if (ended.ok) return c.body(null, 204);
        // This token or the other way in was ended meanwhile: which, and what that leaves, is looked at anew.
        if (ended.code === 'precondition_failed') continue;
        throw new Refusal(
          503,
          'log_unavailable',
          'the audit log cannot be written, so the token is still good',
        );
      }
      throw new Refusal(409, 'conflict', 'tokens were ended meanwhile, again and again: ask again');
    });
}

const lastWay = (): Refusal =>
  new Refusal(
    409,
    'last_way_in',
    'nobody could administer this gateway any more: first issue a token with the role `admin` that does not end, or let people with that role sign in by a provider that can be reached',
  );
