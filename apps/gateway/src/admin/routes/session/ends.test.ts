// Sessions that end though nobody signed out of them are on record, each once.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
let token: string;
beforeEach(async () => {
  admin = await startAdmin();
  token = await admin.tokenFor('fiona', ['approver']);
});
afterEach(() => admin.close());

const open = async (headers: Record<string, string> = {}): Promise<{ readonly cookie: string }> => {
  const response = await admin.request('/api/v1/session', { method: 'POST', token, headers });
  expect(response.status).toBe(201);
  return { cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
};

/** The details of all entries `session_closed`. */
async function ends(): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for await (const { header, details } of admin.store.readers.log.entries(0, admin.store.health().size)) {
    const { body } = JSON.parse(new TextDecoder().decode(header)) as { body: { action?: string } };
    if (body.action === 'session_closed') found.push(JSON.parse(new TextDecoder().decode(details[0]?.value)));
  }
  return found;
}
const ended = (why: string) => ({ user: 'fiona', by: 'token', why });

test('the one that a new sign-in of the same browser replaces', async () => {
  const first = await open();
  await open(first);
  expect(await ends()).toEqual([ended('signed in anew')]);
  expect((await admin.request('/api/v1/session', { headers: first })).status).toBe(401);
  expect(await ends()).toHaveLength(1);
});

test('the one that makes room for a newer one', async () => {
  for (let count = 0; count < 20; count += 1) await open();
  expect(await ends()).toEqual([]);
  await open();
  expect(await ends()).toEqual([ended('made room for a newer one')]);
});

test('the one whose token was taken away, when that is noticed', async () => {
  const headers = await open();
  await admin.store.commit({
    entries: [],
    changes: [{ remove: 'admin_tokens', where: { user_name: 'fiona' } }],
  });
  for (let count = 0; count < 2; count += 1)
    expect((await admin.request('/api/v1/session', { headers })).status).toBe(401);
  expect(await ends()).toEqual([ended('what it was opened by no longer counts')]);
});
