import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IssuedToken, Session } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { isTokenForm } from '../../tokens.ts';

let admin: AdminUnderTest;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const issue = (user: string, body: unknown, token = admin.adminToken): Promise<Response> =>
  admin.request(`/api/v1/users/${user}/tokens`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const whoami = (token: string): Promise<Response> => admin.request('/api/v1/session', { token });

test('201: a reviewer’s token works at once, belongs to its user, and is recorded', async () => {
  const response = await issue('fiona', {});
  expect(response.status).toBe(201);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const issued = (await response.json()) as IssuedToken;
  expect(isTokenForm(issued.token)).toBe(true);
  expect(issued).toMatchObject({ user: 'fiona', roles: ['approver'], expiresAt: null });
  const who = await whoami(issued.token);
  expect((await who.json()) as Session).toMatchObject({ user: 'fiona', roles: ['approver'] });

  const last = await admin.store.readers.log.entry(admin.store.health().size - 1);
  const header = new TextDecoder().decode(last?.header);
  const fiona = admin.deps.registry.current().users.get('fiona');
  expect(JSON.parse(header)).toMatchObject({
    kind: 'admin.action',
    body: { action: 'token_issued', user: fiona?.uid },
  });
  const [detail] = last?.details ?? [];
  const text = new TextDecoder().decode(detail?.value);
  expect(JSON.parse(text)).toMatchObject({ user: 'fiona', issuedBy: 'admin' });
  expect(text + header).not.toContain(issued.token);
});

test('201: a token ends when it was said to', async () => {
  const { token } = (await (
    await issue('fiona', { roles: ['viewer'], expiresInHours: 1 })
  ).json()) as IssuedToken;
  expect((await whoami(token)).status).toBe(200);
  admin.advance(60 * 60 * 1000);
  expect((await whoami(token)).status).toBe(401);
});

test('400: an unknown role or member', async () => {
  expect((await issue('fiona', { roles: ['root'] })).status).toBe(400);
  expect((await issue('fiona', { role: 'admin' })).status).toBe(400);
});

test('403: only an admin issues tokens', async () => {
  const approver = await admin.tokenFor('fiona', ['approver', 'viewer']);
  expect((await issue('fiona', {}, approver)).status).toBe(403);
});

test('404 and 409: nobody, and somebody inactive', async () => {
  expect((await issue('nobody', {})).status).toBe(404);
  expect((await issue('greta', {})).status).toBe(409);
});
