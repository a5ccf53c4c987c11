import { leafHash, toHex, utf8 } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallDetail, CallPage } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { type RecordedCall, recordCall, recordOutcome } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
let paid: RecordedCall;
let refused: RecordedCall;

beforeAll(async () => {
  admin = await startAdmin();
  paid = await recordCall(admin.store, { policy: 'small-payments' });
  await recordOutcome(admin.store, paid, '{"paid":true}');
  refused = await recordCall(admin.store, {
    agent: 'marketing',
    tool: 'send',
    decision: 'deny',
    policy: 'no-leaks',
  });
});
afterAll(() => admin.close());

const page = async (query: string): Promise<CallPage> => {
  const response = await admin.request(`/api/v1/calls${query}`, { token: admin.adminToken });
  expect(response.status).toBe(200);
  return (await response.json()) as CallPage;
};

describe('the list of calls', () => {
  test('has the newest decision first, with the size of the log to stream from', async () => {
    const { calls, nextCursor, asOf } = await page('');
    expect(calls.map(({ id }) => id)).toEqual([refused.call, paid.call]);
    expect(nextCursor).toBeNull();
    expect(asOf).toBe(admin.store.health().size);
    expect(calls[1]).toMatchObject({
      agent: 'invoice',
      owner: 'omar',
      resource: 'pay',
      decision: 'allow',
      state: 'completed',
      outcome: 'ok',
      durationUs: 1500,
      policies: ['small-payments'],
    });
  });

  test.each([
    ['agent=marketing', 'refused'],
    ['decision=deny', 'refused'],
    ['state=completed', 'paid'],
    ['resource=send', 'refused'],
    ['policy=small-payments', 'paid'],
    ['owner=omar&team=billing&decision=allow', 'paid'],
    ['reason=no_permit&actor=marketing', 'refused'],
    ['label=money&outcome=ok', 'paid'],
    ['text=Marketing+SEND', 'refused'],
    ['upstream=payments&agent=invoice', 'paid'],
  ])('keeps only what `%s` asks for', async (query, which) => {
    const { calls } = await page(`?${query}`);
    expect(calls.map(({ id }) => id)).toEqual([which === 'paid' ? paid.call : refused.call]);
  });

  test('finds by time of start', async () => {
    const future = new Date(Date.now() + 60_000).toISOString();
    expect((await page(`?from=${future}`)).calls).toEqual([]);
    expect((await page(`?to=${future}`)).calls).toHaveLength(2);
  });

  test('goes on where the cursor says', async () => {
    const first = await page('?limit=1');
    expect(first.calls.map(({ id }) => id)).toEqual([refused.call]);
    const second = await page(`?limit=1&cursor=${first.nextCursor}`);
    expect(second.calls.map(({ id }) => id)).toEqual([paid.call]);
    expect(second.nextCursor).toBeNull();
  });
});

describe('the counts of calls', () => {
  const counts = async (query: string): Promise<unknown> => {
    const response = await admin.request(`/api/v1/calls/counts${query}`, { token: admin.adminToken });
    expect(response.status).toBe(200);
    return response.json();
  };

  test('say how many there are, and which values they have', async () => {
    expect(await counts('')).toMatchObject({
      calls: 2,
      isMore: false,
      facets: {
        agent: [
          { value: 'invoice', count: 1 },
          { value: 'marketing', count: 1 },
        ],
        owner: [{ value: 'omar', count: 2 }],
        label: [{ value: 'money', count: 2 }],
        outcome: [{ value: 'ok', count: 1 }],
      },
    });
    expect(await counts('?decision=deny')).toMatchObject({ calls: 1, facets: { outcome: [] } });
    expect(await counts('?agent=nobody')).toMatchObject({ calls: 0, isMore: false });
  });
});

describe('one call', () => {
  const detail = async (id: string): Promise<CallDetail> => {
    const response = await admin.request(`/api/v1/calls/${id}`, { token: admin.adminToken });
    expect(response.status).toBe(200);
    return (await response.json()) as CallDetail;
  };

  test('says why, with the place of the policy and what it read', async () => {
    const { call, why } = await detail(paid.call);
    expect(call.sentence).toBe('Agent invoice called payments/pay and this was permitted');
    expect(why?.determining).toEqual([
      {
        id: 'small-payments',
        effect: 'permit',
        file: 'payments.cedar',
        line: 3,
        column: 1,
        description: null,
        owner: null,
        text: 'permit (principal, action, resource);',
        reads: [{ path: 'context.input.amount_cents', withheld: true }],
      },
    ]);
  });

  test('shows the entries that say so, and nothing of what it carried', async () => {
    const { request, result, withheld, tampered, differences, entries, receipt, labels, actors } =
      await detail(paid.call);
    expect(request).toEqual({ params: null, rx: { sha256: 'a'.repeat(64), bytes: 120 }, tx: null });
    expect(result).toBeNull();
    expect(withheld).toEqual(['request', 'result', 'reads']);
    expect([tampered, differences]).toEqual([false, []]);
    expect(labels).toEqual(['money']);
    expect(actors).toEqual(['invoice']);
    expect(entries.map(({ kind, intact, erased }) => ({ kind, intact, erased }))).toEqual([
      { kind: 'call.decided', intact: true, erased: [] },
      { kind: 'call.completed', intact: true, erased: [] },
    ]);
    expect(receipt).toEqual({ origin: 'test.example/log', index: paid.index, leaf: entries[0]?.leaf });
  });

  test('shows each entry as it stands in the log, so that whoever reads it can hash it', async () => {
    const { entries } = await detail(paid.call);
    for (const { header, leaf, index, kind } of entries) {
      expect(toHex(leafHash(utf8(header)))).toBe(leaf);
      expect(JSON.parse(header)).toMatchObject({ index, kind, call: paid.call });
    }
  });
});
