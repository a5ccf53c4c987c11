// One person is one person, however they come; what the provider said has an end; what matters asks for a fresh sign-in.
import { OIDC_CLIENT, type OidcProvider } from '@countersign/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Session, Settings } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { type BrowserTab, openTab } from '../../testing/browser-tab.ts';
import { recordCall } from '../../testing/recorded-calls.ts';
import { requestApproval } from '../../testing/requested-approvals.ts';
import {
  oidcSettings,
  person,
  SECRET_VARIABLE,
  signIn,
  startPeople,
  whereTo,
} from '../../testing/signed-in.ts';

const MINUTE = 60_000;
const people = {
  anne: person('anne', ['approvers'], 'anne@corp.example'),
  bert: person('bert', ['approvers'], 'bert@corp.example'),
  fay: person('fay', ['approvers'], 'fiona@example.com'),
  ada: person('ada', ['admins']),
};

let provider: OidcProvider;
let admin: AdminUnderTest;
let tab: BrowserTab;
beforeAll(async () => {
  provider = await startPeople(people);
});
afterAll(() => provider?.stop());
beforeEach(async () => {
  admin = await startAdmin({ oidc: oidcSettings(provider.url) });
  tab = openTab(admin);
});
afterEach(async () => {
  await admin.close();
  await provider.set({ hostility: 'none', people, refresh: 'given', groupsIn: 'id_token' });
});

const session = async (of = tab): Promise<Session> =>
  (await (await of.get('/api/v1/session')).json()) as Session;
const review = (of: BrowserTab, id: string, verdict: 'approve' | 'reject' = 'approve'): Promise<Response> =>
  of.send('POST', `/api/v1/approvals/${id}/reviews`, { verdict, reason: 'looked at it' });
const codeOf = async (response: Response): Promise<string> =>
  `${response.status} ${((await response.json()) as { error?: { code: string } }).error?.code ?? ''}`;
const apply = (manifests: string): Promise<Response> =>
  admin.request('/api/v1/apply', {
    method: 'POST',
    token: admin.adminToken,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ manifests }),
  });
const user = (name: string, spec: object): string =>
  JSON.stringify({ apiVersion: 'countersign.dev/v1alpha1', kind: 'User', metadata: { name }, spec });

describe('a person whom only the provider knows', () => {
  test('approves as a member of the groups that theirs stand for', async () => {
    await signIn(tab, provider, 'anne');
    const id = await requestApproval(admin);
    const response = await review(tab, id);
    expect(await response.json()).toMatchObject({
      state: 'approved',
      reviews: [{ reviewer: 'anne@corp.example', verdict: 'approve' }],
    });
    const last = await admin.store.readers.log.entry(admin.store.health().size - 1);
    const header = new TextDecoder().decode(last?.header);
    expect(header).toMatch(/"reviewer":"usr_[0-9a-f]{32}"/);
    expect(header).not.toContain('anne');
  });

  test('does not approve without a group, whatever their role', async () => {
    await signIn(tab, provider, 'ada');
    expect((await session()).user).toBe(`ada@${new URL(provider.url).host}`);
    expect(await codeOf(await review(tab, await requestApproval(admin)))).toBe('403 not_a_reviewer');
  });

  test('counts as long as what the provider said of them, and no longer', async () => {
    await signIn(tab, provider, 'anne');
    const names = () => [...admin.deps.registry.current().users.keys()];
    expect(names()).toContain('anne@corp.example');
    admin.advance(24 * 60 * MINUTE + 20_000);
    expect(names()).not.toContain('anne@corp.example');
  });

  test('is still the same person after a restart', async () => {
    await signIn(tab, provider, 'anne');
    const uid = admin.deps.registry.current().users.get('anne@corp.example')?.uid;
    const rows = await admin.store.readers.people.all();
    expect(rows).toMatchObject([{ uid, subject: 'anne', name: 'anne@corp.example', groups: ['finance'] }]);
  });

  test('is nobody any more to what they did, once the registry names them', async () => {
    await signIn(tab, provider, 'anne');
    const own = admin.deps.registry.current().users.get('anne@corp.example')?.uid;
    const oidc = { issuer: provider.url, subject: 'anne' };
    expect((await apply(user('anne', { email: 'a@example.com', groups: ['finance'], oidc }))).status).toBe(
      200,
    );
    const users = admin.deps.registry.current().users;
    expect(users.has('anne@corp.example')).toBe(false);
    expect(users.get('anne')?.uid).not.toBe(own);
    const { size } = admin.store.health();
    const answers = await Promise.all([1, 2, 3].map(() => tab.get('/api/v1/session')));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    // That it is over is on record once, however many find it so.
    await recordCall(admin.store);
    expect(admin.store.health().size - size).toBe(2);
    await signIn(tab, provider, 'anne');
    expect((await session()).user).toBe('anne');
  });
});

