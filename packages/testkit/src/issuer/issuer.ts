// A fake authorization server: real signatures, real JWKS and discovery (RFC 8414, OpenID Connect Discovery),
// but it authenticates nobody. It listens on the loopback interface only and is never part of a deployment.
import type { Server } from 'node:http';

import { createKeySet, publicJwks, type KeySet } from './keys.ts';
import { createIssuerServer } from './http.ts';
import { claimsOf, signClaims, type TokenRequest } from './tokens.ts';
import { closeServer, listenOnLoopback } from '../listen.ts';

export type Issuer = {
  /** The issuer identifier, also the base of its endpoints. */
  readonly url: string;
  readonly jwksUri: string;
  readonly tokenEndpoint: string;
  /** The keys in use, for tests that sign something unusual. */
  keys(): KeySet;
  mint(request: TokenRequest): Promise<string>;
  /** Signs with new keys from now on; the old ones leave the JWKS, unless they are to be kept. */
  rotate(options?: { readonly keepOld?: boolean }): Promise<void>;
  /** Makes the JWKS endpoint answer 503 (true) or work again (false). */
  breakJwks(broken: boolean): void;
  /** How often the JWKS was fetched. */
  jwksFetches(): number;
  close(): Promise<void>;
};

export type IssuerOptions = {
  readonly port?: number;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
};

/** Starts an issuer inside this process. */
export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const now = options.now ?? Date.now;
  let current = await createKeySet();
  let retired: KeySet[] = [];
  let broken = false;
  let fetches = 0;
  let url = '';

  const mint = (request: TokenRequest): Promise<string> =>
    signClaims(
      claimsOf(request, url, Math.floor(now() / 1000)),
      current[request.algorithm ?? 'ES256'],
      request.header,
    );
  const server: Server = createIssuerServer({
    url: () => url,
    mint,
    jwks: () => {
      fetches += 1;
      return broken ? undefined : { keys: [current, ...retired].flatMap((set) => publicJwks(set).keys) };
    },
  });
  url = await listenOnLoopback(server, options.port ?? 0);

  return {
    url,
    jwksUri: `${url}/jwks`,
    tokenEndpoint: `${url}/token`,
    keys: () => current,
    mint,
    rotate: async ({ keepOld = false } = {}) => {
      retired = keepOld ? [current, ...retired] : [];
      current = await createKeySet();
    },
    breakJwks: (value) => {
      broken = value;
    },
    jwksFetches: () => fetches,
    close: () => closeServer(server),
  };
}
