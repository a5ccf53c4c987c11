// Whoever loses their access is told of nothing that was recorded after it, however long their stream was open already.
import type { OidcProvider } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionList, TokenList } from '../../client.ts';
import type { AdminUnderTest } from '../../testing/admin-under-test.ts';
import { type BrowserTab, openTab } from '../../testing/browser-tab.ts';
import { type EventReader, readEvents } from '../../testing/event-reader.ts';
import { recordCall } from '../../testing/recorded-calls.ts';
import { person, signIn, startSignIn } from '../../testing/signed-in.ts';

const people = { wanda: person('wanda', ['watchers'], 'wanda@corp.example') };
const STREAM = '/api/v1/calls/stream';

let provider: OidcProvider;
let admin: AdminUnderTest;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ provider, admin, stop } = await startSignIn(people));
});
afterAll(() => stop?.());

async function sessionOf(token: string): Promise<BrowserTab> {
  const tab = openTab(admin);
  await tab.send('POST', '/api/v1/session', undefined, { authorization: `Bearer ${token}` });
  return tab;
}
const operate = (path: string, body: object): Promise<Response> =>
  admin.request(path, {
    method: 'POST',
    token: admin.adminToken,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const asked = async <T>(path: string): Promise<T> =>
  (await (await admin.request(path, { token: admin.adminToken })).json()) as T;

const OVER = 'told, and then over';
/** What a stream tells before and after `lose` was called. */
async function toldBy(stream: EventReader, lose: () => Promise<unknown>): Promise<string> {
  const { index } = await recordCall(admin.store);
  const [before] = await stream.take(1);
  await lose();
  await recordCall(admin.store);
  const after = await stream.take(1).catch((error: unknown) => String(error));
  if (before?.index === index && after === 'Error: the stream ended') return OVER;
  return JSON.stringify({ before, after });
}

test('a token that was revoked ends its stream, and that of a session which it opened', async () => {
  const token = await admin.tokenFor('fiona', ['viewer']);
  const streams = [
    readEvents(await admin.request(STREAM, { token })),
    readEvents(await (await sessionOf(token)).get(STREAM)),
  ];
  await recordCall(admin.store);
  for (const stream of streams) expect(await stream.take(1)).toHaveLength(1);
  const { tokens } = await asked<TokenList>('/api/v1/tokens');
  const id = tokens.find(({ user, state }) => user === 'fiona' && state === 'good')?.id ?? '';
  expect((await operate(`/api/v1/tokens/${id}/revoke`, { reason: 'was mailed around' })).status).toBe(204);
  await recordCall(admin.store);
  for (const stream of streams) await expect(stream.take(1)).rejects.toThrow('the stream ended');
});

test('a session that was ended from elsewhere ends its stream', async () => {
  const tab = await sessionOf(await admin.tokenFor('fiona', ['viewer']));
  expect(
    await toldBy(readEvents(await tab.get(STREAM)), async () => {
      const { sessions } = await asked<SessionList>('/api/v1/sessions');
      for (const { id } of sessions.filter(({ user }) => user === 'fiona'))
        await admin.request(`/api/v1/sessions/${id}`, { method: 'DELETE', token: admin.adminToken });
    }),
  ).toBe(OVER);
});

test('a session that made room for another of the same person ends its stream', async () => {
  const token = await admin.tokenFor('fiona', ['viewer']);
  const stream = readEvents(await (await sessionOf(token)).get(STREAM));
  expect(
    await toldBy(stream, async () => {
      for (let count = 0; count < 20; count += 1) await sessionOf(token);
    }),
  ).toBe(OVER);
});

test('a person who is not active any more is told no more', async () => {
  const uma = async (active: boolean): Promise<void> => {
    const metadata = { name: 'uma' };
    const spec = { email: 'uma@example.com', active };
    const manifest = { apiVersion: 'countersign.dev/v1alpha1', kind: 'User', metadata, spec };
    expect((await operate('/api/v1/apply', { manifests: JSON.stringify(manifest) })).status).toBe(200);
  };
  await uma(true);
  const token = await admin.tokenFor('uma', ['viewer']);
  const stream = readEvents(await admin.request(STREAM, { token }));
  expect(await toldBy(stream, () => uma(false))).toBe(OVER);
});

test('somebody who signed out at the provider is told no more', async () => {
  const tab = openTab(admin);
  await signIn(tab, provider, 'wanda');
  expect(
    await toldBy(readEvents(await tab.get(STREAM)), async () =>
      admin.request('/api/v1/session/oidc/logout', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          logout_token: await provider.logoutToken({ sub: 'wanda' }),
        }).toString(),
      }),
    ),
  ).toBe(OVER);
});

test('somebody of whom the provider says something else is told no more', async () => {
  const tab = openTab(admin);
  await signIn(tab, provider, 'wanda');
  expect(
    await toldBy(readEvents(await tab.get(STREAM)), async () => {
      await provider.set({ people: { wanda: person('wanda', ['approvers'], 'wanda@corp.example') } });
      admin.advance(11 * 60_000);
    }),
  ).toBe(OVER);
});

test('a session that was not used for too long ends its stream', async () => {
  const stream = readEvents(await (await sessionOf(await admin.tokenFor('fiona', ['viewer']))).get(STREAM));
  expect(await toldBy(stream, async () => admin.advance(61 * 60_000))).toBe(OVER);
});
