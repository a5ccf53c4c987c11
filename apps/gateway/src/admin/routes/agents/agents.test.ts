import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  AgentInventory,
  CallGraph,
  PermissionList,
  StopResult,
  UnregisteredList,
} from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall, recordOutcome, recordPolicySet } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
beforeAll(async () => {
  admin = await startAdmin();
  await recordPolicySet(admin.store);
  await recordOutcome(admin.store, await recordCall(admin.store));
  await recordCall(admin.store, { decision: 'deny' });
  await recordCall(admin.store, { agent: 'former', upstream: 'elsewhere' });
  await recordCall(admin.store, { agent: null, decision: 'deny', reason: 'unregistered', subject: 'fiona' });
  await recordCall(admin.store, { agent: null, decision: 'deny', reason: 'unregistered' });
  await admin.listTools({ name: 'pay', description: 'pays' }, { name: 'read', description: 'reads' });
});
afterAll(() => admin.close());

const get = async <T>(path: string): Promise<T> => {
  const response = await admin.request(`/api/v1${path}`, { token: admin.adminToken });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};
const post = (path: string, body: unknown, token = admin.adminToken): Promise<Response> =>
  admin.request(`/api/v1${path}`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the inventory', () => {
  test('says when each agent called last, how its calls ended, and who calls no more', async () => {
    const { agents, gone, unregistered } = await get<AgentInventory>('/inventory/agents');
    expect(agents).toMatchObject([
      { agent: { name: 'invoice' }, day: { calls: 2, ok: 1, denied: 1 }, isDormant: false },
    ]);
    expect(agents[0]?.lastCallAt).not.toBeNull();
    expect(gone).toMatchObject([{ name: 'former', month: { calls: 1, open: 1 } }]);
    expect(unregistered).toEqual({ day: 2, month: 2 });
  });

  test('calls an agent dormant that has not called for 30 days', async () => {
    admin.advance(31 * 86_400_000);
    const { agents } = await get<AgentInventory>('/inventory/agents');
    admin.advance(-31 * 86_400_000);
    expect(agents).toMatchObject([{ agent: { name: 'invoice' }, month: { calls: 0 }, isDormant: true }]);
    expect(agents[0]?.lastCallAt).not.toBeNull();
  });

  test('names who called without being registered, once for each identity', async () => {
    const { calls, isMore, principals } = await get<UnregisteredList>('/inventory/unregistered');
    expect([calls, isMore]).toEqual([2, false]);
    expect(principals).toMatchObject([
      {
        issuer: 'idp',
        claim: 'sub',
        value: 'stranger',
        subjects: ['fiona'],
        upstreams: ['payments'],
        calls: 2,
      },
    ]);
  });
});

describe('what an agent may do', () => {
  const permissions = async (query = ''): Promise<readonly [string, string, string | null, string][]> => {
    const list = await get<PermissionList>(`/agents/invoice/permissions${query}`);
    return list.permissions.map(({ name, answer, reason, policies }) => [
      name,
      answer,
      reason,
      policies.map(({ id }) => id).join(),
    ]);
  };

  test('is told for each tool, with the policies that say so, and moves with the policies', async () => {
    await admin.publish([
      {
        file: 'a.cedar',
        text: '@id("all") permit (principal, action, resource); @id("ask") @approve("finance") forbid (principal, action == Action::"payments/pay", resource);',
      },
    ]);
    expect(await permissions()).toEqual([
      ['pay', 'held', 'guarded', 'all,ask'],
      ['read', 'allowed', 'permitted', 'all'],
    ]);
    await admin.publish([
      {
        file: 'a.cedar',
        text: '@id("fiona") permit (principal, action, resource) when { context has subject && context.subject == User::"fiona" };',
      },
    ]);
    expect((await permissions()).map(([, answer]) => answer)).toEqual(['denied', 'denied']);
    expect((await permissions('?subject=fiona')).map(([, answer]) => answer)).toEqual(['allowed', 'allowed']);
  });

  test('holds what waits to be accepted for denied', async () => {
    await admin.listTools(
      { name: 'pay', description: 'pays everything' },
      { name: 'read', description: 'reads' },
    );
    expect(
      (await permissions('?upstream=payments&subject=fiona')).map(([name, , reason]) => [name, reason]),
    ).toEqual([
      ['pay', 'definition_not_accepted'],
      ['read', 'permitted'],
    ]);
    await admin.listTools({ name: 'pay', description: 'pays' }, { name: 'read', description: 'reads' });
  });

  test.each(['/agents/nobody/permissions', '/agents/invoice/permissions?upstream=nothing'])(
    '%s is not found',
    async (path) => {
      expect((await admin.request(`/api/v1${path}`, { token: admin.adminToken })).status).toBe(404);
    },
  );

  test('is refused of a person that is not registered', async () => {
    const path = '/api/v1/agents/invoice/permissions?subject=nobody';
    expect((await admin.request(path, { token: admin.adminToken })).status).toBe(400);
  });
});

