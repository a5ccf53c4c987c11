import { newId } from '@countersign/audit';
import { verifyInclusion, fromHex } from '@countersign/audit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallDetail, CallPage, CallProofs } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import {
  type RecordedCall,
  recordCall,
  recordOutcome,
  recordPolicySet,
} from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
const calls: RecordedCall[] = [];
beforeAll(async () => {
  admin = await startAdmin();
  await recordPolicySet(admin.store);
  for (const tool of ['pay', 'pay', 'list', 'pay']) calls.push(await recordCall(admin.store, { tool }));
  const [, second] = calls;
  if (second !== undefined) await recordOutcome(admin.store, second);
  calls.push(await recordCall(admin.store, { tool: 'pay', decision: 'hold', approval: newId('apr') }));
});
afterAll(() => admin.close());

const get = async <T>(path: string, token = admin.adminToken): Promise<T> => {
  const response = await admin.request(`/api/v1${path}`, { token });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};

test('a call comes with earlier ones of the same agent on the same thing, and how they ended', async () => {
  const { similar } = await get<CallDetail>(`/calls/${calls[3]?.call}`);
  expect(similar.map(({ id, state }) => [id, state])).toEqual([
    [calls[1]?.call, 'completed'],
    [calls[0]?.call, 'open'],
  ]);
});

test('a call comes with what happened to it, in order, each with the entry that says so', async () => {
  const { timeline } = await get<CallDetail>(`/calls/${calls[1]?.call}`);
  expect(timeline.map(({ kind, index, decision, outcome }) => [kind, index, decision, outcome])).toEqual([
    ['received', null, null, null],
    ['decided', calls[1]?.index, 'allow', null],
    ['answered', expect.any(Number), null, 'ok'],
  ]);
  expect(
    (await get<CallDetail>(`/calls/${calls[4]?.call}`)).timeline.map(({ kind, decision }) => [
      kind,
      decision,
    ]),
  ).toEqual([['decided', 'hold']]);
});

test('each entry of a call is proven to be in the log that the newest checkpoint signs', async () => {
  await admin.store.signNow();
  const { proofs, uncovered, size, checkpoint } = await get<CallProofs>(`/calls/${calls[1]?.call}/proofs`);
  expect(uncovered).toEqual([]);
  expect(checkpoint).toContain('test.example/log');
  expect(proofs.map(({ index }) => index)).toEqual([calls[1]?.index, expect.any(Number)]);
  for (const { index, leaf, root, proof } of proofs)
    expect(
      verifyInclusion(
        { index, size, leaf: bytesOf(leaf), root: bytesOf(root) },
        proof.map((each) => bytesOf(each)),
      ),
    ).toBe(true);
});

const bytesOf = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  if (bytes === null) throw new Error(`\`${hex}\` is no hash`);
  return bytes;
};

test('403: proofs are for auditors', async () => {
  const token = await admin.tokenFor('fiona', ['approver']);
  expect((await admin.request(`/api/v1/calls/${calls[1]?.call}/proofs`, { token })).status).toBe(403);
});

test('404: proofs of a call that nobody made', async () => {
  expect(
    (await admin.request(`/api/v1/calls/${newId('call')}/proofs`, { token: admin.adminToken })).status,
  ).toBe(404);
});

test('a page goes on both ways, and a line says what is wanted and what is not', async () => {
  const newestFirst = calls.map(({ call }) => call).reverse();
  const first = await get<CallPage>('/calls?limit=2');
  const second = await get<CallPage>(`/calls?limit=2&cursor=${first.nextCursor}`);
  expect(second.calls.map(({ id }) => id)).toEqual(newestFirst.slice(2, 4));
  const back = await get<CallPage>(`/calls?limit=2&direction=newer&cursor=${second.prevCursor}`);
  expect(back.calls.map(({ id }) => id)).toEqual(newestFirst.slice(0, 2));
  const end = await get<CallPage>(`/calls?limit=2&direction=newer&cursor=${back.prevCursor}`);
  expect([end.calls, end.prevCursor]).toEqual([[], null]);
  const some = await get<CallPage>(
    `/calls?q=${encodeURIComponent('resource:pay resource:list -state:open')}`,
  );
  expect(some.calls.map(({ id }) => id)).toEqual([calls[4]?.call, calls[1]?.call]);
  const other = await admin.request(`/api/v1/calls?q=agent:x&cursor=${first.nextCursor}`, {
    token: admin.adminToken,
  });
  expect(other.status).toBe(400);
});

test.each([
  'q=agnet:x',
  'q=agent:x&agent=y',
  'q=server:x&upstream=y',
  'where=label:a+label:b',
  'q=label:a&label:b',
  'direction=newer',
  'direction=up',
])('400: %s', async (query) => {
  expect((await admin.request(`/api/v1/calls?${query}`, { token: admin.adminToken })).status).toBe(400);
});
