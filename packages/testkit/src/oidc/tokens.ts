// ID tokens as the test provider signs them, and as it should not.
import { randomUUID } from 'node:crypto';
import { createKeySet, publicJwks, type KeySet } from '../issuer/keys.ts';
import { signClaims } from '../issuer/tokens.ts';
import { CLIENT, type OidcPerson, type OidcState } from './types.ts';

export interface TokenKeys {
  readonly jwks: ReturnType<typeof publicJwks>;
  readonly own: KeySet;
  /** In no key set that anybody sees. */
  readonly other: KeySet;
}

export async function createTokenKeys(): Promise<TokenKeys> {
  const own = await createKeySet();
  return { own, other: await createKeySet(), jwks: publicJwks(own) };
}

interface Wish {
  readonly state: Pick<OidcState, 'hostility'>;
  readonly keys: TokenKeys;
  readonly issuer: string;
  readonly person: OidcPerson;
  /** Seconds since the epoch, here and below. */
  readonly authTime: number;
  readonly nonce: string | null;
  readonly at: number;
}

export async function idToken({ state, keys, issuer, person, authTime, nonce, at }: Wish): Promise<string> {
  const { hostility } = state;
  const isRefresh = nonce === null;
  const isExpired = hostility === 'expired';
  const claims = {
    ...person.claims,
    iss: hostility === 'wrong_iss' ? 'https://other.example' : issuer,
    sub: hostility === 'other_person_on_refresh' && isRefresh ? `${person.sub}-other` : person.sub,
    aud: hostility === 'wrong_aud' ? 'another-client' : CLIENT.id,
    iat: isExpired ? at - 3600 : at,
    exp: isExpired ? at - 1800 : at + 300,
    auth_time: hostility === 'old_auth_time' ? at - 86_400 : authTime,
    ...(isRefresh || hostility === 'no_nonce'
      ? {}
      : { nonce: hostility === 'wrong_nonce' ? `${nonce}x` : nonce }),
  };
  if (hostility === 'alg_none') {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
  }
  const key = (hostility === 'other_key' ? keys.other : keys.own).ES256;
  // Under the name of a key that is known.
  return signClaims(claims, key, { kid: keys.own.ES256.kid, typ: 'JWT' });
}

/** As OpenID Connect Back-Channel Logout has it; `claims` replace what is said or, where null, remove it. */
export async function logoutToken({
  keys,
  issuer,
  at,
  claims,
  hostility,
}: Pick<Wish, 'keys' | 'issuer' | 'at'> & {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly hostility: OidcState['hostility'];
}): Promise<string> {
  const said = {
    iss: issuer,
    aud: CLIENT.id,
    iat: at,
    exp: at + 120,
    jti: randomUUID(),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    ...claims,
  };
  const kept = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
  const key = (hostility === 'other_key' ? keys.other : keys.own).ES256;
  return signClaims(kept, key, { kid: keys.own.ES256.kid, typ: 'logout+jwt' });
}