describe('one person', () => {
  test('with a token and a sign-in reviews once', async () => {
    const token = await admin.tokenFor('fiona', ['approver']);
    const withToken = openTab(admin);
    await withToken.send('POST', '/api/v1/session', undefined, { authorization: `Bearer ${token}` });
    await signIn(tab, provider, 'fay');
    expect([(await session()).user, (await session(withToken)).user]).toEqual(['fiona', 'fiona']);
    const id = await requestApproval(admin, { quorum: 2 });
    expect((await review(withToken, id)).status).toBe(200);
    expect(await codeOf(await review(tab, id))).toBe('409 already_reviewed');
  });

  test.each(['anne@corp.example', 'anne'])(
    'does not approve what was asked for on their behalf, as `%s`',
    async (subject) => {
      await signIn(tab, provider, 'anne');
      const id = await requestApproval(admin, { subject });
      expect(await codeOf(await review(tab, id))).toBe('403 not_a_reviewer');
    },
  );
});

describe('a session', () => {
  test('ends for want of use, and at the latest after its time', async () => {
    await signIn(tab, provider, 'anne');
    for (let used = 0; used < 7; used++) {
      admin.advance(59 * MINUTE);
      expect((await tab.get('/api/v1/session')).status).toBe(200);
    }
    admin.advance(60 * MINUTE);
    expect((await tab.get('/api/v1/session')).status).toBe(401);
    await signIn(tab, provider, 'anne');
    admin.advance(60 * MINUTE);
    expect((await tab.get('/api/v1/session')).status).toBe(401);
  });

  test('is a short one where the provider gives no refresh token', async () => {
    await provider.set({ refresh: 'withheld' });
    await signIn(tab, provider, 'anne');
    const { signedInAt, expiresAt } = await session();
    expect(Date.parse(expiresAt ?? '') - Date.parse(signedInAt ?? '')).toBe(60 * MINUTE);
  });

  test('goes on while the provider says the same, which it is asked now and then', async () => {
    await signIn(tab, provider, 'anne');
    const { refreshes } = await provider.seen();
    await tab.get('/api/v1/session');
    expect((await provider.seen()).refreshes).toBe(refreshes);
    admin.advance(11 * MINUTE);
    const answers = await Promise.all([1, 2, 3].map(() => tab.get('/api/v1/session')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await provider.seen()).refreshes).toBe(refreshes + 1);
  });

  test.each([
    ['refuses to renew it', { refresh: 'revoked' }],
    ['does not know the person any more', { people: {} }],
    [
      'names other groups',
      { people: { ...people, anne: person('anne', ['watchers'], 'anne@corp.example') } },
    ],
    ['renews it for somebody else', { hostility: 'other_person_on_refresh' }],
  ] as const)('ends when the provider %s', async (_what, change) => {
    await signIn(tab, provider, 'anne');
    await provider.set(change);
    admin.advance(11 * MINUTE);
    expect((await tab.get('/api/v1/session')).status).toBe(401);
    const last = await admin.store.readers.log.entry(admin.store.health().size - 1);
    expect(new TextDecoder().decode(last?.header)).toContain('session_closed');
  });

  test('outlives a short absence of the provider, and no long one', async () => {
    await signIn(tab, provider, 'anne');
    await provider.set({ hostility: 'away' });
    admin.advance(11 * MINUTE);
    expect((await tab.get('/api/v1/session')).status).toBe(200);
    admin.advance(10 * MINUTE);
    expect((await tab.get('/api/v1/session')).status).toBe(401);
  });

  test('learns groups where the provider tells them only to whoever asks', async () => {
    await provider.set({ groupsIn: 'userinfo' });
    await signIn(tab, provider, 'anne');
    expect((await session()).roles).toEqual(['viewer', 'approver']);
  });
});

