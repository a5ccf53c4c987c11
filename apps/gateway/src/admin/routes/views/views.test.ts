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
const names = async (token: string): Promise<readonly string[]> =>
  ((await (await ask(token)).json()) as SavedViewList).views.map(({ name }) => name);

test('a view is kept under its name, replaced, and forgotten, for who saved it alone', async () => {
  const first = await save(fiona, 'last night’s denials', { page: '/calls', search: '?q=decision:deny' });
  expect(first.status).toBe(200);
  expect(((await first.json()) as SavedView).search).toBe('?q=decision:deny');
  await save(fiona, 'last night’s denials', { page: '/calls', search: '?q=state:denied' });
  await save(fiona, 'agents', { page: '/agents', search: '' });
  expect(await names(fiona)).toEqual(['agents', 'last night’s denials']);
  const { views } = (await (await ask(fiona)).json()) as SavedViewList;
  expect(views[1]).toMatchObject({ page: '/calls', search: '?q=state:denied' });
  expect(await names(omar)).toEqual([]);
  expect((await ask(omar, '/agents', { method: 'DELETE' })).status).toBe(404);
  expect((await ask(fiona, '/agents', { method: 'DELETE' })).status).toBe(204);
  expect(await names(fiona)).toEqual(['last night’s denials']);
});

test('nothing of it is an entry', async () => {
  const size = admin.store.health().size;
  await save(omar, 'mine', { page: '/', search: '' });
  expect(admin.store.health().size).toBe(size);
});

test.each([
  { page: 'https://elsewhere.example/', search: '' },
  { page: '//elsewhere.example', search: '' },
  { page: '/calls', search: 'q=x' },
  { page: '/calls', search: '?q=x#y' },
  { page: '/calls', search: `?${'x'.repeat(5000)}` },
  { page: '/calls' },
])('400: %j is no page of the console', async (body) => {
  expect((await save(omar, 'wrong', body)).status).toBe(400);
});

test('409: a hundred are enough, and replacing one still works', async () => {
  for (let i = (await names(omar)).length; i < 100; i += 1)
    await save(omar, `view ${i}`, { page: '/calls', search: '' });
  expect((await save(omar, 'one more', { page: '/calls', search: '' })).status).toBe(409);
  expect((await save(omar, 'view 7', { page: '/agents', search: '' })).status).toBe(200);
});
