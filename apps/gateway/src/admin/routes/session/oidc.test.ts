import { OIDC_CLIENT, type OidcProvider } from '@countersign/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../client.ts';
import type { AdminUnderTest } from '../../testing/admin-under-test.ts';
import { type BrowserTab, openTab } from '../../testing/browser-tab.ts';
import { person, signIn, whereTo, startSignIn } from '../../testing/signed-in.ts';

let provider: OidcProvider;
let admin: AdminUnderTest;
let tab: BrowserTab;
const people = {
  wanda: person('wanda', ['watchers', 'unmapped'], 'wanda@corp.example'),
  nora: person('nora', ['unmapped'], 'nora@corp.example'),
  fay: person('fay', ['approvers'], 'fiona@example.com'),
  greta: person('greta', ['approvers'], 'greta@example.com'),
  mallory: person('mallory', ['approvers'], undefined, { email: 'fiona@example.com' }),
};

let stop: () => Promise<void>;
beforeAll(async () => {
  ({ provider, admin, stop } = await startSignIn(people));
});
afterAll(() => stop?.());
beforeEach(() => {
  tab = openTab(admin);
});
afterEach(() =>
  provider.set({ hostility: 'none', people, refresh: 'given', groupsIn: 'id_token', offersSignOut: true }),
);

const session = async (of = tab): Promise<Session> =>
  (await (await of.get('/api/v1/session')).json()) as Session;
const lastEntry = async (action: string) => {
  for (let index = admin.store.health().size - 1; index >= 0; index--) {
    const entry = await admin.store.readers.log.entry(index);
    const header = JSON.parse(new TextDecoder().decode(entry?.header)) as {
      kind: string;
      body: { action?: string };
    };
    if (header.kind !== 'admin.action' || header.body.action !== action) continue;
    const detail = new TextDecoder().decode(entry?.details[0]?.value);
    return { header: JSON.stringify(header), detail: JSON.parse(detail) as Record<string, unknown> };
  }
  throw new Error(`no entry says \`${action}\``);
};

describe('somebody who signs in by the provider', () => {
  test('comes back to where they were, with a session and no token', async () => {
    const response = await signIn(tab, provider, 'wanda', '?return=/approvals%3Ftab%3Dopen');
    expect(whereTo(response)).toBe('302 /approvals?tab=open#sign-in=done');
    expect([...tab.cookies.keys()]).toEqual(['__Host-countersign_session']);
    const [cookie] = tab.set.filter((line) => line.startsWith('__Host-countersign_session='));
    expect(cookie).toMatch(/^__Host-countersign_session=[\w-]{43};/);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(part);
    expect(cookie).not.toContain('Domain');
    expect(await session()).toMatchObject({
      user: 'wanda@corp.example',
      displayName: 'wanda of Corp',
      roles: ['viewer'],
      method: 'oidc',
      provider: 'Corp',
      breakGlass: false,
      idleMinutes: 60,
    });
  });

  test('is asked for by code with PKCE, state and nonce', async () => {
    const asked = new URL(
      (await openTab(admin).get('/api/v1/session/oidc/start')).headers.get('location') ?? '',
    );
    expect(asked.origin).toBe(provider.url);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: OIDC_CLIENT.id,
      redirect_uri: 'http://127.0.0.1:4180/api/v1/session/oidc/callback',
      scope: 'openid email offline_access',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });

  test('is an entry, whose header names nobody', async () => {
    await signIn(tab, provider, 'wanda');
    const { header, detail } = await lastEntry('session_opened');
    expect(header).not.toContain('wanda');
    expect(header).toMatch(/"user":"usr_[0-9a-f]{32}"/);
    expect(detail).toMatchObject({
      user: 'wanda@corp.example',
      by: 'oidc',
      issuer: provider.url,
      roles: ['viewer'],
    });
  });

  test('is the same person at the next sign-in, in a new session', async () => {
    await signIn(tab, provider, 'wanda');
    const first = await lastEntry('session_opened');
    const before = tab.cookies.get('__Host-countersign_session') ?? '';
    await signIn(tab, provider, 'wanda');
    expect(tab.cookies.get('__Host-countersign_session')).not.toBe(before);
    expect(JSON.parse((await lastEntry('session_opened')).header)).toMatchObject({
      body: (JSON.parse(first.header) as { body: object }).body,
    });
    const old = openTab(admin);
    old.cookies.set('__Host-countersign_session', before);
    expect((await old.get('/api/v1/session')).status).toBe(401);
    expect((await lastEntry('session_closed')).detail).toEqual({
      user: 'wanda@corp.example',
      by: 'oidc',
      why: 'signed in anew',
    });
  });

  test('is the registered User with the address that the provider vouches for', async () => {
    await signIn(tab, provider, 'fay');
    expect(await session()).toMatchObject({ user: 'fiona', roles: ['viewer', 'approver'] });
    expect((await lastEntry('session_opened')).header).toContain(
      admin.deps.registry.current().users.get('fiona')?.uid,
    );
  });

  test('may not do what their roles do not say', async () => {
    await signIn(tab, provider, 'wanda');
    expect((await tab.get('/api/v1/agents')).status).toBe(200);
    expect((await tab.get('/api/v1/settings')).status).toBe(403);
    expect((await tab.send('POST', '/api/v1/apply', { manifests: '' })).status).toBe(403);
  });

  test('changes nothing from another site’s page', async () => {
    await signIn(tab, provider, 'wanda');
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }])
      expect((await tab.send('DELETE', '/api/v1/session', undefined, headers)).status).toBe(403);
    expect((await tab.get('/api/v1/session')).status).toBe(200);
  });
});

