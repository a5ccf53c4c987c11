// Signing out at the provider ends sessions here, by its own word and nobody else's.
import type { OidcProvider } from '@countersign/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { type BrowserTab, openTab } from '../../testing/browser-tab.ts';
import { oidcSettings, person, signIn, startSignIn } from '../../testing/signed-in.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const people = {
  wanda: person('wanda', ['watchers'], 'wanda@corp.example', { sid: 'session-1' }),
  elsewhere: person('wanda', ['watchers'], 'wanda@corp.example', { sid: 'session-2' }),
  anne: person('anne', ['approvers'], 'anne@corp.example'),
};

let provider: OidcProvider;
let admin: AdminUnderTest;
const tabs = {
  wanda: null as BrowserTab | null,
  elsewhere: null as BrowserTab | null,
  anne: null as BrowserTab | null,
};
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ provider, admin, stop } = await startSignIn(people));
});
afterAll(() => stop?.());
beforeEach(async () => {
  for (const who of ['wanda', 'elsewhere', 'anne'] as const) {
    const tab = openTab(admin);
    await signIn(tab, provider, who);
    tabs[who] = tab;
  }
});
afterEach(() => provider.set({ hostility: 'none' }));

const logOut = (token: string, at = admin): Promise<Response> =>
  at.request('/api/v1/session/oidc/logout', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: token }).toString(),
  });
const areIn = async (): Promise<string> => {
  const all = await Promise.all(
    Object.entries(tabs).map(async ([who, tab]) => [
      who,
      (await tab?.get('/api/v1/session'))?.status === 200,
    ]),
  );
  return all.flatMap(([who, isIn]) => (isIn === true ? [who] : [])).join(' ');
};

test('a person who signed out there is out here, everywhere, and that is an entry', async () => {
  const response = await logOut(await provider.logoutToken({ sub: 'wanda' }));
  expect([response.status, response.headers.get('cache-control'), admin.turnedAway]).toEqual([
    200,
    'no-store',
    [],
  ]);
  expect(await areIn()).toBe('anne');
  const last = await admin.store.readers.log.entry(admin.store.health().size - 1);
  const detail = JSON.parse(new TextDecoder().decode(last?.details[0]?.value)) as unknown;
  expect(detail).toMatchObject({ user: 'wanda@corp.example', why: 'they signed out at the provider' });
});

test('a session that is named ends, and the others of the same person do not', async () => {
  expect((await logOut(await provider.logoutToken({ sub: 'wanda', sid: 'session-2' }))).status).toBe(200);
  expect(await areIn()).toBe('wanda anne');
  expect((await logOut(await provider.logoutToken({ sid: 'session-1' }))).status).toBe(200);
  expect(await areIn()).toBe('anne');
  // Of somebody whose session the provider never named, all end.
  expect((await logOut(await provider.logoutToken({ sub: 'anne', sid: 'session-9' }))).status).toBe(200);
  expect(await areIn()).toBe('');
});

test('a session named for another person ends nothing', async () => {
  expect((await logOut(await provider.logoutToken({ sub: 'anne', sid: 'session-1' }))).status).toBe(200);
  expect(await areIn()).toBe('wanda elsewhere');
});

test('a token counts once', async () => {
  const token = await provider.logoutToken({ sub: 'wanda' });
  expect((await logOut(token)).status).toBe(200);
  await signIn(tabs.wanda ?? openTab(admin), provider, 'wanda');
  expect((await logOut(token)).status).toBe(400);
  expect(await areIn()).toBe('wanda anne');
});

test.each([
  ['of another issuer', { iss: 'https://other.example' }],
  ['for another client', { aud: 'another-client' }],
  ['with a nonce, as an ID token has', { nonce: 'n' }],
  ['without the event', { events: null }],
  ['with another event', { events: { 'https://other.example/event': {} } }],
  ['with an event that is no object', { events: { [EVENT]: true } }],
  ['about nobody', { sub: null }],
  ['without an id', { jti: null }],
  ['without a time', { iat: null }],
  ['without an end', { exp: null }],
  ['that has ended', { exp: 1_700_000_000 }],
  ['that is old', { iat: Math.floor(Date.now() / 1000) - 600 }],
])('a token %s ends nothing', async (_, claims) => {
  expect((await logOut(await provider.logoutToken({ sub: 'wanda', ...claims }))).status).toBe(400);
  expect(await areIn()).toBe('wanda elsewhere anne');
});

test('what another key signed, and what is no token, end nothing', async () => {
  await provider.set({ hostility: 'other_key' });
  expect((await logOut(await provider.logoutToken({ sub: 'wanda' }))).status).toBe(400);
  expect((await logOut('x.y.z')).status).toBe(400);
  expect((await logOut('')).status).toBe(400);
  expect(await areIn()).toBe('wanda elsewhere anne');
  expect(admin.turnedAway.some((why) => why.startsWith('logout token: '))).toBe(true);
});

test('whoever sends more than a token takes none of the time of others', async () => {
  const response = await admin.request('/api/v1/session/oidc/logout', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a&'.repeat(50_000),
  });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ error: { code: 'request_too_large' } });
});

test('where the keys of the provider cannot be had, it is to send the token again', async () => {
  const other = await startAdmin({ oidc: oidcSettings(provider.url) });
  try {
    const tab = openTab(other);
    await signIn(tab, provider, 'wanda');
    const token = await provider.logoutToken({ sub: 'wanda' });
    await provider.set({ hostility: 'away' });
    expect((await logOut(token, other)).status).toBe(503);
    await provider.set({ hostility: 'none' });
    expect((await logOut(token, other)).status).toBe(200);
    expect((await tab.get('/api/v1/session')).status).toBe(401);
  } finally {
    await other.close();
  }
});
