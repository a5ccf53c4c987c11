// Every token that a resource server must refuse, by name, each wrong in one way only (protocols.md 4.2 as cited
// in the design: algorithm and key confusion, RFC 8725; audience, RFC 8707; required claims, RFC 9068).
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';

import type { Issuer } from './issuer.ts';
import { createKeySet } from './keys.ts';
import { claimsOf, signClaims, type TokenRequest } from './tokens.ts';

export type BadToken = {
  /** What is wrong with it, to name a test. */
  readonly fault: string;
  readonly token: string;
};

/** Makes one bad token per fault from a request that would otherwise give a good one. */
export async function badTokens(issuer: Issuer, request: TokenRequest): Promise<BadToken[]> {
  const now = Math.floor(Date.now() / 1000);
  const stranger = await createKeySet();
  const own = issuer.keys().ES256;
  const claims = claimsOf(request, issuer.url, now);
  const minted = (change: Partial<TokenRequest>): Promise<string> => issuer.mint({ ...request, ...change });
  const without = (name: string): Promise<string> =>
    minted({ claims: { ...request.claims, [name]: undefined } });
  const withClaims = (more: Record<string, unknown>): Promise<string> =>
    minted({ claims: { ...request.claims, ...more } });

  const faults: Record<string, Promise<string> | string> = {
    'signed by a key of somebody else under a published kid': signClaims(claims, {
      ...stranger.ES256,
      kid: own.kid,
    }),
    'signed by an unpublished key': signClaims(claims, stranger.ES256),
    'carries its own key in the header': signClaims(claims, stranger.ES256, {
      jwk: stranger.ES256.publicJwk,
    }),
    'points to its own key set': signClaims(claims, stranger.ES256, { jku: 'http://127.0.0.1:1/jwks' }),
    'alg none': new UnsecuredJWT(claims).encode(),
    'HS256 with the public key as secret': hmacWithPublicKey(claims, own.publicJwk, own.kid),
    'typ JWT': minted({ header: { typ: 'JWT' } }),
    'no typ': minted({ header: { typ: undefined } as never }),
    'an ID-JAG grant instead of an access token': minted({ header: { typ: 'oauth-id-jag+jwt' } }),
    'an unknown critical header': minted({
      header: { crit: ['urn:example:unknown'], 'urn:example:unknown': 1 },
    }),
    'another audience': minted({ resource: 'https://elsewhere.example/mcp/other' }),
    'the audience with a trailing slash': minted({ resource: `${request.resource}/` }),
    'no audience': without('aud'),
    'another issuer': withClaims({ iss: 'https://issuer.example' }),
    'the issuer with a trailing slash': withClaims({ iss: `${issuer.url}/` }),
    'no issuer': without('iss'),
    expired: withClaims({ iat: now - 600, exp: now - 300 }),
    'no expiry': without('exp'),
    'not valid yet': withClaims({ nbf: now + 600 }),
    'issued in the future': withClaims({ iat: now + 600, exp: now + 900 }),
    'no issue time': without('iat'),
    'issued days ago and valid for years': withClaims({ iat: now - 10 * 86_400, exp: now + 365 * 86_400 }),
    'no jti': without('jti'),
    'no subject': without('sub'),
    'a subject that is no string': withClaims({ sub: 7 }),
    'an act that is no object': withClaims({ act: 'agent' }),
    'an act without sub': withClaims({ act: { iss: issuer.url } }),
    'an act nested too deep': withClaims({ act: nestedAct(12) }),
    'bound to a proof key that was not proven': withClaims({ cnf: { jkt: own.kid } }),
    'an unknown kind of proof key': withClaims({ cnf: { 'urn:example:unknown': 'x' } }),
    'two parts': (await minted({})).split('.').slice(0, 2).join('.'),
    'five parts, as if encrypted': `${await minted({})}.a.b`,
    'a changed payload': tampered(await minted({})),
    'no token at all': 'not-a-token',
    'larger than 8 KiB': withClaims({ padding: 'x'.repeat(9000) }),
  };
  const tokens: BadToken[] = [];
  for (const [fault, token] of Object.entries(faults)) tokens.push({ fault, token: await token });
  return tokens;
}

async function hmacWithPublicKey(
  claims: ReturnType<typeof claimsOf>,
  publicJwk: Parameters<typeof importJWK>[0],
  kid: string,
): Promise<string> {
  const spki = await exportSPKI((await importJWK(publicJwk, 'ES256', { extractable: true })) as CryptoKey);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid, typ: 'at+jwt' })
    .sign(new TextEncoder().encode(spki));
}

function nestedAct(depth: number): Record<string, unknown> {
  return depth === 1 ? { sub: 'agent-1' } : { sub: `agent-${depth}`, act: nestedAct(depth - 1) };
}

function tampered(token: string): string {
  const [header, payload, signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8')) as Record<
    string,
    unknown
  >;
  const changed = Buffer.from(JSON.stringify({ ...claims, scope: 'everything' })).toString('base64url');
  return [header, changed, signature].join('.');
}