describe('signing out', () => {
  test('ends the session, is an entry, and leads to the provider without a token', async () => {
    await signIn(tab, provider, 'wanda');
    const response = await tab.send('DELETE', '/api/v1/session');
    expect(response.status).toBe(200);
    const { providerSignOut } = (await response.json()) as { providerSignOut: string };
    const url = new URL(providerSignOut);
    expect(`${url.origin}${url.pathname}`).toBe(`${provider.url}/sign-out`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: OIDC_CLIENT.id,
      post_logout_redirect_uri: 'http://127.0.0.1:4180/',
    });
    expect((await tab.get('/api/v1/session')).status).toBe(401);
    expect((await lastEntry('session_closed')).detail).toMatchObject({
      user: 'wanda@corp.example',
      why: 'signed out',
    });
  });
});

describe('who is not let in', () => {
  test('has no group that gives a role', async () => {
    expect(whereTo(await signIn(tab, provider, 'nora'))).toBe('302 /#sign-in=no_role');
    expect(tab.cookies.size).toBe(0);
    expect(admin.turnedAway.at(-1)).toMatch(/^no_role: /);
  });

  test('is a registered User who is not active', async () => {
    expect(whereTo(await signIn(tab, provider, 'greta'))).toBe('302 /#sign-in=inactive');
  });

  test('says to be somebody whose address the provider does not vouch for', async () => {
    expect(whereTo(await signIn(tab, provider, 'mallory'))).toBe('302 /#sign-in=name_taken');
  });

  test('said no at the provider', async () => {
    await provider.set({ hostility: 'denies' });
    expect(whereTo(await signIn(tab, provider, 'wanda', '?return=/log'))).toBe('302 /log#sign-in=denied');
  });

  test('did not set out from this browser, or comes back twice', async () => {
    const out = await tab.get('/api/v1/session/oidc/start');
    const back = await provider.signIn(out.headers.get('location') ?? '', 'wanda');
    const path = `${back.pathname}${back.search}`;
    expect(whereTo(await openTab(admin).get(path))).toBe('302 /#sign-in=state_expired');
    const other = openTab(admin);
    await other.get('/api/v1/session/oidc/start');
    expect(whereTo(await other.get(path))).toBe('302 /#sign-in=state_expired');
    const again = openTab(admin);
    again.cookies.set('__Host-countersign_sign_in', tab.cookies.get('__Host-countersign_sign_in') ?? '');
    expect(whereTo(await tab.get(path))).toBe('302 /#sign-in=done');
    expect(whereTo(await again.get(path))).toBe('302 /#sign-in=state_expired');
  });

  test('brings a code that was used', async () => {
    const out = await tab.get('/api/v1/session/oidc/start');
    const used = await provider.signIn(out.headers.get('location') ?? '', 'wanda');
    await tab.get(`${used.pathname}${used.search}`);
    const own = openTab(admin);
    const mine = new URL((await own.get('/api/v1/session/oidc/start')).headers.get('location') ?? '');
    used.searchParams.set('state', mine.searchParams.get('state') ?? '');
    expect(whereTo(await own.get(`${used.pathname}${used.search}`))).toBe('302 /#sign-in=not_verified');
  });

  test('brings the code of somebody else’s sign-in', async () => {
    const theirs = await provider.signIn(
      (await tab.get('/api/v1/session/oidc/start')).headers.get('location') ?? '',
      'fay',
    );
    const own = openTab(admin);
    const mine = new URL((await own.get('/api/v1/session/oidc/start')).headers.get('location') ?? '');
    theirs.searchParams.set('state', mine.searchParams.get('state') ?? '');
    expect(whereTo(await own.get(`${theirs.pathname}${theirs.search}`))).toBe('302 /#sign-in=not_verified');
  });

  test.each([
    ['wrong_nonce', 'not_verified'],
    ['no_nonce', 'not_verified'],
    ['wrong_iss', 'not_verified'],
    ['wrong_aud', 'not_verified'],
    ['alg_none', 'not_verified'],
    ['other_key', 'not_verified'],
    ['expired', 'not_verified'],
    ['no_id_token', 'not_verified'],
    ['other_issuer_in_response', 'not_verified'],
    ['no_issuer_in_response', 'not_verified'],
    ['refuses_client', 'provider_error'],
  ] as const)('comes from a provider that errs or lies: %s', async (hostility, code) => {
    await provider.set({ hostility });
    expect(whereTo(await signIn(tab, provider, 'wanda'))).toBe(`302 /#sign-in=${code}`);
    expect((await tab.get('/api/v1/session')).status).toBe(401);
    expect(admin.turnedAway.at(-1)).toMatch(new RegExp(`^${code}: `));
  });

  test.each([
    ['//evil.example', '/'],
    ['https://evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['/calls?agent=x', '/calls?agent=x'],
  ])('is not led away by the way back: %s', async (given, path) => {
    const response = await signIn(tab, provider, 'wanda', `?return=${encodeURIComponent(given)}`);
    expect(whereTo(response)).toBe(`302 ${path}#sign-in=done`);
  });
});

describe('a sign-in that began at another name of this machine', () => {
  test('goes on at the one that the provider knows', async () => {
    const elsewhere = openTab(admin, 'http://localhost:4180');
    const response = await elsewhere.get('/api/v1/session/oidc/start?return=/log&fresh=true');
    expect(whereTo(response)).toBe(
      '302 http://127.0.0.1:4180/api/v1/session/oidc/start?return=%2Flog&moved=1&fresh=true',
    );
    expect(elsewhere.cookies.size).toBe(0);
  });
});
