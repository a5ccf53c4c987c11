// Who is asking: a bearer token or a console session, looked up anew on each request, so that a removed token or a
// deactivated user loses access at once, sessions included.
import type { Id } from '@countersign/audit';
import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { AdminDeps } from './deps.ts';
import { refuseCrossSite } from './origin.ts';
import { Refusal } from './refusal.ts';
import { type AdminRole, readRoles } from './roles.ts';
import { SESSION_COOKIE, type Sessions } from './sessions.ts';
import { FIRST_USER } from '../registry/names.ts';
import { isTokenForm, tokenDigest } from './tokens.ts';

export interface AdminPrincipal {
  /** Registry name, or the built-in first user. */
  readonly user: string;
  readonly uid: Id<'usr'> | null;
  readonly roles: readonly AdminRole[];
  readonly tokenDigest: string;
  /** Milliseconds since the epoch; null: does not end by itself. */
  readonly expiresAt: number | null;
}

export interface AdminEnv {
  Variables: { principal: AdminPrincipal };
}

type Lookup = Pick<AdminDeps, 'readers' | 'registry' | 'now'>;

/** Every fault of a credential has this one text: a prober learns nothing from it. */
const UNAUTHENTICATED = 'no valid admin token; send `Authorization: Bearer <token>` or open a session';

/** Bearer token only: what opens a session. */
export async function principalOfBearer(
  deps: Lookup,
  authorization: string | undefined,
): Promise<AdminPrincipal> {
  const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined || !isTokenForm(token)) throw new Refusal(401, 'unauthenticated', UNAUTHENTICATED);
  return principalOfDigest(deps, tokenDigest(token));
}

/** Refuses whoever is not known; sets `principal`. A request with two credentials is refused, not guessed about. */
export function authenticate(deps: AdminDeps, sessions: Sessions): MiddlewareHandler<AdminEnv> {
  return createMiddleware<AdminEnv>(async (c, next) => {
    const authorization = c.req.header('authorization');
    const cookie = getCookie(c, SESSION_COOKIE);
    if (authorization !== undefined && cookie !== undefined) {
      throw new Refusal(
        400,
        'ambiguous_credentials',
        'send either the `Authorization` header or the session cookie',
      );
    }
    if (cookie === undefined) {
      c.set('principal', await principalOfBearer(deps, authorization));
    } else {
      refuseCrossSite(c.req.raw);
      const session = sessions.find(cookie, deps.now());
      if (session === null) throw new Refusal(401, 'unauthenticated', UNAUTHENTICATED);
      const principal = await principalOfDigest(deps, session.tokenDigest);
      c.set('principal', { ...principal, expiresAt: session.expiresAt });
    }
    await next();
  });
}

/** Any role may read; the rest needs one of `roles`. */
export function requires(...roles: readonly AdminRole[]): MiddlewareHandler<AdminEnv> {
  return createMiddleware<AdminEnv>(async (c, next) => {
    const held = c.get('principal').roles;
    if (!roles.some((role) => held.includes(role))) {
      const needed = roles.map((role) => `\`${role}\``).join(' or ');
      throw new Refusal(
        403,
        'forbidden',
        `this needs the role ${needed}; ask an admin for a token that has it`,
      );
    }
    await next();
  });
}

/** Whether who was let in would be let in now: for answers that go on for hours. */
export async function isStillGood(deps: Lookup, principal: AdminPrincipal): Promise<boolean> {
  if (principal.expiresAt !== null && principal.expiresAt <= deps.now()) return false;
  return (await lookUp(deps, principal.tokenDigest)) !== null;
}

async function principalOfDigest(deps: Lookup, digest: string): Promise<AdminPrincipal> {
  const principal = await lookUp(deps, digest);
  if (principal === null) throw new Refusal(401, 'unauthenticated', UNAUTHENTICATED);
  return principal;
}

async function lookUp(deps: Lookup, digest: string): Promise<AdminPrincipal | null> {
  const token = await deps.readers.adminTokens.byDigest(digest);
  const roles = token === null ? null : readRoles(token.roles);
  if (token === null || roles === null) return null;
  if (token.expiresAt !== null && token.expiresAt <= deps.now()) return null;
  const user = deps.registry.current().users.get(token.userName);
  // Only the built-in first user needs no registration; anybody else must still be there and active.
  const isKnown = user === undefined ? token.userName === FIRST_USER : user.active;
  if (!isKnown) return null;
  return {
    user: token.userName,
    uid: user?.uid ?? null,
    roles,
    tokenDigest: digest,
    expiresAt: token.expiresAt,
  };
}
