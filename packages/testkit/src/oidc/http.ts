// The HTTP side of the test provider: discovery, a page to choose who one is, tokens with PKCE checked, user info, sign-out.
// It asks nobody for a password and lives on the loopback interface only.
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { idToken, logoutToken, type TokenKeys } from './tokens.ts';
import { CLIENT, type OidcPerson, type OidcSeen, type OidcState } from './types.ts';

interface Code {
  readonly query: URLSearchParams;
  readonly who: string;
  readonly authTime: number;
}

interface Parts {
  readonly url: () => string;
  readonly keys: TokenKeys;
  readonly state: OidcState;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };

const json = (body: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
const html = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test provider</title><link rel="icon" href="data:,">${body}</html>`,
});
const redirect = (location: string, cookie?: string): Answer => ({
  status: 302,
  headers: { location, ...(cookie === undefined ? {} : { 'set-cookie': cookie }) },
  body: '',
});

export function createOidcServer({ url, keys, state, now }: Parts): Server {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, { readonly who: string; readonly authTime: number }>();
  const accessTokens = new Map<string, string>();
  const seen = {
    authorizations: 0,
    tokens: 0,
    refreshes: 0,
    signOuts: [] as Record<string, string>[],
    lastAuthorization: {},
  } satisfies OidcSeen;

  function metadata(): unknown {
    return {
      issuer: url(),
      authorization_endpoint: `${url()}/authorize`,
      token_endpoint: `${url()}/token`,
      jwks_uri: `${url()}/jwks`,
      userinfo_endpoint: `${url()}/userinfo`,
      ...(state.offersSignOut ? { end_session_endpoint: `${url()}/sign-out` } : {}),
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256', ...(state.hostility === 'alg_none' ? ['none'] : [])],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  function authorize(query: URLSearchParams, cookies: string): Answer {
    seen.authorizations += 1;
    seen.lastAuthorization = Object.fromEntries(query);
    if (query.get('client_id') !== CLIENT.id || query.get('code_challenge_method') !== 'S256')
      return json({ error: 'invalid_request' }, 400);
    const [, who = '', at = '0'] = /test_provider=([^.;]+)\.(\d+)/.exec(cookies) ?? [];
    const maxAge = query.get('max_age');
    const isFresh = maxAge === null || now() / 1000 - Number(at) <= Number(maxAge);
    if (state.people[who] !== undefined && isFresh) return returned(query, who, Number(at));
    const buttons = Object.keys(state.people).map((name) => {
      const target = new URLSearchParams({ ...Object.fromEntries(query), as: name });
      return `<p><a href="/sign-in?${target.toString().replaceAll('&', '&amp;')}">Sign in as ${name}</a></p>`;
    });
    return html(`<main><h1>Who are you?</h1>${buttons.join('')}</main>`);
  }
  function signIn(query: URLSearchParams): Answer {
    const who = query.get('as') ?? '';
    if (state.people[who] === undefined) return json({ error: 'nobody' }, 400);
    const at = Math.floor(now() / 1000);
    const answer = returned(query, who, at);
    return redirect(
      answer.headers?.['location'] ?? '/',
      `test_provider=${who}.${at}; Path=/; HttpOnly; SameSite=Lax`,
    );
  }
  function returned(query: URLSearchParams, who: string, authTime: number): Answer {
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('state', query.get('state') ?? '');
    if (state.hostility !== 'no_issuer_in_response')
      back.searchParams.set(
        'iss',
        state.hostility === 'other_issuer_in_response' ? 'https://other.example' : url(),
      );
    if (state.hostility === 'denies') {
      back.searchParams.set('error', 'access_denied');
      return redirect(back.href);
    }
    const code = randomBytes(24).toString('base64url');
    codes.set(code, { query, who, authTime });
    back.searchParams.set('code', code);
    return redirect(back.href);
  }

  async function token(form: URLSearchParams, authorization: string): Promise<Answer> {
    seen.tokens += 1;
    const given = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
    const [id = '', secret = ''] = given
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    if (state.hostility === 'refuses_client' || id !== CLIENT.id || secret !== CLIENT.secret)
      return json({ error: 'invalid_client' }, 401);
    if (form.get('grant_type') === 'refresh_token') return refresh(form.get('refresh_token') ?? '');
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isOwn =
      code?.query.get('code_challenge') === challenge &&
      code.query.get('redirect_uri') === form.get('redirect_uri');
    if (code === undefined || !isOwn) return json({ error: 'invalid_grant' }, 400);
    return tokens(code.who, code.authTime, code.query.get('nonce'));
  }
  function refresh(refreshToken: string): Promise<Answer> | Answer {
    seen.refreshes += 1;
    const held = refreshTokens.get(refreshToken);
    refreshTokens.delete(refreshToken);
    if (held === undefined || state.refresh === 'revoked' || state.people[held.who] === undefined)
      return json({ error: 'invalid_grant' }, 400);
    return tokens(held.who, held.authTime, null);
  }
  async function tokens(who: string, authTime: number, nonce: string | null): Promise<Answer> {
    const person = state.people[who];
    if (person === undefined) return json({ error: 'invalid_grant' }, 400);
    const access = randomBytes(24).toString('base64url');
    accessTokens.set(access, who);
    const renewed = randomBytes(24).toString('base64url');
    if (state.refresh === 'given') refreshTokens.set(renewed, { who, authTime });
    const at = Math.floor(now() / 1000);
    return json({
      access_token: access,
      token_type: 'Bearer',
      expires_in: 300,
      ...(state.refresh === 'given' ? { refresh_token: renewed } : {}),
      ...(state.hostility === 'no_id_token'
        ? {}
        : {
            id_token: await idToken({
              state,
              keys,
              issuer: url(),
              person: told(person),
              authTime,
              nonce,
              at,
            }),
          }),
    });
  }
  function told({ sub, claims }: OidcPerson): OidcPerson {
    const { groups: _, ...rest } = claims;
    return { sub, claims: state.groupsIn === 'id_token' ? claims : rest };
  }
  function userInfo(authorization: string): Answer {
    const person = state.people[accessTokens.get(authorization.replace(/^Bearer /, '')) ?? ''];
    return person === undefined
      ? json({ error: 'invalid_token' }, 401)
      : json({ sub: person.sub, ...person.claims });
  }
  function signOut(query: URLSearchParams): Answer {
    seen.signOuts.push(Object.fromEntries(query));
    return redirect(query.get('post_logout_redirect_uri') ?? '/', 'test_provider=; Path=/; Max-Age=0');
  }

  async function answer(request: IncomingMessage, at: URL): Promise<Answer> {
    const body = new URLSearchParams(await bodyOf(request));
    const { authorization = '', cookie = '' } = request.headers;
    if (at.pathname === '/control') {
      const change = body.get('change');
      if (change !== null) Object.assign(state, JSON.parse(change));
      return json({ state, seen });
    }
    if (at.pathname === '/logout-token') {
      const claims = JSON.parse(body.get('claims') ?? '{}') as Record<string, unknown>;
      return json({
        token: await logoutToken({
          keys,
          issuer: url(),
          at: Math.floor(now() / 1000),
          claims,
          hostility: state.hostility,
        }),
      });
    }
    if (state.hostility === 'away') return { status: 503, body: 'away' };
    if (state.hostility === 'endless_answer') return json({ filler: 'x'.repeat(2 * 1024 * 1024) });
    switch (`${request.method} ${at.pathname}`) {
      case 'GET /.well-known/openid-configuration':
        return json(metadata());
      case 'GET /jwks':
        return json(keys.jwks);
      case 'GET /authorize':
        return authorize(at.searchParams, cookie);
      case 'GET /sign-in':
        return signIn(at.searchParams);
      case 'POST /token':
        return token(body, authorization);
      case 'GET /userinfo':
        return userInfo(authorization);
      case 'GET /sign-out':
        return signOut(at.searchParams);
      default:
        return { status: 404, body: '' };
    }
  }
  return createServer((request, response) => {
    void answer(request, new URL(request.url ?? '/', url())).then(
      (said) => write(response, said),
      (error: unknown) => write(response, { status: 500, body: String(error) }),
    );
  });
}

function write(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
