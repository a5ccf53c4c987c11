// The OpenID provider, as the admin plane uses it: found at first use and again after it was away, asked over
// bounded requests, believed only in what it signed. The tokens that it gives stay in here and in sessions' memory.
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import type { OidcConfig } from '../../config/oidc.ts';
import { isLoopbackHost } from '../../config/fields.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { groupsOf, personOf, type ProviderPerson } from './claims.ts';
import { failureOf, isAway, reasonOf, SignInFailure } from './failure.ts';
import { createLogoutTokens, type Logout } from './logout-token.ts';

export interface ProviderAnswer {
  readonly person: ProviderPerson;
  /** Null where the provider gives none. */
  readonly refreshToken: string | null;
  /** Of the session at the provider; null where it names none. */
  readonly session: string | null;
}

export interface ProviderStatus {
  /** `unknown` until it was first asked. */
  readonly state: 'unknown' | 'ready' | 'away';
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Why it counts as away; null where it does not. */
  readonly reason: string | null;
}

/** What a sign-in sets out with, and must come back with. */
export interface Challenge {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Seconds; null: as the provider likes. */
  readonly maxAge: number | null;
}

/** Every method throws a SignInFailure. */
export interface Provider {
  status(): ProviderStatus;
  /** Asks for it where it is not known, unless that was just tried, and waits no longer than a page may. Never throws. */
  look(): Promise<ProviderStatus>;
  challenge(maxAge: number | null): Challenge;
  /** Where the person signs in. */
  authorizationUrl(challenge: Challenge): Promise<URL>;
  /** `query` is that of the address at which the person came back. */
  exchange(query: URLSearchParams, challenge: Challenge): Promise<ProviderAnswer>;
  /** What the provider says of the same person now; throws `not_verified` where it takes the token no longer. */
  renew(refreshToken: string, before: ProviderPerson): Promise<ProviderAnswer>;
  /** What a logout token says that somebody sent; throws `not_verified` for what is none. */
  logout(token: string): Promise<Logout>;
  /** Where the person signs out of the provider as well; null where it offers no such place. */
  signOutUrl(): Promise<string | null>;
}

export interface ProviderDeps {
  readonly config: OidcConfig;
  /** The console's address as people know it, without a trailing slash. */
  readonly consoleUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tell: (message: string) => void;
}

export const CALLBACK_PATH = '/api/v1/session/oidc/callback';

const TIMEOUT_SECONDS = 10;
/** What the provider says of itself is asked for again after this. */
const KNOWN_MS = 60 * 60 * 1000;
/** Whoever opens the sign-in page does not wait longer to hear how it stands. */
const LOOK_MS = 1500;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

