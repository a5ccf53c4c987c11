import { type Id, newId } from '@countersign/audit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Approval, CallDetail, ErrorBody } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { requestApproval } from '../../testing/requested-approvals.ts';

let admin: AdminUnderTest;
let fiona: string;

beforeAll(async () => {
  admin = await startAdmin();
  fiona = await admin.tokenFor('fiona', ['approver']);
});
afterAll(() => admin.close());

const post = (path: string, body: unknown, token = fiona): Promise<Response> =>
  admin.request(`/api/v1/approvals/${path}`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
async function approved(): Promise<string> {
  const id = await requestApproval(admin);
  expect((await post(`${id}/reviews`, { verdict: 'approve', reason: 'ours' })).status).toBe(200);
  return id;
}
async function refused(answer: Promise<Response>): Promise<[number, string]> {
  const response = await answer;
  return [response.status, ((await response.json()) as ErrorBody).error.code];
}

test('200: an approval is taken back, and who did so and why is in the log', async () => {
  const id = await approved();
  const size = admin.store.health().size;
  const response = await post(`${id}/revoke`, { reason: 'the vendor is not ours' });
  expect(response.status).toBe(200);
  const approval = (await response.json()) as Approval;
  expect(approval).toMatchObject({ state: 'withdrawn', reviews: [{ reviewer: 'fiona' }] });
  expect(Date.parse(approval.grantExpiresAt ?? '')).toBeGreaterThan(Date.parse(approval.decidedAt ?? ''));
  expect(admin.store.health().size).toBe(size + 1);
  const detail = await admin.request(`/api/v1/calls/${approval.call}`, { token: fiona });
  expect(((await detail.json()) as CallDetail).timeline.at(-1)).toMatchObject({
    kind: 'closed',
    index: size,
    outcome: 'withdrawn',
    reason: 'the vendor is not ours',
    by: 'fiona',
    approval: id,
  });
  expect(await refused(post(`${id}/revoke`, { reason: 'again' }))).toEqual([409, 'not_approved']);
});

test('of two requests of one call each has an end of its own', async () => {
  const id = await approved();
  const { call } = (await (await post(`${id}/revoke`, { reason: 'the vendor was sold' })).json()) as Approval;
  const detail = async () =>
    (await (await admin.request(`/api/v1/calls/${call}`, { token: fiona })).json()) as CallDetail;
  const ids = { call: call as Id<'call'>, chain: (await detail()).call.chain as Id<'chain'>, agent: null };
  const other = newId('apr');
  const body = { approval: other, state: 'expired', previous: 'pending', user: null } as const;
  await admin.store.commit({ entries: [{ kind: 'approval.closed', ...ids, body, details: {} }] });
  const { timeline } = await detail();
  const ends = timeline.flatMap(({ kind, approval, by }) => (kind === 'closed' ? [[approval, by]] : []));
  expect(ends).toEqual([
    [id, 'fiona'],
    [other, null],
  ]);
});

test('409: what waits, and what was rejected, is no approval', async () => {
  const id = await requestApproval(admin);
  expect(await refused(post(`${id}/revoke`, { reason: 'x' }))).toEqual([409, 'not_approved']);
  await post(`${id}/reviews`, { verdict: 'reject', reason: 'no' });
  expect(await refused(post(`${id}/revoke`, { reason: 'x' }))).toEqual([409, 'not_approved']);
});

test('400: without a reason', async () => {
  const id = await approved();
  expect(await refused(post(`${id}/revoke`, { reason: ' ' }))).toEqual([400, 'malformed_request']);
});

test('403: not by somebody who only reads', async () => {
  const viewer = await admin.tokenFor('omar', ['viewer']);
  const id = await approved();
  expect((await refused(post(`${id}/revoke`, { reason: 'x' }, viewer)))[0]).toBe(403);
});

test('404: what nobody asked for', async () => {
  expect(await refused(post(`${newId('apr')}/revoke`, { reason: 'x' }))).toEqual([404, 'not_found']);
});
