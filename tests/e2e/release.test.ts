// An approved call is decided by what is true when it is sent, not by what was true when it came (DESIGN section 8).
import { manifest, readLedger } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type Desk, openDesk } from './desk.ts';
import { callModern, modernRequest } from './modern-call.ts';
import { policyFiles } from './policy-files.ts';
import type { CallRow } from './raw-world.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await startWorld({ config: { hold: { maxSeconds: 60 } } });
  desk = openDesk(world.gateway, world.gateway.adminToken ?? '');
});
afterAll(async () => {
  await world.close();
});

const clerk = {
  status: 'active',
  owner: 'olive',
  team: 'platform',
  purpose: 'the clerk of the tests',
  capabilities: ['payments'],
  risk: 'medium',
  environment: 'production',
  identities: [
    { issuer: 'corp', claim: 'client_id', value: 'clerk' },
    { issuer: 'corp', claim: 'act.sub', value: 'clerk' },
  ],
};

test.each([
  ['that nothing changed about', {}, { decision: 'allow', reason: 'grant_redeemed' }],
  ['that lost its capability', { capabilities: [] }, { decision: 'deny', reason: 'no_permit' }],
  [
    'whose identity was taken from it',
    { identities: clerk.identities.slice(1) },
    { decision: 'deny', reason: 'unregistered' },
  ],
  ['that was quarantined', { status: 'quarantined' }, { decision: 'deny', reason: 'quarantined' }],
])('the held call of an agent %s', async (what, change, became) => {
  await apply(world.gateway, manifest('Agent', 'clerk', clerk));
  const invoice = `INV ${what}`;
  const answered = callModern({
    url: `${world.gateway.data}/mcp/payments`,
    token: await world.token('clerk', '/mcp/payments'),
    tool: 'pay',
    args: { vendor: 'acme', amount_cents: 250_000, invoice },
  });
  const { id, call } = await desk.pending(invoice);
  await apply(world.gateway, manifest('Agent', 'clerk', { ...clerk, ...change }));
  expect(await desk.review(id, 'approve', 'fiona')).toMatchObject({ status: 200 });
  await (await answered).text();

  const isSent = became.decision === 'allow';
  expect((await world.admin<{ call: CallRow }>(`/calls/${call}`)).call).toMatchObject(became);
  const paid = readLedger<{ invoice: string }>(world.ledger).filter((effect) => effect.invoice === invoice);
  expect(paid).toHaveLength(isSent ? 1 : 0);
  expect((await desk.show(id)).state).toBe(isSent ? 'consumed' : 'approved');
});

test('a call whose last bytes come late is decided by what is registered by then', async () => {
  await apply(world.gateway, manifest('Agent', 'clerk', clerk));
  const { body, ...call } = modernRequest({
    token: await world.token('clerk', '/mcp/payments'),
    tool: 'pay',
    args: { vendor: 'acme', amount_cents: 1, invoice: 'INV late' },
  });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const answered = fetch(`${world.gateway.data}/mcp/payments`, { ...call, body: readable, duplex: 'half' });
  const writer = writable.getWriter();
  const bytes = new TextEncoder().encode(body);
  await writer.write(bytes.subarray(0, 20));
  await apply(world.gateway, manifest('Agent', 'clerk', { ...clerk, capabilities: [] }));
  await writer.write(bytes.subarray(20));
  await writer.close();
  expect(await (await answered).text()).toContain('no_permit');
  await apply(world.gateway, manifest('Agent', 'clerk', clerk));
});

test('the vote of somebody who has left since does not count towards a quorum', async () => {
  const frank = { email: 'frank@example.com', groups: ['finance'] };
  await apply(world.gateway, manifest('Agent', 'clerk', clerk), manifest('User', 'frank', frank));
  await policyFiles(world.gateway, world.gateway.adminToken ?? '').publish(
    'two.cedar',
    '@id("two") @approve("finance") @quorum("2")\nforbid (principal, action == Action::"payments/pay", resource);',
  );
  const answered = callModern({
    url: `${world.gateway.data}/mcp/payments`,
    token: await world.token('clerk', '/mcp/payments'),
    tool: 'pay',
    args: { vendor: 'acme', amount_cents: 1, invoice: 'INV quorum' },
  });
  const { id } = await desk.pending('INV quorum');
  expect((await desk.review(id, 'approve', 'frank')).body.state).toBe('pending');
  await apply(world.gateway, manifest('User', 'frank', { ...frank, active: false }));
  expect((await desk.review(id, 'approve', 'fiona')).body.state).toBe('pending');
  expect((await desk.review(id, 'approve', 'olive')).body.state).toBe('approved');
  await (await answered).text();
});
