import { expect, test } from 'vitest';
import type { Chain } from '../../client.ts';
import { startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall, recordOutcome } from '../../testing/recorded-calls.ts';

test('a chain is told as a tree in preorder, with its labels', async () => {
  const admin = await startAdmin();
  const root = await recordCall(admin.store, { agent: 'triage', tool: 'support', upstream: 'support' });
  const child = await recordCall(admin.store, {
    agent: 'support',
    tool: 'read',
    upstream: 'crm',
    parent: root,
  });
  await recordOutcome(admin.store, child);
  await admin.store.commit({
    entries: [],
    changes: [{ insert: 'chain_labels', row: { chain: root.chain, label: 'pii' } }],
  });
  const response = await admin.request(`/api/v1/chains/${root.chain}`, { token: admin.adminToken });
  const chain = (await response.json()) as Chain;
  await admin.close();

  expect(response.status).toBe(200);
  expect(chain).toMatchObject({ id: root.chain, labels: ['pii'], truncated: false });
  expect(chain.hops.map(({ level, call }) => [level, call.agent, call.resource, call.state])).toEqual([
    [0, 'triage', 'support', 'open'],
    [1, 'support', 'read', 'completed'],
  ]);
  expect(chain.hops.map(({ carried }) => carried)).toEqual([['money'], ['money']]);
});
