import { parseEntry } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallDetail } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { type RecordedCall, recordCall, recordOutcome } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
let paid: RecordedCall;
let auditor: string;
beforeAll(async () => {
  admin = await startAdmin();
  paid = await recordCall(admin.store);
  await recordOutcome(admin.store, paid, '{"paid":true}');
  auditor = await admin.tokenFor('fiona', ['auditor']);
});
afterAll(() => admin.close());

const reveal = (body: unknown, token = auditor, id: string = paid.call) =>
  admin.request(`/api/v1/calls/${id}/reveal`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function newestEntry() {
  const { size } = await admin.store.readers.log.head();
  const stored = await admin.store.readers.log.entry(size - 1);
  const parsed = stored === null ? null : parseEntry(stored.header);
  if (stored === null || parsed?.ok !== true) throw new Error('the log has a newest entry');
  const text = (name: string) =>
    Buffer.from(stored.details.find((detail) => detail.name === name)?.value ?? []).toString();
  return { header: parsed.value, text };
}

describe('revealing what a call carried', () => {
  test('shows arguments, result and what policies read of them, and has it on record who looked and why', async () => {
    const response = await reveal({ reason: ' a complaint ' });
    expect(response.status).toBe(200);
    const detail = (await response.json()) as CallDetail;
    expect(detail.request.params).toBe('{"name":"pay","arguments":{"amount_cents":1200}}');
    expect(detail.result).toBe('{"paid":true}');
    expect(detail.withheld).toEqual([]);
    expect(detail.why?.determining[0]?.reads).toEqual([{ path: 'context.input.amount_cents', value: 1200 }]);

    const { header, text } = await newestEntry();
    expect(header).toMatchObject({ kind: 'log.read', body: { of: 'details', count: 2 } });
    expect([text('query'), text('reason')]).toEqual([`call ${paid.call}`, 'a complaint']);
    expect(JSON.parse(text('actor'))).toEqual({ name: 'fiona', via: 'api' });
  });

  test.each([
    ['a viewer', ['viewer'] as const, { reason: 'curious' }, 403],
    ['an approver', ['approver'] as const, { reason: 'curious' }, 403],
    ['nobody without a reason', ['auditor'] as const, {}, 400],
    ['nobody with an empty reason', ['auditor'] as const, { reason: ' ' }, 400],
  ])('is refused to %s, and records nothing', async (_who, roles, body, status) => {
    const token = await admin.tokenFor('omar', [...roles]);
    const { size } = await admin.store.readers.log.head();
    expect((await reveal(body, token)).status).toBe(status);
    expect((await admin.store.readers.log.head()).size).toBe(size);
  });

  test('of a call that nobody knows is not found, and records nothing', async () => {
    const { size } = await admin.store.readers.log.head();
    expect((await reveal({ reason: 'x' }, auditor, 'call_nobody')).status).toBe(404);
    expect((await admin.store.readers.log.head()).size).toBe(size);
  });
});