describe('approving a call of high risk', () => {
  test('needs a sign-in of late, and rejecting it does not', async () => {
    await signIn(tab, provider, 'anne');
    const id = await requestApproval(admin);
    admin.advance(16 * MINUTE);
    expect(await codeOf(await review(tab, id))).toBe('403 fresh_sign_in_required');
    expect(whereTo(await signIn(tab, provider, 'anne', '?fresh=true'))).toBe('302 /#sign-in=done');
    expect((await provider.seen()).lastAuthorization).not.toHaveProperty('prompt');
  });

  test('asks the provider how long ago, and does not believe one that does not ask', async () => {
    const asked = new URL(
      (await tab.get('/api/v1/session/oidc/start?fresh=true')).headers.get('location') ?? '',
    );
    expect(asked.searchParams.get('max_age')).toBe('900');
    await provider.set({ hostility: 'old_auth_time' });
    expect(whereTo(await signIn(tab, provider, 'anne', '?fresh=true'))).toBe('302 /#sign-in=too_long_ago');
  });

  test('is asked of a token’s session as well, and not of a token that comes with its request', async () => {
    const token = await admin.tokenFor('fiona', ['approver']);
    await tab.send('POST', '/api/v1/session', undefined, { authorization: `Bearer ${token}` });
    admin.advance(16 * MINUTE);
    const id = await requestApproval(admin);
    expect(await codeOf(await review(tab, id))).toBe('403 fresh_sign_in_required');
    const bare = openTab(admin);
    const response = await bare.send(
      'POST',
      `/api/v1/approvals/${id}/reviews`,
      { verdict: 'approve', reason: 'seen' },
      { authorization: `Bearer ${token}` },
    );
    expect(response.status).toBe(200);
  });
});

describe('the token of the first start', () => {
  test('stays good where people sign in by the provider, and its use is told', async () => {
    expect((await admin.request('/api/v1/session', { token: admin.adminToken })).status).toBe(200);
    expect((await admin.request('/api/v1/session', { token: admin.adminToken })).status).toBe(200);
    expect(admin.told.filter((line) => line.includes('built-in user'))).toHaveLength(1);
    await tab.send('POST', '/api/v1/session', undefined, { authorization: `Bearer ${admin.adminToken}` });
    expect((await session()).breakGlass).toBe(true);
    expect(admin.told.filter((line) => line.includes('opened a session'))).toHaveLength(1);
  });
});

describe('the settings', () => {
  test('are told to administrators, without any secret', async () => {
    await signIn(tab, provider, 'ada');
    const text = await (await tab.get('/api/v1/settings')).text();
    expect(text).not.toContain(OIDC_CLIENT.secret);
    expect(text).not.toContain(SECRET_VARIABLE);
    const settings = JSON.parse(text) as Settings;
    expect(settings.signIn.oidc).toMatchObject({
      issuer: provider.url,
      clientSecret: 'env',
      redirectUri: 'http://127.0.0.1:4180/api/v1/session/oidc/callback',
      roles: [
        { group: 'watchers', roles: ['viewer'] },
        { group: 'approvers', roles: ['viewer', 'approver'] },
        { group: 'admins', roles: ['admin'] },
      ],
      state: 'ready',
    });
    expect(settings).toMatchObject({ keys: { payloadKey: 'data folder' }, retention: { headers: 'never' } });
    expect(
      (await admin.request('/api/v1/settings', { token: await admin.tokenFor('omar', ['viewer']) })).status,
    ).toBe(403);
  });
});