test('who calls whom comes with what policy makes of it today', async () => {
  await admin.publish([{ file: 'a.cedar', text: '@id("all") permit (principal, action, resource);' }]);
  const { nodes, edges, isCut } = await get<CallGraph>('/graph');
  expect(isCut).toBe(false);
  const known = nodes.map(({ id, isRegistered }) => `${id} ${isRegistered}`);
  expect(known.sort()).toEqual([
    'agent:former false',
    'agent:invoice true',
    'server:elsewhere false',
    'server:payments true',
    'unregistered: false',
  ]);
  const told = edges.map(({ from, to, policy, calls }) => `${from} ${to} ${policy} ${calls.calls}`);
  expect(told.sort()).toEqual([
    'agent:former server:elsewhere unknown 1',
    'agent:invoice server:payments allowed 2',
    'unregistered: server:payments unknown 2',
  ]);
});

describe('stopping an agent', () => {
  const reason = 'leaks customer data';

  test('is in force when it answers, and on record with who and why', async () => {
    const from = admin.store.health().size;
    const response = await post('/agents/invoice/quarantine', { reason });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      agent: { name: 'invoice', status: 'quarantined' },
      change: null,
    });
    expect(admin.deps.registry.current().agents.get('invoice')?.status).toBe('quarantined');
    const stored = await admin.store.readers.log.entry(from);
    const detail = stored?.details.find(({ name }) => name === 'actor')?.value ?? new Uint8Array();
    expect(JSON.parse(Buffer.from(detail).toString())).toEqual({
      via: 'api',
      user: 'admin',
      message: reason,
    });
    const { permissions } = await get<PermissionList>('/agents/invoice/permissions');
    expect(permissions.every(({ answer, reason: why }) => answer === 'denied' && why === 'quarantined')).toBe(
      true,
    );
  });

  test('is a conflict where it is stopped, and keeps all else that is registered of it', async () => {
    expect((await post('/agents/invoice/quarantine', { reason })).status).toBe(409);
    const response = await post('/agents/invoice/release', { reason: 'was a false alarm' });
    expect(response.status).toBe(200);
    const { agent } = (await response.json()) as StopResult;
    expect(agent).toMatchObject({
      status: 'active',
      purpose: 'pays invoices',
      capabilities: ['pay'],
      risk: 'medium',
    });
    expect((await post('/agents/invoice/release', { reason })).status).toBe(409);
  });

  test('needs a reason, a registered agent, and an admin', async () => {
    expect((await post('/agents/invoice/quarantine', { reason: ' ' })).status).toBe(400);
    expect((await post('/agents/nobody/quarantine', { reason })).status).toBe(404);
    const token = await admin.tokenFor('fiona', ['approver', 'auditor', 'viewer']);
    expect((await post('/agents/invoice/quarantine', { reason }, token)).status).toBe(403);
    expect((await post('/agents/invoice/release', { reason }, token)).status).toBe(403);
  });
});

describe('where other people have to agree to changes of the registry', () => {
  let reviewed: AdminUnderTest;
  beforeAll(async () => {
    reviewed = await startAdmin({ reviewers: 'finance' });
  });
  afterAll(() => reviewed.close());

  test('a stop waits for nobody, and letting it go on does', async () => {
    const token = await reviewed.tokenFor('omar', ['admin']);
    const ask = (path: string): Promise<Response> =>
      reviewed.request(`/api/v1/agents/invoice/${path}`, {
        method: 'POST',
        token,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reason: 'to be looked at' }),
      });
    const stopped = await ask('quarantine');
    expect([stopped.status, await stopped.json()]).toMatchObject([
      200,
      { agent: { status: 'quarantined' }, change: null },
    ]);
    const released = await ask('release');
    expect([released.status, await released.json()]).toMatchObject([
      202,
      { agent: { status: 'quarantined' }, change: expect.stringMatching(/^chg_/) as string },
    ]);
  });
});
