import { newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChangeDetail, ExposureList } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
let call: string;
let invoice: string;
const CUSTOMER = 'sub_00000000000000000000000000000007';

beforeEach(async () => {
  admin = await startAdmin();
  invoice = admin.deps.registry.current().agents.get('invoice')?.uid ?? '';
  ({ call } = await recordCall(admin.store, { subject: 'customer-7' }));
  await expose(invoice, 'pii');
  await expose(CUSTOMER, 'pii');
  await expose(newId('agt'), 'secret', newId('call'));
});
afterEach(() => admin.close());

async function expose(holder: string, label: string, by = call): Promise<void> {
  const row = { holder, label, until: admin.deps.now() + 60_000, call: by };
  await admin.store.commit({ entries: [], changes: [{ put: 'exposures', row }] });
}
const get = (path: string) => admin.request(`/api/v1/exposures${path}`, { token: admin.adminToken });
const list = async (query = ''): Promise<ExposureList> => (await get(query)).json() as Promise<ExposureList>;
const post = (path: string, token: string, body: object) =>
  admin.request(`/api/v1${path}`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('GET /exposures', () => {
  test('tells who is exposed to what, and which call brought it', async () => {
    const { exposures, truncated } = await list();
    expect(truncated).toBe(false);
    expect(exposures).toHaveLength(3);
    expect(exposures.at(-1)).toMatchObject({
      holder: { kind: 'subject', key: CUSTOMER, name: 'customer-7' },
      label: 'pii',
      call,
      agent: 'invoice',
      upstream: 'payments',
      resource: 'pay',
    });
  });

  test('also of an agent that is gone, by a call that the index no longer has', async () => {
    const gone = (await list()).exposures.find(({ label }) => label === 'secret');
    expect(gone).toMatchObject({ holder: { kind: 'agent', name: null }, agent: null, at: null });
  });

  test('of one agent, or of one person', async () => {
    const holders = async (query: string) =>
      (await list(query)).exposures.map(({ holder }) => (holder.kind === 'agent' ? holder.name : holder.key));
    expect(await holders('?agent=invoice')).toEqual(['invoice']);
    expect(await holders('?subject=customer-7')).toEqual([CUSTOMER]);
    expect(await holders(`?subject=${CUSTOMER}`)).toEqual([CUSTOMER]);
    expect(await holders('?subject=nobody')).toEqual([]);
  });

  test('of an agent with the people for whom it brought something', async () => {
    // The call of the index is another agent's of that name: uids tell them apart.
    const own = await admin.store.readers.calls.page({ agent: 'invoice' }, { limit: 1 });
    const uid = own.calls[0]?.agentUid ?? '';
    const found = await admin.store.readers.exposure.exposed({ agent: uid }, { now: 0, limit: 9 });
    expect(found.map(({ holder }) => holder)).toEqual([CUSTOMER]);
  });

  test('ends with its window', async () => {
    admin.advance(60_000);
    expect((await list()).exposures).toEqual([]);
  });

  test('says when there is more', async () => {
    expect(await list('?limit=1')).toMatchObject({ exposures: [{}], truncated: true });
    expect((await get('?limit=0')).status).toBe(400);
    expect((await get('?agnet=invoice')).status).toBe(400);
    expect((await get('?agent=ghost')).status).toBe(404);
  });
});

describe('POST /exposures/clear', () => {
  const body = { agent: 'invoice', labels: ['pii'], message: 'a test file' };

  test('proposes, and somebody else’s approval clears', async () => {
    const proposed = await post('/exposures/clear', await admin.tokenFor('omar', ['admin']), body);
    expect(proposed.status).toBe(201);
    const change = (await proposed.json()) as ChangeDetail;
    expect(change).toMatchObject({ of: 'exposure', state: 'pending', author: 'omar', quorum: 1 });
    const review = async (user: string) =>
      post(`/changes/${change.id}/reviews`, await admin.tokenFor(user, ['approver']), {
        verdict: 'approve',
        reason: '',
      });
    expect((await review('omar')).status).toBe(403);
    expect((await list('?agent=invoice')).exposures).toHaveLength(1);
    expect(await (await review('fiona')).json()).toMatchObject({ state: 'applied' });
    expect((await list('?agent=invoice')).exposures).toEqual([]);
    expect((await list(`?subject=${CUSTOMER}`)).exposures).toHaveLength(1);
  });

  test.each([
    ['by somebody without the role', 'omar', ['approver'], body, 403],
    ['by the built-in first user', 'admin', ['admin'], body, 403],
    ['without saying why', 'omar', ['admin'], { ...body, message: '' }, 400],
    ['of nobody', 'omar', ['admin'], { labels: ['pii'], message: 'x' }, 400],
    ['of what nobody is exposed to', 'omar', ['admin'], { ...body, labels: ['x'] }, 400],
    ['of a member that nobody knows', 'omar', ['admin'], { ...body, until: 1 }, 400],
  ] as const)('is refused %s', async (_what, user, roles, sent, status) => {
    const token = await admin.tokenFor(user, roles);
    expect((await post('/exposures/clear', token, sent)).status).toBe(status);
  });
});
