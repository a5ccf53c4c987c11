// Who may let a held call through, and what exactly an approval is good for: this agent, for this person, making this
// very call, once, and only if everything else still permits it then (DESIGN section 8).
import { manifest, readLedger } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type Desk, openDesk } from './desk.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { callModern } from './modern-call.ts';
import { type PolicyFiles, policyFiles } from './policy-files.ts';
import type { CallRow } from './raw-world.ts';
import { startWorld, type World } from './world.ts';

const TWO_PEOPLE = `
@id("two-people") @approve("finance") @quorum("2")
forbid (principal, action == Action::"payments/pay", resource)
when { context.input.invoice like "TWO-*" };
`;

let world: World;
let desk: Desk;
let policies: PolicyFiles;
beforeAll(async () => {
  world = await startWorld({ config: { hold: { maxSeconds: 0, pendingPerAgent: 40 } } });
  const token = world.gateway.adminToken ?? '';
  desk = openDesk(world.gateway, token);
  policies = policyFiles(world.gateway, token);
  await policies.publish('two.cedar', TWO_PEOPLE);
  await apply(
    world.gateway,
    manifest('User', 'felix', { email: 'felix@example.com', groups: ['finance'] }),
    manifest('Group', 'directors', {}),
    agent('twin'),
    agent('looper'),
  );
});
afterAll(async () => {
  await world.close();
});

function agent(name: string, status?: string): string {
  return manifest('Agent', name, {
    owner: 'olive',
    team: 'platform',
    purpose: 'tests',
    capabilities: ['payments'],
    risk: 'medium',
    environment: 'production',
    identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
    ...(status === undefined ? {} : { status }),
  });
}

