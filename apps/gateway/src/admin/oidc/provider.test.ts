import { OIDC_CLIENT, type OidcProvider } from '@countersign/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { oidcSettings, person, startPeople } from '../testing/signed-in.ts';
import { createProvider, type Provider } from './provider.ts';

let server: OidcProvider;
let now = Date.now();
const told: string[] = [];
beforeAll(async () => {
  server = await startPeople({ anne: person('anne', ['a'], 'anne@corp.example') });
});
afterAll(() => server?.stop());
beforeEach(() => {
  told.length = 0;
  now = Date.now();
});
afterEach(() => server.set({ hostility: 'none', offersSignOut: true }));

const CONSOLE = 'https://console.example';
const provider = (more: Parameters<typeof oidcSettings>[1] = {}): Provider =>
  createProvider({
    config: oidcSettings(server.url, more),
    consoleUrl: CONSOLE,
    now: () => now,
    tell: (message) => void told.push(message),
  });
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'fine',
    (error: unknown) => (error as { readonly code?: unknown }).code,
  );

async function signedIn(of: Provider): Promise<unknown> {
  const challenge = of.challenge(null);
  const back = await server.signIn((await of.authorizationUrl(challenge)).href, 'anne');
  return of.exchange(back.searchParams, challenge);
}

describe('the provider', () => {
  test('is looked for when it is first needed', async () => {
    const found = provider();
    expect(found.status().state).toBe('unknown');
    expect((await found.look()).state).toBe('ready');
    expect(told).toEqual([]);
  });

  test('is away until it answers, and is not asked at every turn', async () => {
    await server.set({ hostility: 'away' });
    const found = provider();
    expect(await codeOf(found.authorizationUrl(found.challenge(null)))).toBe('provider_away');
    expect(found.status()).toMatchObject({ state: 'away', since: now });
    await server.set({ hostility: 'none' });
    expect(await codeOf(found.authorizationUrl(found.challenge(null)))).toBe('provider_away');
    expect(told).toHaveLength(1);
    now += 1001;
    expect(await codeOf(found.authorizationUrl(found.challenge(null)))).toBe('fine');
    expect(found.status()).toEqual({ state: 'ready', since: now, reason: null });
  });

  test('is waited for longer each time, and never longer than a minute', async () => {
    await server.set({ hostility: 'away' });
    const found = provider();
    for (const wait of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
      await found.look();
      const count = told.length;
      now += wait - 1;
      await found.look();
      expect(told).toHaveLength(count);
      now += 1;
    }
  });

  test.each([
    ['calls itself otherwise', { issuer: '' }, 'does not match the expected issuer'],
    ['answers without end', { hostility: 'endless_answer' }, 'larger than'],
  ] as const)('is not used that %s', async (_what, wrong, why) => {
    if ('hostility' in wrong) await server.set({ hostility: wrong.hostility });
    const issuer = 'issuer' in wrong ? server.url.replace('127.0.0.1', 'localhost') : server.url;
    const found = provider({ issuer });
    expect(await codeOf(found.authorizationUrl(found.challenge(null)))).toBe('provider_away');
    expect(found.status().reason).toContain(why);
  });

  test('is not used without the secret that is named, which is not told', async () => {
    const found = provider({ clientSecret: { env: 'COUNTERSIGN_TEST_NO_SUCH_VARIABLE' } });
    await found.look();
    expect(found.status().reason).toContain('`COUNTERSIGN_TEST_NO_SUCH_VARIABLE`'.replaceAll('`', "'"));
  });

  test('is believed in what it signed, also where it says that it signs nothing', async () => {
    await server.set({ hostility: 'alg_none' });
    expect(await codeOf(signedIn(provider()))).toBe('not_verified');
    await server.set({ hostility: 'none' });
    expect(await signedIn(provider())).toMatchObject({
      person: { subject: 'anne', name: 'anne@corp.example' },
    });
  });

  test('signs out where it has a place for that, without a token in the address', async () => {
    expect(await provider().signOutUrl()).toBe(
      `${server.url}/sign-out?post_logout_redirect_uri=https%3A%2F%2Fconsole.example%2F&client_id=${OIDC_CLIENT.id}`,
    );
    await server.set({ offersSignOut: false });
    expect(await provider().signOutUrl()).toBeNull();
  });
});
