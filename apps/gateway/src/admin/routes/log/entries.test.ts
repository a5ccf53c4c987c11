import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EntryPage } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall, recordOutcome } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
let auditor: string;
beforeAll(async () => {
  admin = await startAdmin();
  auditor = await admin.tokenFor('fiona', ['auditor']);
  for (let i = 0; i < 3; i += 1) await recordOutcome(admin.store, await recordCall(admin.store));
});
afterAll(() => admin.close());

const page = async (query: string): Promise<EntryPage> => {
  const response = await admin.request(`/api/v1/log/entries${query}`, { token: auditor });
  expect(response.status).toBe(200);
  return (await response.json()) as EntryPage;
};

/** All pages of two, one after another. */
async function all(query: string): Promise<EntryPage['entries']> {
  const entries: EntryPage['entries'] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const next: EntryPage = await page(`?limit=2${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    entries.push(...next.entries);
    cursor = next.nextCursor;
  }
  return entries;
}

describe('entries of the log', () => {
  test('are all there, newest first, page by page', async () => {
    const { size } = await admin.store.readers.log.head();
    expect((await all('')).map(({ index }) => index)).toEqual(
      Array.from({ length: size }, (_, i) => size - 1 - i),
    );
  });

  test.each([
    'log.opened',
    'admin.action',
    'registry.changed',
    'call.decided',
    'call.completed',
    'key.revoked',
  ])('are found by kind: %s', async (kind) => {
    const wanted = (await all('')).filter((entry) => entry.kind === kind);
    expect(await all(`&kind=${kind}`)).toEqual(wanted);
    expect(wanted.length > 0).toBe(kind !== 'key.revoked');
  });

  test('show ids, words and the names of details, and nothing that could be erased', async () => {
    const [entry] = (await page('?kind=call.decided&limit=1')).entries;
    expect(entry).toMatchObject({ kind: 'call.decided', body: { decision: 'allow' } });
    expect(entry?.details).toContain('request');
    expect(JSON.stringify(entry)).not.toContain('invoice');
  });

  test('are bounded in time', async () => {
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await page(`?from=${later}`)).entries).toEqual([]);
    expect((await page(`?to=${later}&kind=admin.action`)).entries.length).toBeGreaterThan(0);
  });

  test.each([
    ['?kind=call.mad', 'kind', 'admin.action'],
    ['?from=now', 'from', 'RFC 3339'],
    ['?cursor=x', 'cursor', 'nextCursor'],
    ['?knd=x', 'knd', 'unknown'],
  ])('refuse `%s`, naming `%s`', async (query, parameter, fix) => {
    const response = await admin.request(`/api/v1/log/entries${query}`, { token: auditor });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toContain(`\`${parameter}\``);
    expect(error.message).toContain(fix);
  });

  test('are for auditors', async () => {
    const token = await admin.tokenFor('omar', ['viewer']);
    expect((await admin.request('/api/v1/log/entries', { token })).status).toBe(403);
  });
});
