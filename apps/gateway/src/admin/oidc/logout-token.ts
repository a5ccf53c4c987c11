// A logout token (OpenID Connect Back-Channel Logout 1.0): the provider's own word that somebody signed out there. It comes from
// whoever sends it, so that nothing of it counts before its signature does, and each counts once.
import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { ALGORITHMS } from '../../registry/issuer-schema.ts';
import { SignInFailure } from './failure.ts';

export interface Logout {
  /** Whom it is about; null: whoever has the session. */
  readonly subject: string | null;
  /** Which session of theirs at the provider; null: all. */
  readonly session: string | null;
}

export interface LogoutTokens {
  /** Throws a SignInFailure: `not_verified`, or `provider_away` where its keys cannot be fetched. */
  read(token: string, keys: JWTVerifyGetKey): Promise<Logout>;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** It is sent at once, and a late one logs out somebody who has signed in anew. */
const MAX_AGE_SECONDS = 120;
/** Those that were read are remembered until they would be too old anyway. */
const MAX_READ = 10_000;

const Claims = z
  .looseObject({
    // Sections 2.4 and 2.6: what an ID token has and a logout token must not have keeps one from passing for the other.
    nonce: z.never().optional(),
    events: z.looseObject({ [EVENT]: z.looseObject({}) }),
    jti: z.string().min(1).max(512),
    iat: z.number(),
    sub: z.string().min(1).max(512).optional(),
    sid: z.string().min(1).max(512).optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

export function createLogoutTokens(deps: {
  readonly issuer: string;
  readonly clientId: string;
  readonly clockToleranceSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}): LogoutTokens {
  const { issuer, clientId, clockToleranceSeconds, now } = deps;
  /** By `jti`, until when it is remembered. */
  const read = new Map<string, number>();

  function isFirst(id: string): boolean {
    for (const [known, until] of read) {
      if (until > now()) break;
      read.delete(known);
    }
    // SECURITY: rather one logout that has to be sent again than one that counts twice.
    if (read.has(id) || read.size >= MAX_READ) return false;
    read.set(id, now() + (MAX_AGE_SECONDS + 2 * clockToleranceSeconds) * 1000);
    return true;
  }

  return {
    async read(token, keys) {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer,
        audience: clientId,
        algorithms: [...ALGORITHMS],
        requiredClaims: ['exp'],
        maxTokenAge: MAX_AGE_SECONDS,
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(now()),
      });
      const claims = Claims.safeParse(payload);
      const { typ } = protectedHeader;
      // Providers of before the specification was final leave the type out, or say `JWT`.
      const isType = typ === undefined || /^(application\/)?(logout\+)?jwt$/i.test(typ);
      if (!claims.success || !isType)
        throw new SignInFailure('not_verified', 'what was sent as a logout token is none');
      if (!isFirst(claims.data.jti))
        throw new SignInFailure('not_verified', 'this logout token was sent before');
      return { subject: claims.data.sub ?? null, session: claims.data.sid ?? null };
    },
  };
}

/** Whether what is known of a sign-in is what a logout is about. A sign-in that has no session named is every one of its person. */
export function isAbout(
  { subject, session }: Logout,
  signIn: { readonly subject: string; readonly session: string | null },
): boolean {
  if (subject !== null && subject !== signIn.subject) return false;
  return session === null || session === signIn.session || (signIn.session === null && subject !== null);
}