interface Payment {
  readonly agent?: string;
  readonly subject?: string;
  readonly cents?: number;
  readonly id?: number | string;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `done`, or why not. */
async function pay(invoice: string, payment: Payment = {}): Promise<string> {
  const { agent: who = 'clerk', subject, cents = 250_000, ...more } = payment;
  const response = await callModern({
    url: `${world.gateway.data}/mcp/payments`,
    token: await world.token(who, '/mcp/payments', subject === undefined ? {} : { subject }),
    tool: 'pay',
    args: { vendor: 'acme', amount_cents: cents, invoice },
    ...more,
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const message = isStream ? (await eventsOf(response).rest()).at(-1) : ((await response.json()) as Message);
  if (message === undefined) return 'no answer';
  if (message.error !== undefined) return `error ${message.error.code}`;
  if (message.result?.isError !== true) return 'done';
  return message.result._meta?.['dev.countersign/refusal']?.['reason'] ?? 'failed';
}
const PENDING = 'approval_pending';
const paid = (invoice: string) =>
  readLedger<{ invoice: string }>(world.ledger).filter((effect) => effect.invoice === invoice).length;
const held = async (invoice: string, payment: Payment = {}) => {
  expect(await pay(invoice, payment)).toBe(PENDING);
  return desk.pending(invoice);
};
const approved = async (invoice: string, payment: Payment = {}) => {
  const { id } = await held(invoice, payment);
  expect((await desk.review(id, 'approve', 'felix')).body.state).toBe('approved');
  return id;
};

describe('who may decide', () => {
  test('a member of the group that the guard names, and nobody else: neither a user without group, nor the admin', async () => {
    const { id } = await held('WHO');
    for (const nobody of ['victor', 'admin']) {
      const { status, body } = await desk.review(id, 'approve', nobody);
      expect([status, body.error?.code]).toEqual([403, 'not_a_reviewer']);
    }
    expect((await desk.show(id)).reviews).toEqual([]);
    expect(await pay('WHO')).toBe(PENDING);
    expect((await desk.review(id, 'approve', 'fiona')).body.state).toBe('approved');
    expect(await pay('WHO')).toBe('done');
  });

  test('the owner of the agent counts, but alone never suffices', async () => {
    const { id } = await held('OWNER');
    expect((await desk.review(id, 'approve', 'olive')).body.state).toBe('pending');
    expect(await pay('OWNER')).toBe(PENDING);
    expect((await desk.review(id, 'approve', 'fiona')).body.state).toBe('approved');
    expect(await pay('OWNER')).toBe('done');
  });

  test('the owner alone can reject', async () => {
    const { id } = await held('OWNER-REJECTS');
    expect((await desk.review(id, 'reject', 'olive', 'not mine')).body.state).toBe('rejected');
  });

  test('two people where the guard asks for two: one person counts once', async () => {
    const { id, quorum } = await held('TWO-1', { cents: 100 });
    expect(quorum).toBe(2);
    expect((await desk.review(id, 'approve', 'fiona')).body.state).toBe('pending');
    const again = await desk.review(id, 'approve', 'fiona');
    expect([again.status, again.body.error?.code]).toEqual([409, 'already_reviewed']);
    expect(await pay('TWO-1', { cents: 100 })).toBe(PENDING);
    expect((await desk.review(id, 'approve', 'felix')).body.state).toBe('approved');
    expect(await pay('TWO-1', { cents: 100 })).toBe('done');
  });

  test('two people at the same moment: both count, and neither is lost', async () => {
    const { id } = await held('TWO-2', { cents: 100 });
    const [one, two] = await Promise.all([
      desk.review(id, 'approve', 'fiona'),
      desk.review(id, 'approve', 'felix'),
    ]);
    expect(new Set([one.body.state, two.body.state])).toEqual(new Set(['approved', 'pending']));
  });

  test('not the person on whose behalf the call is made', async () => {
    const { id, subject } = await held('ON-BEHALF', { subject: 'fiona@example.com' });
    expect(subject).toBe('fiona');
    const own = await desk.review(id, 'approve', 'fiona');
    expect([own.status, own.body.error?.code]).toEqual([403, 'not_a_reviewer']);
    expect((await desk.review(id, 'approve', 'felix')).body.state).toBe('approved');
    expect(await pay('ON-BEHALF', { subject: 'fiona@example.com' })).toBe('done');
  });

  test('with a reason where one is required; a rejection always needs one', async () => {
    const large = await held('REASON');
    expect((await desk.review(large.id, 'approve', 'fiona', ' ')).body.error?.code).toBe('reason_required');
    const small = await held('TWO-REASON', { cents: 100 });
    expect((await desk.review(small.id, 'reject', 'fiona', '')).body.error?.code).toBe('reason_required');
    expect((await desk.review(small.id, 'approve', 'fiona', '')).status).toBe(200);
  });

  test('once: what is decided cannot be decided again, and what never was cannot be decided', async () => {
    const { id } = await held('ONCE');
    await desk.review(id, 'reject', 'fiona', 'no order');
    const late = await desk.review(id, 'approve', 'felix');
    expect([late.status, late.body.error?.code]).toEqual([409, 'not_pending']);
    expect((await desk.review(`apr_${'0'.repeat(32)}`, 'approve', 'felix')).status).toBe(404);
    expect(paid('ONCE')).toBe(0);
  });

  test('for good: whoever asks again for what was rejected learns that, and nobody is asked again', async () => {
    const { id } = await held('NO-MEANS-NO');
    await desk.review(id, 'reject', 'fiona', 'no order');
    for (let i = 0; i < 2; i += 1) expect(await pay('NO-MEANS-NO', { id: i })).toBe('approval_rejected');
    expect(await desk.count('NO-MEANS-NO')).toBe(1);
    const { calls } = await world.admin<{ calls: CallRow[] }>('/calls?limit=1');
    expect(calls[0]).toMatchObject({ decision: 'deny', reason: 'approval_rejected', state: 'denied' });
    // Another call is another question.
    expect(await pay('NO-MEANS-NO', { cents: 250_001 })).toBe(PENDING);
    expect(paid('NO-MEANS-NO')).toBe(0);
  });

  test('not somebody who has left since', async () => {
    const { id } = await held('LEFT');
    await desk.review(id, 'approve', 'victor');
    const spec = { email: 'victor@example.com', groups: ['finance'], active: false };
    await apply(world.gateway, manifest('User', 'victor', spec));
    expect((await desk.review(id, 'approve', 'victor')).status).toBeGreaterThanOrEqual(401);
    expect((await desk.show(id)).state).toBe('pending');
  });
});

describe('what an approval is good for', () => {
  test('the same call, although its id, its progress token and its trace differ', async () => {
    await approved('SAME', { id: 1, meta: { progressToken: 'a' } });
    const retry = {
      id: 'two',
      meta: { progressToken: 'b', traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` },
      headers: { traceparent: `00-${'3'.repeat(32)}-${'4'.repeat(16)}-01` },
    };
    expect(await pay('SAME', retry)).toBe('done');
    expect(paid('SAME')).toBe(1);
  });

  test.each<[string, Payment]>([
    ['one changed argument', { cents: 250_001 }],
    ['one more member in `_meta`', { meta: { purpose: 'something else' } }],
    ['another agent with the very same call', { agent: 'twin' }],
    ['the same agent on behalf of somebody', { subject: 'victor@example.com' }],
  ])('not %s', async (name, other) => {
    const invoice = `NOT-${name}`;
    const id = await approved(invoice);
    expect(await pay(invoice, other)).toBe(PENDING);
    expect(paid(invoice)).toBe(0);
    expect(await desk.show(id)).toMatchObject({ state: 'approved', consumedBy: null });
    expect(await pay(invoice)).toBe('done');
    expect(paid(invoice)).toBe(1);
  });

  test('once, also when its retries come all at once', async () => {
    await approved('RACE');
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, id) => pay('RACE', { id })));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(paid('RACE')).toBe(1);
  });

  test('only while policy still permits the rest', async () => {
    const id = await approved('TODAY');
    const closed = '@id("closed") forbid (principal, action == Action::"payments/pay", resource);';
    await policies.publish('closed.cedar', closed);
    expect(await pay('TODAY')).toBe('forbidden');
    expect(paid('TODAY')).toBe(0);
    expect(await desk.show(id)).toMatchObject({ state: 'approved' });
    await policies.publish('closed.cedar', '');
    expect(await pay('TODAY')).toBe('done');
  });

  test('only for what its guards asked: a guard that is new asks anew', async () => {
    const id = await approved('NEW-GUARD');
    const guard = `@id("new-guard") @approve("finance") forbid (principal, action == Action::"payments/pay", resource)
      when { context.input.invoice == "NEW-GUARD" };`;
    await policies.publish('closed.cedar', guard);
    const anew = await held('NEW-GUARD');
    expect(anew.guards.map(({ policy }) => policy)).toContain('new-guard');
    expect((await desk.show(id)).state).toBe('expired');
    expect(paid('NEW-GUARD')).toBe(0);
    expect((await desk.review(anew.id, 'approve', 'fiona')).body.state).toBe('approved');
    expect(await pay('NEW-GUARD')).toBe('done');
    await policies.publish('closed.cedar', '');
  });

  test.each([
    ['another group', '@approve("directors")'],
    ['more people', '@approve("finance") @quorum("2")'],
    ['a reason', '@approve("finance") @reason("required")'],
    ['less time', '@approve("finance") @maxWait("1m")'],
  ])('only on the terms of its guard: one that asks for %s by now asks anew', async (what, terms) => {
    const invoice = `TERMS-${what}`;
    const guard = (annotations: string) => `@id("terms") ${annotations}
      forbid (principal, action == Action::"payments/pay", resource) when { context.input.invoice == "${invoice}" };`;
    await policies.publish('terms.cedar', guard('@approve("finance") @maxWait("4h")'));
    const id = await approved(invoice, { cents: 1 });
    await policies.publish('terms.cedar', guard(terms));
    const anew = await held(invoice, { cents: 1 });
    expect(anew.id).not.toBe(id);
    expect((await desk.show(id)).state).toBe('expired');
    expect(paid(invoice)).toBe(0);
    await policies.publish('terms.cedar', '');
  });

  test('only while those who gave it could give it', async () => {
    const felix = (groups: readonly string[]) =>
      manifest('User', 'felix', { email: 'felix@example.com', groups });
    const id = await approved('LEFT-LATER');
    await apply(world.gateway, felix([]));
    const anew = await held('LEFT-LATER');
    expect(anew.id).not.toBe(id);
    expect((await desk.show(id)).state).toBe('expired');
    expect(paid('LEFT-LATER')).toBe(0);
    await apply(world.gateway, felix(['finance']));
    expect((await desk.review(anew.id, 'approve', 'felix')).body.state).toBe('approved');
    expect(await pay('LEFT-LATER')).toBe('done');
  });

  test('only while the agent is active', async () => {
    await approved('STOPPED', { agent: 'twin' });
    await apply(world.gateway, agent('twin', 'quarantined'));
    expect(await pay('STOPPED', { agent: 'twin' })).toBe('quarantined');
    expect(paid('STOPPED')).toBe(0);
  });
});

test('an agent in a loop cannot flood the people: beyond the limit it is refused, others are not', async () => {
  const outcomes: string[] = [];
  for (let i = 0; i < 42; i += 1) outcomes.push(await pay(`LOOP-${i}`, { agent: 'looper' }));
  expect(outcomes.slice(0, 40).every((outcome) => outcome === PENDING)).toBe(true);
  expect(outcomes.slice(40)).toEqual(['too_many_pending', 'too_many_pending']);
  // What it waits for already it may ask for again.
  expect(await pay('LOOP-3', { agent: 'looper' })).toBe(PENDING);
  const { calls } = await world.admin<{ calls: CallRow[] }>('/calls?agent=looper&decision=deny');
  expect(calls.map(({ reason }) => reason)).toEqual(['too_many_pending', 'too_many_pending']);
  await held('NO-LOOP');
});

test('the log of all this verifies', async () => {
  const { code, stdout } = await world.gateway.cli('verify', '--json');
  expect(code, stdout).toBe(0);
});
