import { newId } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Approval, ApprovalList } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { requestApproval } from '../../testing/requested-approvals.ts';

let admin: AdminUnderTest;
let fiona: string;

beforeAll(async () => {
  admin = await startAdmin();
  fiona = await admin.tokenFor('fiona', ['approver']);
});
afterAll(() => admin.close());

const review = (id: string, body: unknown, token: string): Promise<Response> =>
  admin.request(`/api/v1/approvals/${id}/reviews`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { code: string } }).error.code;

describe('200', () => {
  test('shows what is asked, by whom, and until when', async () => {
    const id = await requestApproval(admin);
    const response = await admin.request('/api/v1/approvals?state=pending', { token: fiona });
    const { approvals, now } = (await response.json()) as ApprovalList;
    const approval = approvals.find((one) => one.id === id);
    expect(approval).toMatchObject({
      state: 'pending',
      agent: 'invoice',
      owner: 'omar',
      upstream: 'payments',
      resource: 'pay',
      params: '{"name":"pay","arguments":{"amount_cents":900000}}',
      guards: [{ policy: 'large-payments', group: 'finance', quorum: 1 }],
      reviews: [],
    });
    expect(Date.parse(approval?.expiresAt ?? '')).toBeGreaterThan(Date.parse(now));
  });

  test('a member of the group approves, and the review is part of the request', async () => {
    const id = await requestApproval(admin);
    const response = await review(id, { verdict: 'approve', reason: 'invoice 7 is ours' }, fiona);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      state: 'approved',
      reviews: [{ reviewer: 'fiona', verdict: 'approve', reason: 'invoice 7 is ours' }],
    });
    const shown = await admin.request(`/api/v1/approvals/${id}`, { token: admin.adminToken });
    expect(((await shown.json()) as Approval).state).toBe('approved');
  });

  test('a rejection ends it', async () => {
    const id = await requestApproval(admin);
    const response = await review(id, { verdict: 'reject', reason: 'unknown vendor' }, fiona);
    expect(await response.json()).toMatchObject({ state: 'rejected' });
  });
});

describe('400', () => {
  test('a rejection without a reason', async () => {
    const response = await review(await requestApproval(admin), { verdict: 'reject', reason: '' }, fiona);
    expect([response.status, await codeOf(response)]).toEqual([400, 'reason_required']);
  });

  test.each([
    { verdict: 'maybe', reason: 'x' },
    { verdict: 'approve' },
    { verdict: 'approve', reason: 'x', reviewer: 'omar' },
  ])('a body that is no review: %j', async (body) => {
    const response = await review(newId('apr'), body, fiona);
    expect([response.status, await codeOf(response)]).toEqual([400, 'malformed_request']);
  });

  test('a body that is no JSON', async () => {
    const response = await admin.request(`/api/v1/approvals/${newId('apr')}/reviews`, {
      method: 'POST',
      token: fiona,
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect([response.status, await codeOf(response)]).toEqual([400, 'malformed_request']);
  });
});

describe('403', () => {
  test('whoever is not in the group, the first-start admin included', async () => {
    const id = await requestApproval(admin);
    const omar = await admin.tokenFor('omar', ['approver']);
    for (const token of [omar, admin.adminToken]) {
      const response = await review(id, { verdict: 'approve', reason: 'please' }, token);
      expect([response.status, await codeOf(response)]).toEqual([403, 'not_a_reviewer']);
    }
  });

  test('a token that may only read, although its user is in the group', async () => {
    const viewer = await admin.tokenFor('fiona', ['viewer']);
    const response = await review(await requestApproval(admin), { verdict: 'approve', reason: 'x' }, viewer);
    expect([response.status, await codeOf(response)]).toEqual([403, 'forbidden']);
  });
});

describe('404 and 409', () => {
  test('a request that nobody knows', async () => {
    const response = await review(newId('apr'), { verdict: 'approve', reason: 'x' }, fiona);
    expect([response.status, await codeOf(response)]).toEqual([404, 'not_found']);
  });

  test('a request that was decided already', async () => {
    const id = await requestApproval(admin);
    await review(id, { verdict: 'reject', reason: 'no' }, fiona);
    const response = await review(id, { verdict: 'approve', reason: 'yes' }, fiona);
    expect([response.status, await codeOf(response)]).toEqual([409, 'not_pending']);
  });

  test('a second review by the same person', async () => {
    const id = await requestApproval(admin, { quorum: 2 });
    expect((await review(id, { verdict: 'approve', reason: 'one' }, fiona)).status).toBe(200);
    const response = await review(id, { verdict: 'approve', reason: 'two' }, fiona);
    expect([response.status, await codeOf(response)]).toEqual([409, 'already_reviewed']);
  });
});