export function createProvider({ config, consoleUrl, now, tell }: ProviderDeps): Provider {
  const redirectUri = `${consoleUrl}${CALLBACK_PATH}`;
  let known: { readonly client: oidc.Configuration; readonly at: number } | null = null;
  let pending: Promise<oidc.Configuration> | null = null;
  let failures = 0;
  let status: ProviderStatus = { state: 'unknown', since: now(), reason: null };
  let askAgainAt = 0;
  let keys: { readonly address: string; readonly get: JWTVerifyGetKey } | null = null;
  const { issuer, clientId, clockToleranceSeconds } = config;
  const logoutTokens = createLogoutTokens({ issuer, clientId, clockToleranceSeconds, now });

  function away(reason: string): void {
    failures += 1;
    askAgainAt = now() + Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
    status = { state: 'away', since: status.state === 'away' ? status.since : now(), reason };
    tell(`people cannot sign in by ${config.name}: ${reason}`);
  }
  function ready(): void {
    failures = 0;
    if (status.state !== 'ready') status = { state: 'ready', since: now(), reason: null };
  }

  async function discover(): Promise<oidc.Configuration> {
    try {
      const client = await discovered(config);
      known = { client, at: now() };
      ready();
      return client;
    } catch (fault) {
      const reason = `\`${config.issuer}\` cannot be used: ${reasonOf(fault)}`;
      away(reason);
      // Better what it said an hour ago than nobody who can sign in; each request to it fails by itself.
      if (known !== null && isAway(fault)) return known.client;
      throw new SignInFailure('provider_away', reason);
    }
  }
  function client(): Promise<oidc.Configuration> {
    if (known !== null && now() - known.at < KNOWN_MS) return Promise.resolve(known.client);
    if (status.state === 'away' && now() < askAgainAt)
      return known === null
        ? Promise.reject(new SignInFailure('provider_away', status.reason ?? ''))
        : Promise.resolve(known.client);
    pending ??= discover().finally(() => {
      pending = null;
    });
    return pending;
  }
  /** Talks to it, and remembers whether it answered. */
  async function asking<T>(ask: (client: oidc.Configuration) => Promise<T>): Promise<T> {
    const found = await client();
    try {
      const answer = await ask(found);
      ready();
      return answer;
    } catch (fault) {
      const failure = failureOf(fault);
      if (failure.code === 'provider_away') away(failure.message);
      throw failure;
    }
  }

  async function answerOf(
    found: oidc.Configuration,
    tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
    before: ProviderPerson | null,
  ): Promise<ProviderAnswer> {
    const claims = tokens.claims();
    const subject = claims?.sub ?? before?.subject;
    if (subject === undefined) throw new SignInFailure('not_verified', 'the provider sent no ID token');
    const said: Record<string, unknown> = { ...claims };
    // Some providers name groups, and addresses, only to whoever asks them about the person.
    const { userinfo_endpoint: userInfo } = found.serverMetadata();
    const isSilent = claims === undefined || groupsOf(claims, config.groupsClaim) === null;
    if (isSilent && userInfo !== undefined) {
      const info = await oidc.fetchUserInfo(found, tokens.access_token, subject);
      for (const [claim, value] of Object.entries(info)) if (!Object.hasOwn(said, claim)) said[claim] = value;
    }
    const isNothingNew = claims === undefined && userInfo === undefined;
    const person =
      isNothingNew && before !== null
        ? before
        : personOf({ ...said, iss: found.serverMetadata().issuer, sub: subject }, config);
    const session = claims?.['sid'];
    return {
      person,
      refreshToken: tokens.refresh_token ?? null,
      session: typeof session === 'string' ? session : null,
    };
  }

  return {
    status: () => status,
    async look() {
      const looked = new AbortController();
      const patience = setTimeout(LOOK_MS, undefined, { ref: false, signal: looked.signal });
      await Promise.race([client(), patience]).catch(() => undefined);
      looked.abort();
      return status;
    },
    challenge: (maxAge) => ({
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      maxAge,
    }),
    async authorizationUrl({ state, nonce, verifier, maxAge }) {
      const found = await client();
      return oidc.buildAuthorizationUrl(found, {
        ...config.authorizationParameters,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: config.scopes.join(' '),
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(maxAge === null ? {} : { max_age: String(maxAge) }),
      });
    },
    exchange: (query, { state, nonce, verifier, maxAge }) =>
      asking(async (found) => {
        // The address as the provider knows it, whatever a proxy made of it on the way here.
        const returned = new URL(redirectUri);
        returned.search = query.toString();
        const tokens = await oidc.authorizationCodeGrant(found, returned, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
          ...(maxAge === null ? {} : { maxAge }),
        });
        return answerOf(found, tokens, null);
      }),
    renew: (refreshToken, before) =>
      asking(async (found) => {
        const tokens = await oidc.refreshTokenGrant(found, refreshToken);
        const answer = await answerOf(found, tokens, before);
        if (answer.person.subject !== before.subject)
          throw new SignInFailure('not_verified', 'the provider renewed the sign-in of another person');
        return answer;
      }),
    logout: (token) =>
      asking(async (found) => {
        const { jwks_uri: address = '' } = found.serverMetadata();
        if (keys?.address !== address) keys = { address, get: remoteKeys(address) };
        return logoutTokens.read(token, keys.get);
      }),
    async signOutUrl() {
      const found = await client().catch(() => null);
      if (found?.serverMetadata().end_session_endpoint === undefined) return null;
      // WHY no `id_token_hint`: it would hand the ID token to the browser; the provider asks the person instead.
      return oidc.buildEndSessionUrl(found, { post_logout_redirect_uri: `${consoleUrl}/` }).href;
    },
  };
}

