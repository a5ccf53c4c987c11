import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SavedView, SavedViewList } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
let [fiona, omar] = ['', ''];
beforeAll(async () => {
  admin = await startAdmin();
  [fiona, omar] = [await admin.tokenFor('fiona', ['viewer']), await admin.tokenFor('omar', ['viewer'])];
});
afterAll(() => admin.close());

const ask = (token: string, path = '', init: RequestInit = {}): Promise<Response> =>
  admin.request(`/api/v1/views${path}`, { token, ...init });
const save = (token: string, name: string, body: object): Promise<Response> =>
  ask(token, `/${encodeURIComponent(name)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const forget = (token: string, name: string, owner?: string): Promise<Response> =>
  ask(token, `/${encodeURIComponent(name)}${owner === undefined ? '' : `?owner=${owner}`}`, {
    method: 'DELETE',
  });
const seen = async (token: string): Promise<readonly SavedView[]> =>
  ((await (await ask(token)).json()) as SavedViewList).views;
const names = async (token: string): Promise<readonly string[]> =>
  (await seen(token)).map(({ name }) => name);
const code = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { code: string } }).error.code;

test('a view is kept under its name, replaced, and forgotten, for who saved it alone', async () => {
  const first = await save(fiona, 'last night’s denials', { page: '/calls', search: '?q=decision:deny' });
  expect(first.status).toBe(200);
  expect(((await first.json()) as SavedView).search).toBe('?q=decision:deny');
  await save(fiona, 'last night’s denials', { page: '/calls', search: '?q=state:denied' });
  await save(fiona, 'agents', { page: '/agents', search: '' });
  expect(await names(fiona)).toEqual(['agents', 'last night’s denials']);
  expect((await seen(fiona))[1]).toMatchObject({
    owner: 'fiona',
    page: '/calls',
    search: '?q=state:denied',
    shared: false,
  });
  expect(await names(omar)).toEqual([]);
  expect((await forget(omar, 'agents')).status).toBe(404);
  expect((await forget(fiona, 'agents')).status).toBe(204);
  expect(await names(fiona)).toEqual(['last night’s denials']);
  await forget(fiona, 'last night’s denials');
});

test('a view is seen by others once it is shared, as its owner’s, and no more once it is not', async () => {
  await save(fiona, 'held', { page: '/calls', search: '?q=outcome:held', shared: true });
  await save(fiona, 'mine', { page: '/calls', search: '' });
  await save(omar, 'held', { page: '/calls', search: '?q=of-omar' });
  for (const token of [omar, admin.adminToken])
    expect((await seen(token)).filter(({ owner }) => owner === 'fiona')).toEqual([
      expect.objectContaining({ name: 'held', search: '?q=outcome:held', shared: true }),
    ]);
  // Of the same name, and not the same view.
  expect(await names(omar)).toEqual(['held', 'held']);
  expect(await names(fiona)).toEqual(['held', 'mine']);
  await save(fiona, 'held', { page: '/calls', search: '?q=outcome:held' });
  expect((await seen(omar)).map(({ owner }) => owner)).toEqual(['omar']);
  expect(await names(admin.adminToken)).toEqual([]);
  for (const name of ['held', 'mine']) await forget(fiona, name);
  await forget(omar, 'held');
});

test('a shared view is deleted by its owner or an admin; a personal one is not there for anybody else, admins included', async () => {
  const shared = { page: '/calls', search: '', shared: true };
  for (const name of ['first', 'second', 'third']) await save(fiona, name, shared);
  await save(fiona, 'mine', { page: '/calls', search: '' });
  const omarAsAdmin = await admin.tokenFor('omar', ['admin']);

  const refused = await forget(omar, 'first', 'fiona');
  expect([refused.status, await code(refused)]).toEqual([403, 'forbidden']);
  expect((await forget(omarAsAdmin, 'first')).status).toBe(404);
  expect(await names(omar)).toEqual(['first', 'second', 'third']);

  for (const token of [omar, omarAsAdmin, admin.adminToken]) {
    const absent = await forget(token, 'mine', 'fiona');
    expect([absent.status, await absent.json()]).toEqual([
      404,
      { error: { code: 'not_found', message: 'saved view `mine` is not known here' } },
    ]);
    expect((await forget(token, 'never', 'fiona')).status).toBe(404);
  }
  expect((await forget(fiona, 'first', 'fiona')).status).toBe(204);
  expect((await forget(omarAsAdmin, 'second', 'fiona')).status).toBe(204);
  expect((await forget(admin.adminToken, 'third', 'fiona')).status).toBe(204);
  expect(await names(fiona)).toEqual(['mine']);
  await forget(fiona, 'mine');
});

test('the built-in first user has views of their own, and shares them', async () => {
  await save(admin.adminToken, 'of the first', { page: '/calls', search: '', shared: true });
  await save(admin.adminToken, 'for the first', { page: '/calls', search: '' });
  expect((await seen(fiona)).map(({ owner, name }) => [owner, name])).toEqual([['admin', 'of the first']]);
  expect(await names(admin.adminToken)).toEqual(['for the first', 'of the first']);
  for (const name of await names(admin.adminToken))
    expect((await forget(admin.adminToken, name)).status).toBe(204);
});

test('nothing of it is an entry', async () => {
  const size = admin.store.health().size;
  await save(omar, 'mine', { page: '/', search: '', shared: true });
  await forget(omar, 'mine');
  expect(admin.store.health().size).toBe(size);
});

test.each([
  { page: 'https://elsewhere.example/', search: '' },
  { page: '//elsewhere.example', search: '' },
  { page: '/calls', search: 'q=x' },
  { page: '/calls', search: '?q=x#y' },
  { page: '/calls', search: `?${'x'.repeat(5000)}` },
  { page: '/calls' },
  { page: '/calls', search: '', shared: 'yes' },
  { page: '/calls', search: '', owner: 'fiona' },
])('400: %j is no page of the console', async (body) => {
  expect((await save(omar, 'wrong', body)).status).toBe(400);
});

test('409: a hundred are enough, and replacing one still works', async () => {
  for (let i = (await names(omar)).length; i < 100; i += 1)
    await save(omar, `view ${i}`, { page: '/calls', search: '' });
  expect((await save(omar, 'one more', { page: '/calls', search: '' })).status).toBe(409);
  expect((await save(omar, 'view 7', { page: '/agents', search: '' })).status).toBe(200);
});

test('409: what everybody is sent is bounded, and personal views are kept all the same', async () => {
  const row = { user: 'somebody', page: '/calls', search: '', shared: 1, saved_at: 1 };
  const changes = Array.from({ length: 300 }, (_, i) => ({
    insert: 'saved_views' as const,
    row: { ...row, name: `shared ${i}` },
  }));
  expect((await admin.store.commit({ entries: [], changes })).ok).toBe(true);
  const refused = await save(fiona, 'one more', { page: '/calls', search: '', shared: true });
  expect([refused.status, await code(refused)]).toEqual([409, 'conflict']);
  expect((await save(fiona, 'one more', { page: '/calls', search: '' })).status).toBe(200);
});
