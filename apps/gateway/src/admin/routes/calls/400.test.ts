import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

test.each([
  ['/api/v1/calls?agnet=invoice', 'agnet'],
  ['/api/v1/calls?decision=maybe', 'decision'],
  ['/api/v1/calls?agent=a&agent=b', 'agent'],
  ['/api/v1/calls?limit=201', 'limit'],
  ['/api/v1/calls?limit=0', 'limit'],
  ['/api/v1/calls?limit=-1', 'limit'],
  ['/api/v1/calls?cursor=abc', 'cursor'],
  ['/api/v1/calls?agent=a&cursor=AAAAAAAAAAAAAAAA', 'cursor'],
  ['/api/v1/calls?outcome=fine', 'outcome'],
  ['/api/v1/calls?text=%20', 'text'],
  ['/api/v1/calls?trace=1', 'trace'],
  ['/api/v1/calls?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'to'],
  ['/api/v1/calls?from=yesterday', 'from'],
  ['/api/v1/calls/stream?from=x', 'from'],
  ['/api/v1/calls/call_00?verbose=1', 'verbose'],
])('refuses `%s` and names `%s`', async (path, key) => {
  const response = await admin.request(path, { token: admin.adminToken });
  expect(response.status).toBe(400);
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe('malformed_request');
  expect(error.message).toContain(`\`${key}\``);
});

test('refuses to stream from beyond the end of the log', async () => {
  const response = await admin.request('/api/v1/calls/stream', {
    token: admin.adminToken,
    headers: { 'last-event-id': '999999' },
  });
  expect(response.status).toBe(400);
});
