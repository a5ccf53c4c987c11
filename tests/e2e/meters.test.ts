// A spend limit in front of a running gateway: whatever is fired at it at once, exactly what the limit allows reaches the
// payments server's ledger, also when the gateway is killed in the middle of it.
import { type Gateway, readLedger, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './desk.ts';
import { entriesOf } from './entries.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { callModern } from './modern-call.ts';
import { policyFiles } from './policy-files.ts';
import { startWorld, type World } from './world.ts';

const METERS = `
meters:
  - { name: daily_spend, on: [payments/pay], add: { input: amount_cents }, per: agent, window: 24h }
  - { name: payments_of_chain, on: [payments/pay], add: 1, per: chain, window: 1h }
`;
/** In cents, and no multiple of what is paid at once: nothing may be rounded. */
const LIMIT = 2_000;
const LIMITS = `
@id("daily-limit")
forbid (principal is Agent, action == Action::"payments/pay", resource)
when { context.meter.daily_spend > ${LIMIT} };

@id("above-500-a-person-agrees")
@approve("finance")
forbid (principal is Agent, action == Action::"payments/pay", resource)
when { context.meter.daily_spend > 500 && context.input.invoice like "ASK-*" };
`;

let world: World;
let gateway: Gateway;
let desk: Desk;
beforeAll(async () => {
  world = await startWorld();
  ({ gateway } = world);
  desk = openDesk(gateway, gateway.adminToken ?? '');
  const policies = policyFiles(gateway, gateway.adminToken ?? '');
  await policies.write('spend.meters.yaml', METERS);
  await policies.publish('limits.cedar', LIMITS);
});
afterAll(async () => {
  if (gateway !== world.gateway) await gateway.stop();
  await world.close();
});

/** `paid`, the reason of the refusal, or `broken` where the gateway went away in the middle. */
async function pay(amount: number, invoice = 'INV-1'): Promise<string> {
  const url = `${gateway.data}/mcp/payments`;
  const token = await world.issuer.mint({ clientId: 'clerk', resource: url });
  const args = { vendor: 'acme', amount_cents: amount, invoice };
  try {
    const response = await callModern({ url, token, tool: 'pay', args });
    // A held call is answered on a stream.
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const message = isStream
      ? (await eventsOf(response).rest()).at(-1)
      : ((await response.json()) as Message);
    const { result, error } = message ?? {};
    if (error !== undefined) return String(error.data?.['reason']);
    return result?.isError === true
      ? (result._meta?.['dev.countersign/refusal']?.['reason'] ?? 'tool error')
      : 'paid';
  } catch {
    return 'broken';
  }
}
const spent = () =>
  readLedger<{ amount_cents: number }>(world.ledger).reduce((sum, { amount_cents }) => sum + amount_cents, 0);
const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

async function killAndStart(): Promise<void> {
  const { config, dataDir } = gateway;
  await gateway.kill('SIGKILL');
  gateway = await spawnGateway({ config, dataDir });
}

test('a guard on a meter holds what would exceed it; it counts when it is sent, by what is spent then', async () => {
  expect(await pay(400)).toBe('paid');
  expect(await pay(200, 'ASK-1')).toBe('approval_pending');
  expect(spent()).toBe(400);
  expect(await pay(300)).toBe('paid');
  const { id } = await desk.pending('ASK-1');
  expect(await desk.review(id, 'approve', 'fiona')).toMatchObject({ status: 200 });
  expect(await pay(200, 'ASK-1')).toBe('paid');
  expect(spent()).toBe(900);
  // No person can lengthen the day.
  expect(await pay(1_101, 'ASK-2')).toBe('forbidden');
  expect(await desk.count('ASK-2')).toBe(0);
});

describe('a daily limit', () => {
  test('is never exceeded by calls that come at once, nor by a gateway that is killed among them', async () => {
    const before = spent();
    const allowedBefore = readLedger(world.ledger).length;
    const first = times(120, () => pay(7));
    await expect.poll(spent, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before + 50);
    await killAndStart();
    const outcomes = await first;
    expect(outcomes.filter((one) => one === 'paid').length * 7).toBeLessThanOrEqual(spent() - before);

    // What may have been sent counts, whether it arrived or not; the rest is there to be spent.
    const unknown = (await entriesOf(gateway, 'call.unknown')).length;
    const more = await times(300, () => pay(7));
    expect(new Set(more)).toEqual(new Set(['paid', 'forbidden']));
    expect(spent()).toBeLessThanOrEqual(LIMIT);
    expect(spent()).toBeGreaterThan(LIMIT - 7 - unknown * 7);
    const decided = await entriesOf(gateway, 'call.decided');
    const allowed = decided.filter(({ body }) => body['decision'] === 'allow' && body['round'] === 1);
    expect(allowed).toHaveLength(Math.floor((LIMIT - before) / 7) + allowedBefore);
  });

  test('is still used up after another restart', async () => {
    const before = spent();
    await killAndStart();
    expect(await pay(7)).toBe('forbidden');
    expect(spent()).toBe(before);
  });
});
