import { parseEntry } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInPayloads } from '../../../search/payload-text.ts';
import type { TextSearchResult } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { type RecordedCall, recordCall, recordOutcome } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
let auditor: string;
let first: RecordedCall;
let second: RecordedCall;
beforeAll(async () => {
  admin = await startAdmin();
  auditor = await admin.tokenFor('fiona', ['auditor']);
  first = await recordCall(admin.store, {
    params: '{"name":"pay","arguments":{"to":"ACME \\"Inc\\" 4711"}}',
  });
  await recordOutcome(admin.store, first, '{"receipt":"nothing of it"}');
  second = await recordCall(admin.store, { params: '{"name":"pay","arguments":{}}' });
  await recordOutcome(admin.store, second, '{"paid to":"acme"}');
});
afterAll(() => admin.close());

const search = (body: unknown, token = auditor) =>
  admin.request('/api/v1/calls/search-text', {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const found = async (body: unknown): Promise<TextSearchResult> => {
  const response = await search(body);
  expect(response.status).toBe(200);
  return (await response.json()) as TextSearchResult;
};
const size = async () => (await admin.store.readers.log.head()).size;

describe('a text in what calls carried', () => {
  test('is found in arguments and results, newest first, without case, with what stands around it', async () => {
    const { matches, searched, nextCursor } = await found({ text: 'acme', reason: 'complaint' });
    expect(matches.map(({ call, detail }) => [call, detail])).toEqual([
      [second.call, 'result'],
      [first.call, 'request'],
    ]);
    expect(matches[0]?.excerpt).toBe('{"paid to":"acme"}');
    expect(searched.unreadable).toBe(0);
    expect(nextCursor).toBeNull();
  });

  test('is found as it reads and as JSON writes it', async () => {
    expect((await found({ text: 'ACME "Inc"', reason: 'x' })).matches).toHaveLength(1);
    expect((await found({ text: 'small-payments', reason: 'names are not payloads' })).matches).toEqual([]);
  });

  test('is on record, with who asked for what and why, before it is answered', async () => {
    await found({ text: 'acme', reason: 'complaint 12' });
    const stored = await admin.store.readers.log.entry((await size()) - 1);
    const header = stored === null ? null : parseEntry(stored.header);
    expect(header).toMatchObject({ value: { kind: 'log.read', body: { of: 'text', count: 2 } } });
    const details = new Map(stored?.details.map(({ name, value }) => [name, Buffer.from(value).toString()]));
    expect(JSON.parse(details.get('query') ?? '')).toMatchObject({ text: 'acme' });
    expect(details.get('reason')).toBe('complaint 12');
    expect(details.get('actor')).toContain('fiona');
  });

  test.each([
    ['a viewer', ['viewer'] as const, { text: 'acme', reason: 'x' }, 403],
    ['nobody without a reason', ['auditor'] as const, { text: 'acme' }, 400],
    ['nobody by two letters', ['auditor'] as const, { text: 'ac', reason: 'x' }, 400],
    ['nobody behind a foreign cursor', ['auditor'] as const, { text: 'acme', reason: 'x', cursor: 'x' }, 400],
  ])('is refused to %s, and then nothing is recorded', async (_who, roles, body, status) => {
    const token = await admin.tokenFor('omar', [...roles]);
    const before = await size();
    expect((await search(body, token)).status).toBe(status);
    expect(await size()).toBe(before);
  });

  test('is sought in bounds, and gone on for from where a search stopped', async () => {
    const { log } = admin.store.readers;
    const [from, to] = [0, await size()];
    const calls: string[] = [];
    let before: number | null = to;
    let rounds = 0;
    while (before !== null) {
      const bounds = { entries: 2, milliseconds: 60_000, matches: 50 };
      const found = await findInPayloads(log, { text: 'acme', from, to: before }, bounds);
      expect(found.entries).toBeLessThanOrEqual(2);
      calls.push(...found.matches.map(({ call }) => call));
      before = found.next;
      rounds += 1;
    }
    expect(calls).toEqual([second.call, first.call]);
    expect(rounds).toBe(Math.ceil(to / 2));
    const one = await findInPayloads(
      log,
      { text: 'acme', from, to },
      { entries: 99, milliseconds: 60_000, matches: 1 },
    );
    expect(one.matches).toHaveLength(1);
    expect(one.next).toBe(one.matches[0]?.index);
  });
});
