import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentDetail, AgentList, ApplyResult, UpstreamList, UserList } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const get = async <T>(path: string): Promise<T> => {
  const response = await admin.request(`/api/v1${path}`, { token: admin.adminToken });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};
const apply = (manifests: string, token = admin.adminToken): Promise<Response> =>
  admin.request('/api/v1/apply', {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ manifests }),
  });
const team = (name: string, spec = '{}') =>
  `apiVersion: countersign.dev/v1alpha1\nkind: Team\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

describe('200', () => {
  test('agents come with the person who answers for them', async () => {
    const { agents } = await get<AgentList>('/agents');
    expect(agents).toMatchObject([
      {
        name: 'invoice',
        owner: { name: 'omar', email: 'omar@example.com' },
        risk: 'medium',
        status: 'active',
      },
    ]);
  });

  test('one agent comes with what it was exposed to and its latest calls', async () => {
    const { call } = await recordCall(admin.store);
    const holder = admin.deps.registry.current().agents.get('invoice')?.uid ?? '';
    const until = admin.deps.now() + 60_000;
    await admin.store.commit({
      entries: [],
      changes: [{ put: 'exposures', row: { holder, label: 'pii', until, call } }],
    });
    const detail = await get<AgentDetail>('/agents/invoice');
    expect(detail.exposure).toEqual(['pii']);
    expect(detail.recent.map(({ id }) => id)).toEqual([call]);
  });

  test('upstreams come with their endpoint and the size of their catalogue', async () => {
    const { upstreams } = await get<UpstreamList>('/upstreams');
    expect(upstreams).toMatchObject([
      { name: 'payments', kind: 'mcp', endpoint: '/mcp/payments', risk: 'high', tools: null },
    ]);
  });

  test('users come with groups and state', async () => {
    const { users } = await get<UserList>('/users');
    expect(users.map(({ name, groups, active }) => [name, groups, active])).toEqual([
      ['fiona', ['finance'], true],
      ['greta', [], false],
      ['omar', [], true],
    ]);
  });

  test('applied manifests say what changed, and applying them again changes nothing', async () => {
    const manifests = `${team('risk')}---\n${team('billing')}`;
    const first = (await (await apply(manifests)).json()) as ApplyResult;
    expect(first.changes).toEqual([
      { op: 'created', kind: 'Team', name: 'risk' },
      { op: 'unchanged', kind: 'Team', name: 'billing' },
    ]);
    const second = (await (await apply(manifests)).json()) as ApplyResult;
    expect(second.changes.map(({ op }) => op)).toEqual(['unchanged', 'unchanged']);
  });
});

describe('400', () => {
  test('a manifest that is wrong is refused whole, with line, key and fix', async () => {
    const response = await apply(`${team('fine')}---\n${team('wrong', '{descripton: x}')}`);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('invalid_manifest');
    expect(error.message).toContain('document 2, line');
    expect(error.message).toContain('did you mean `description`');
    expect(admin.deps.registry.current().teams.has('fine')).toBe(false);
  });

  test('an agent without a person who answers for it', async () => {
    const response = await apply(
      'apiVersion: countersign.dev/v1alpha1\nkind: Agent\nmetadata: {name: orphan}\nspec: {team: billing, purpose: none, risk: low, environment: test}\n',
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('owner') as string },
    });
  });
});

test('403: only an admin changes the registry', async () => {
  const token = await admin.tokenFor('fiona', ['approver', 'viewer']);
  expect((await apply(team('x'), token)).status).toBe(403);
});

test('413: a body too large to be a set of manifests', async () => {
  const response = await apply('#'.repeat(6_000_000));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ error: { code: 'request_too_large' } });
});

test('415: manifests sent as YAML instead of in JSON', async () => {
  const response = await admin.request('/api/v1/apply', {
    method: 'POST',
    token: admin.adminToken,
    headers: { 'content-type': 'application/yaml' },
    body: team('x'),
  });
  expect(response.status).toBe(415);
});
