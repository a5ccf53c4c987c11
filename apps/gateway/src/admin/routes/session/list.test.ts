// Open sessions, and signing out of one from elsewhere.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SessionList } from '../../client.ts';
import { createAdminApp } from '../../app.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { type BrowserTab, openTab } from '../../testing/browser-tab.ts';

let admin: AdminUnderTest;
let fiona: BrowserTab;
let omar: BrowserTab;
let operator: BrowserTab;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());
beforeEach(async () => {
  fiona = await signedIn(await admin.tokenFor('fiona', ['approver']));
  omar = await signedIn(await admin.tokenFor('omar', ['viewer']));
  operator = await signedIn(admin.adminToken);
});

async function signedIn(token: string): Promise<BrowserTab> {
  const tab = openTab(admin);
  await tab.send('POST', '/api/v1/session', undefined, { authorization: `Bearer ${token}` });
  return tab;
}

const list = async (tab: BrowserTab): Promise<SessionList['sessions']> =>
  ((await (await tab.get('/api/v1/sessions')).json()) as SessionList).sessions;
const currentOf = async (tab: BrowserTab): Promise<string> =>
  (await list(tab)).find(({ current }) => current)?.id ?? '';
const isIn = async (tab: BrowserTab): Promise<boolean> => (await tab.get('/api/v1/session')).status === 200;

test('everybody sees their own, an admin all, and nobody what a cookie holds', async () => {
  expect(new Set((await list(fiona)).map(({ user }) => user))).toEqual(new Set(['fiona']));
  const all = await list(operator);
  expect(new Set(all.map(({ user }) => user))).toEqual(new Set(['fiona', 'omar', 'admin']));
  expect(all.filter(({ current }) => current)).toHaveLength(1);
  for (const value of fiona.cookies.values()) expect(JSON.stringify(all)).not.toContain(value);
});

test('one’s own is signed out from another browser, and that is an entry', async () => {
  const other = await signedIn(await admin.tokenFor('fiona', ['approver']));
  const id = await currentOf(other);
  expect((await fiona.send('DELETE', `/api/v1/sessions/${id}`)).status).toBe(204);
  expect([await isIn(other), await isIn(fiona)]).toEqual([false, true]);
  const last = await admin.store.readers.log.entry(admin.store.health().size - 1);
  const detail = new TextDecoder().decode(last?.details[0]?.value);
  expect(JSON.parse(detail)).toMatchObject({ user: 'fiona', why: 'signed out from elsewhere' });
});

test('a session that is ended twice at once is over, and on record, once', async () => {
  const id = await currentOf(omar);
  const before = admin.store.health().size;
  const paths = [`/api/v1/sessions/${id}`, `/api/v1/sessions/${id}`];
  const answers = await Promise.all([
    ...paths.map((path) => operator.send('DELETE', path)),
    omar.send('DELETE', '/api/v1/session'),
  ]);
  expect(answers.map(({ status }) => status)).toContain(204);
  expect(await isIn(omar)).toBe(false);
  expect(admin.store.health().size - before).toBe(1);
});

test('nobody but an admin signs others out', async () => {
  const id = await currentOf(omar);
  expect((await fiona.send('DELETE', `/api/v1/sessions/${id}`)).status).toBe(404);
  expect(await isIn(omar)).toBe(true);
  expect((await operator.send('DELETE', `/api/v1/sessions/${id}`)).status).toBe(204);
  expect(await isIn(omar)).toBe(false);
  expect((await operator.send('DELETE', `/api/v1/sessions/${id}`)).status).toBe(404);
});

test('a session of a token that has ended is not listed', async () => {
  const id = await currentOf(omar);
  await admin.store.commit({
    entries: [],
    changes: [{ remove: 'admin_tokens', where: { user_name: 'omar' } }],
  });
  expect((await list(operator)).map((one) => one.id)).not.toContain(id);
});

test('sessions are in memory alone: a restart ends them all', async () => {
  const app = createAdminApp(admin.deps);
  const cookie = [...fiona.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const url = 'http://127.0.0.1:4180/api/v1/session';
  expect((await app.request(url, { headers: { cookie, host: '127.0.0.1:4180' } })).status).toBe(401);
});
