import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { requestApproval } from '../../testing/requested-approvals.ts';

let admin: AdminUnderTest;
let fiona: string;
let cookie: string;

beforeAll(async () => {
  admin = await startAdmin();
  fiona = await admin.tokenFor('fiona', ['approver']);
});
afterAll(() => admin.close());

const open = (token: string): Promise<Response> =>
  admin.request('/api/v1/session', { method: 'POST', token });

beforeEach(async () => {
  const response = await open(fiona);
  cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
});

const withCookie = (
  path: string,
  init: Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> } = {},
): Promise<Response> => admin.request(path, { ...init, headers: { ...init.headers, cookie } });
const review = async (headers: Record<string, string>): Promise<Response> =>
  withCookie(`/api/v1/approvals/${await requestApproval(admin)}/reviews`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ verdict: 'approve', reason: 'seen' }),
  });

describe('a console session', () => {
  test('is a cookie that no script can read and no other site can send', async () => {
    const response = await open(fiona);
    expect(response.status).toBe(201);
    const header = response.headers.get('set-cookie') ?? '';
    expect(header).toMatch(/^__Host-countersign_session=[\w-]{43}; /);
    expect(header).toContain('HttpOnly');
    expect(header).toContain('SameSite=Strict');
    expect(header).toContain('Path=/');
    expect(header).toContain('Max-Age=28800');
    expect(header).not.toContain(fiona);
    expect(await response.json()).toMatchObject({ user: 'fiona', roles: ['approver'] });
  });

  test('reads as its user, for eight hours', async () => {
    const response = await withCookie('/api/v1/session');
    expect(await response.json()).toMatchObject({ user: 'fiona' });
    admin.advance(8 * 60 * 60 * 1000);
    expect((await withCookie('/api/v1/session')).status).toBe(401);
  });

  test('ends when it is closed', async () => {
    const headers = { 'sec-fetch-site': 'same-origin' };
    expect((await withCookie('/api/v1/session', { method: 'DELETE', headers })).status).toBe(204);
    expect((await withCookie('/api/v1/session')).status).toBe(401);
  });

  test('ends when its token is taken away', async () => {
    const token = await admin.tokenFor('omar', ['viewer']);
    const opened = await open(token);
    const own = { cookie: (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    expect((await admin.request('/api/v1/session', { headers: own })).status).toBe(200);
    await admin.store.commit({
      entries: [],
      changes: [{ remove: 'admin_tokens', where: { user_name: 'omar' } }],
    });
    expect((await admin.request('/api/v1/session', { headers: own })).status).toBe(401);
  });

  test('is not opened by a cookie, only by a token', async () => {
    expect((await withCookie('/api/v1/session', { method: 'POST' })).status).toBe(401);
  });

  test('and a bearer token at once are refused, not guessed about', async () => {
    const response = await admin.request('/api/v1/session', { token: fiona, headers: { cookie } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'ambiguous_credentials' } });
  });
});

describe('a request that changes something and rides on the cookie', () => {
  test.each([
    ['the console’s own page', { 'sec-fetch-site': 'same-origin' }],
    ['the console’s own page in an old browser', { origin: 'http://127.0.0.1:4180' }],
  ])('is taken from %s', async (_who, headers) => {
    expect((await review(headers)).status).toBe(200);
  });

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:9999' }],
    ['another port in an old browser', { origin: 'http://127.0.0.1:9999' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['nobody knows where', {}],
    ['a liar about its origin', { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:4180' }],
  ])('is refused from %s', async (_who, headers) => {
    const response = await review(headers);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'bad_origin' } });
  });
});
