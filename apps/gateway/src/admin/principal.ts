// Who is asking: a bearer token or a console session, looked up anew on each request, so that a removed token, a deactivated
// user or a provider that says otherwise takes access away at once, sessions included.
import type { Id } from '@countersign/audit';
import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { FIRST_USER } from '../registry/names.ts';
import { recordClosed } from './closed-sessions.ts';
import { SESSION_COOKIE } from './cookies.ts';
import type { AdminDeps } from './deps.ts';
import { refuseCrossSite } from './origin.ts';
import { Refusal } from './refusal.ts';
import { type AdminRole, readRoles } from './roles.ts';
import type { ConsoleSession, Sessions } from './sessions.ts';
import { isTokenForm, tokenDigest } from './tokens.ts';

export interface AdminPrincipal {
  /** Registry name, the name of a person whom only the provider knows, or the built-in first user. */
  readonly user: string;
  readonly displayName: string;
  readonly uid: Id<'usr'> | null;
  readonly roles: readonly AdminRole[];
  /** `token` in a session too, where one opened it. */
  readonly method: 'token' | 'oidc';
  /** SHA-256 of the token that they came by, or that opened their session; null where they signed in by the provider. */
  readonly tokenDigest: string | null;
  /** Null: the token itself came with the request. */
  readonly session: ConsoleSession | null;
  /** Milliseconds since the epoch; null: does not end by itself. */
  readonly expiresAt: number | null;
  readonly standing: Standing;
}

/** Whether somebody would be let in now, for answers that go on for hours. */
export interface Standing {
  isGood(): Promise<boolean>;
  /** Called where that may have changed without a commit that says so, or after it; not for what ends by the clock. */
  onDoubt(listener: () => void): () => void;
}

export interface AdminEnv {
  Variables: { principal: AdminPrincipal };
}

type Lookup = Pick<AdminDeps, 'readers' | 'registry' | 'now'>;
type SessionLookup = Lookup & Pick<AdminDeps, 'signIn'>;

/** Every fault of a credential has this one text: a prober learns nothing from it. */
const UNAUTHENTICATED = 'no valid admin token; send `Authorization: Bearer <token>` or open a session';

/** Bearer token only: what opens a session. */
export async function principalOfBearer(
  deps: Lookup & Pick<AdminDeps, 'signInFailed'>,
  authorization: string | undefined,
): Promise<AdminPrincipal & { readonly digest: string }> {
  const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
  const digest = token === undefined || !isTokenForm(token) ? null : tokenDigest(token);
  const found = digest === null ? null : await ofToken(deps, digest);
  if (digest === null || found === null) {
    if (authorization !== undefined) deps.signInFailed('a token that is not valid on the admin plane');
    throw new Refusal(401, 'unauthenticated', UNAUTHENTICATED);
  }
  const standing: Standing = {
    isGood: async () => (await ofToken(deps, digest)) !== null,
    onDoubt: (listener) => deps.registry.onChange(listener),
  };
  return { ...found, digest, session: null, standing };
}

/** Refuses whoever is not known; sets `principal`. A request with two credentials is refused, not guessed about. */
export function authenticate(deps: AdminDeps, sessions: Sessions): MiddlewareHandler<AdminEnv> {
  return createMiddleware<AdminEnv>(async (c, next) => {
    const authorization = c.req.header('authorization');
    const cookie = deps.cookies.read(c, SESSION_COOKIE);
    if (authorization !== undefined && cookie !== undefined) {
      throw new Refusal(
        400,
        'ambiguous_credentials',
        'send either the `Authorization` header or the session cookie',
      );
    }
    if (cookie === undefined) {
      const principal = await principalOfBearer(deps, authorization);
      deps.breakGlass.used(principal, 'token');
      c.set('principal', principal);
    } else {
      refuseCrossSite(c.req.raw, deps.settings.consoleUrl);
      const session = sessions.find(cookie, deps.now());
      const found = session === null ? null : await ofSession(deps, session);
      if (session === null || found === null) {
        await recordClosed(deps, sessions.close(cookie), 'what it was opened by no longer counts');
        throw new Refusal(401, 'unauthenticated', UNAUTHENTICATED);
      }
      const standing: Standing = {
        async isGood() {
          const still = sessions.look(cookie, deps.now());
          return still !== null && (await ofSession(deps, still)) !== null;
        },
        onDoubt(listener) {
          const stops = [deps.registry.onChange(listener), sessions.onEnded(listener)];
          return () => {
            for (const stop of stops) stop();
          };
        },
      };
      c.set('principal', { ...found, session, expiresAt: session.expiresAt, standing });
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
      throw new Refusal(403, 'forbidden', `this needs the role ${needed}; ask an admin for it`);
    }
    await next();
  });
}

/** Whether a session would still be let in, as far as is known without asking anybody. */
export async function isGood(deps: Lookup, { by }: ConsoleSession): Promise<boolean> {
  return by.method === 'token' ? (await ofToken(deps, by.digest)) !== null : by.grant.ended === null;
}

type Found = Omit<AdminPrincipal, 'session' | 'standing'>;

async function ofSession(deps: SessionLookup, { by }: ConsoleSession): Promise<Found | null> {
  if (by.method === 'token') return ofToken(deps, by.digest);
  if (deps.signIn === null || !(await deps.signIn.holds(by.grant))) return null;
  const { person, user, uid, roles } = by.grant;
  return {
    user,
    displayName: person.displayName,
    uid,
    roles,
    method: 'oidc',
    tokenDigest: null,
    expiresAt: null,
  };
}

async function ofToken(deps: Lookup, digest: string): Promise<Found | null> {
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
    displayName: token.userName,
    uid: user?.uid ?? null,
    roles,
    method: 'token',
    tokenDigest: digest,
    expiresAt: token.expiresAt,
  };
}