/** Fetched when first needed, and again for a key that is not among them, at most every half minute. */
function remoteKeys(address: string): JWTVerifyGetKey {
  const get = createRemoteJWKSet(new URL(address), {
    timeoutDuration: TIMEOUT_SECONDS * 1000,
    [customFetch]: (url, { headers, signal }) =>
      boundedFetch(url, {
        method: 'GET',
        redirect: 'manual',
        body: undefined,
        headers: Object.fromEntries(headers),
        signal,
      }),
  });
  return (header, token) =>
    get(header, token).catch((fault: unknown) => {
      const isOfToken =
        fault instanceof errors.JWKSNoMatchingKey || fault instanceof errors.JWKSMultipleMatchingKeys;
      // A provider sends a token that was refused no second time: only what is wrong with it may refuse it.
      throw isOfToken ? fault : new SignInFailure('provider_away', reasonOf(fault));
    });
}

async function discovered(config: OidcConfig): Promise<oidc.Configuration> {
  const issuer = new URL(config.issuer);
  const isPlain = issuer.protocol === 'http:';
  const secret = await secretOf(config);
  const client = await oidc.discovery(
    issuer,
    config.clientId,
    { [oidc.clockTolerance]: config.clockToleranceSeconds },
    authentication(secret),
    {
      timeout: TIMEOUT_SECONDS,
      [oidc.customFetch]: boundedFetch,
      // Verifies the signature of ID tokens, although they come over a connection of our own.
      execute: [oidc.enableNonRepudiationChecks, ...(isPlain ? [oidc.allowInsecureRequests] : [])],
    },
  );
  const metadata = client.serverMetadata();
  if (metadata.issuer !== config.issuer)
    throw new Error(`it calls itself \`${metadata.issuer}\`: write \`adminPlane.oidc.issuer\` exactly so`);
  requirePrivateEndpoints(metadata);
  return client;
}

/** http is as good as https on this machine, and nowhere else. */
function requirePrivateEndpoints(metadata: oidc.ServerMetadata): void {
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint, end_session_endpoint } =
    metadata;
  if (authorization_endpoint === undefined || token_endpoint === undefined || jwks_uri === undefined)
    throw new Error('it names no `authorization_endpoint`, `token_endpoint` or `jwks_uri`');
  for (const endpoint of [
    authorization_endpoint,
    token_endpoint,
    jwks_uri,
    userinfo_endpoint,
    end_session_endpoint,
  ]) {
    const url = endpoint === undefined ? null : URL.parse(endpoint);
    if (endpoint !== undefined && url === null) throw new Error(`it names an endpoint that is no URL`);
    if (
      url !== null &&
      url.protocol !== 'https:' &&
      !(url.protocol === 'http:' && isLoopbackHost(url.hostname))
    )
      throw new Error(`it names an endpoint at \`${url.origin}\`, which is not https`);
  }
}

/** As the provider takes it: in a header where it does not say otherwise (RFC 6749 section 2.3.1). */
function authentication(secret: string | null): oidc.ClientAuth {
  if (secret === null) return oidc.None();
  const [basic, post] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const isPost = !taken.includes('client_secret_basic') && taken.includes('client_secret_post');
    return (isPost ? post : basic)(server, client, body, headers);
  };
}

async function secretOf({ clientSecret }: OidcConfig): Promise<string | null> {
  if (clientSecret === null) return null;
  const where =
    'env' in clientSecret
      ? `the environment variable \`${clientSecret.env}\``
      : `the file \`${clientSecret.file}\``;
  const found =
    'env' in clientSecret
      ? process.env[clientSecret.env]
      : await readFile(clientSecret.file, 'utf8').catch(() => undefined);
  const secret = found?.trim() ?? '';
  if (secret === '')
    throw new Error(`${where}, where the client’s secret should be, holds nothing that can be read`);
  return secret;
}
