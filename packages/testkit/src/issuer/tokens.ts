// What an RFC 9068 access token of the test issuer says, and its signing.
import { randomUUID } from 'node:crypto';

import { SignJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';

import type { SigningAlgorithm, SigningKey } from './keys.ts';

export type TokenRequest = {
  /** The OAuth client: the agent that will present the token. */
  readonly clientId: string;
  /** RFC 8707 resource, the only audience: the gateway's own address of the destination. */
  readonly resource: string;
  readonly scope?: string;
  /** The person on whose behalf the agent acts; without it the token is a machine token (`sub` = `client_id`). */
  readonly subject?: string;
  /** Agents that acted before this one, the newest first: nested `act` of RFC 8693. Needs `subject`. */
  readonly priorActors?: readonly string[];
  readonly algorithm?: SigningAlgorithm;
  readonly lifetimeSeconds?: number;
  /** Claims that replace or, when undefined, remove what is said by default: the way to a bad token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Partial<JWTHeaderParameters>>;
};

type Act = { readonly sub: string; readonly act?: Act };

export const DEFAULT_LIFETIME_SECONDS = 300;

/** The claims of a token; `now` in seconds since the epoch. */
export function claimsOf(request: TokenRequest, issuer: string, now: number): JWTPayload {
  const claims: Record<string, unknown> = {
    iss: issuer,
    sub: request.subject ?? request.clientId,
    aud: request.resource,
    client_id: request.clientId,
    iat: now,
    exp: now + (request.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS),
    jti: randomUUID(),
    ...(request.scope === undefined ? {} : { scope: request.scope }),
    ...(request.subject === undefined
      ? {}
      : { act: actOf([request.clientId, ...(request.priorActors ?? [])]) }),
    ...request.claims,
  };
  for (const [name, value] of Object.entries(claims)) if (value === undefined) delete claims[name];
  return claims;
}

/** Signs claims as they are; `typ` is `at+jwt` unless the header says otherwise. */
export async function signClaims(
  claims: JWTPayload,
  key: SigningKey,
  header: Readonly<Partial<JWTHeaderParameters>> = {},
): Promise<string> {
  const protectedHeader: JWTHeaderParameters = { alg: key.algorithm, kid: key.kid, typ: 'at+jwt', ...header };
  for (const [name, value] of Object.entries(protectedHeader)) {
    if (value === undefined) delete protectedHeader[name];
  }
  const crit = Object.fromEntries((protectedHeader.crit ?? []).map((name) => [name, true]));
  return new SignJWT(claims).setProtectedHeader(protectedHeader).sign(key.privateKey, { crit });
}

function actOf(actors: readonly string[]): Act | undefined {
  const [current, ...prior] = actors;
  if (current === undefined) return undefined;
  const inner = actOf(prior);
  return inner === undefined ? { sub: current } : { sub: current, act: inner };
}
