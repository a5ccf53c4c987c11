// A call that waits for people on its own connection: it is told that it waits, it gets the real result or the refusal on
// the same request, and when its caller gives up, nobody can let it through any more (DESIGN section 8; protocols.md 1.6).
import { connectV1, connectV2, readLedger, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './desk.ts';
import { eventsOf, type Message, type ToolResult } from './event-reader.ts';
import { openLegacySession } from './legacy-call.ts';
import { callModern } from './modern-call.ts';
import { policyFiles } from './policy-files.ts';
import type { CallRow } from './raw-world.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

const SHORT = `
@id("soon-forgotten") @approve("finance") @expires("1s")
forbid (principal, action == Action::"payments/pay", resource)
when { context.input.invoice like "SHORT-*" };
`;

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await startWorld({ config: { hold: { maxSeconds: 20 } } });
  const token = world.gateway.adminToken ?? '';
  desk = openDesk(world.gateway, token);
  await policyFiles(world.gateway, token).publish('short.cedar', SHORT);
});
afterAll(async () => {
  // Since the restarts it is another one than `close` knows.
  await world.gateway.stop();
  await world.close();
});

const payment = (invoice: string, cents = 250_000) => ({ vendor: 'acme', amount_cents: cents, invoice });
const paid = (invoice: string) =>
  readLedger<{ invoice: string }>(world.ledger).filter((effect) => effect.invoice === invoice).length;
const rowOf = async (id: string) => (await world.admin<{ call: CallRow }>(`/calls/${id}`)).call;
const reasonOf = (result: ToolResult | undefined) => result?._meta?.['dev.countersign/refusal']?.['reason'];

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { readonly progress: number; readonly message?: string }) => void;
}
interface Client {
  pay(invoice: string, options?: CallOptions): Promise<ToolResult>;
  close(): Promise<void>;
}

async function clientV1(): Promise<Client> {
  const client = await connectV1(`${world.gateway.data}/mcp/payments`, {
    token: await world.token('clerk', '/mcp/payments'),
  });
  return {
    pay: async (invoice, options) =>
      (await client.callTool(
        { name: 'pay', arguments: payment(invoice) },
        undefined,
        options as Parameters<typeof client.callTool>[2],
      )) as ToolResult,
    close: () => client.close(),
  };
}
async function clientV2(era: 'legacy' | '2026-07-28'): Promise<Client> {
  const token = await world.token('clerk', '/mcp/payments');
  const client = await connectV2(`${world.gateway.data}/mcp/payments`, { token, era });
  return {
    pay: async (invoice, options) =>
      (await client.callTool(
        { name: 'pay', arguments: payment(invoice) },
        options as Parameters<typeof client.callTool>[1],
      )) as ToolResult,
    close: () => client.close(),
  };
}
const clients = [
  ['sdk 1.x', clientV1],
  ['client 2.x, legacy era', () => clientV2('legacy')],
  ['client 2.x, 2026-07-28', () => clientV2('2026-07-28')],
] as const;

describe.each(clients)('%s', (name, connect) => {
  test('waits, is told so, and gets the real result on the same request once fiona approves', async () => {
    const invoice = `WAIT-${name}`;
    const client = await connect();
    const told: string[] = [];
    const answered = client.pay(invoice, { onprogress: ({ message }) => told.push(message ?? '') });
    const { id, call } = await desk.pending(invoice);
    await expect.poll(() => told.length, SOON).toBeGreaterThan(0);
    expect(told[0]).toBe(`waiting for approval ${id}`);
    expect(await rowOf(call)).toMatchObject({ decision: 'hold', state: 'held' });
    expect(paid(invoice)).toBe(0);

    expect((await desk.review(id, 'approve', 'fiona')).body.state).toBe('approved');
    const result = await answered;
    expect(result.isError ?? false).toBe(false);
    expect(result.structuredContent).toMatchObject({ invoice });
    expect(paid(invoice)).toBe(1);
    expect(await rowOf(call)).toMatchObject({
      decision: 'allow',
      reason: 'grant_redeemed',
      state: 'completed',
      outcome: 'ok',
    });
    expect(await desk.show(id)).toMatchObject({ state: 'consumed', consumedBy: call });
    const { entries } = await world.admin<{ entries: { kind: string }[] }>(`/calls/${call}`);
    expect(entries.map(({ kind }) => kind)).toEqual([
      'call.decided',
      'approval.requested',
      'approval.reviewed',
      'call.decided',
      'call.completed',
    ]);
    await client.close();
  });

  test('is refused on the same request once fiona rejects, and nothing is paid', async () => {
    const invoice = `REJECT-${name}`;
    const client = await connect();
    const answered = client.pay(invoice);
    const { id, call } = await desk.pending(invoice);
    expect((await desk.review(id, 'reject', 'fiona', 'no order')).body.state).toBe('rejected');
    const result = await answered;
    expect(result.isError).toBe(true);
    expect(reasonOf(result)).toBe('approval_rejected');
    expect(await rowOf(call)).toMatchObject({
      decision: 'deny',
      reason: 'approval_rejected',
      state: 'denied',
    });
    expect(paid(invoice)).toBe(0);
    await client.close();
  });

  test('gives up: the request is withdrawn, and an approval that comes later is refused', async () => {
    const invoice = `CANCEL-${name}`;
    const client = await connect();
    const leave = new AbortController();
    const answered = client.pay(invoice, { signal: leave.signal });
    answered.catch(() => undefined);
    const { id, call } = await desk.pending(invoice);
    leave.abort();
    await expect(answered).rejects.toThrow(/abort/i);
    await expect.poll(async () => (await desk.show(id)).state, SOON).toBe('withdrawn');
    expect((await desk.review(id, 'approve', 'fiona')).status).toBe(409);
    expect(await rowOf(call)).toMatchObject({ state: 'denied' });
    expect(paid(invoice)).toBe(0);
    await client.close();
  });

  test('is refused when nobody decides in time, and the record says that', async () => {
    const invoice = `SHORT-${name}`;
    const client = await connect();
    const result = await client.pay(invoice);
    expect(reasonOf(result)).toBe('approval_expired');
    const { calls } = await world.admin<{ calls: CallRow[] }>('/calls?limit=1');
    expect(calls[0]).toMatchObject({ decision: 'deny', reason: 'approval_expired', state: 'denied' });
    expect(paid(invoice)).toBe(0);
    await client.close();
  });
});

/** The gateway's address, and with it the audience of its tokens, changes with a restart in this file. */
const tokenOfNow = () =>
  world.issuer.mint({ clientId: 'clerk', resource: `${world.gateway.data}/mcp/payments` });

/** One modern call by hand. */
async function pay(invoice: string, more: { signal?: AbortSignal; accept?: string; id?: number } = {}) {
  const { signal, accept, id } = more;
  return callModern({
    url: `${world.gateway.data}/mcp/payments`,
    token: await tokenOfNow(),
    tool: 'pay',
    args: payment(invoice),
    ...(id === undefined ? {} : { id }),
    ...(signal === undefined ? {} : { signal }),
    ...(accept === undefined ? {} : { headers: { accept } }),
  });
}
const resultOf = async (response: Response) => (await eventsOf(response).rest()).at(-1)?.result;

test('the response names call and approval at once, and a client that asked for none gets no progress', async () => {
  const response = await pay('HEADERS');
  const { id, call } = await desk.pending('HEADERS');
  expect(response.headers.get('countersign-call')).toBe(call);
  expect(response.headers.get('countersign-approval')).toBe(id);
  await desk.review(id, 'approve', 'fiona');
  const events = eventsOf(response);
  expect(await events.rest()).toHaveLength(1);
  expect(events.raw()).toContain(': held for approval');
});

test('a client that takes no event stream waits in silence and is answered in JSON', async () => {
  const answered = pay('JSON-ONLY', { accept: 'application/json' });
  const { id } = await desk.pending('JSON-ONLY');
  await desk.review(id, 'reject', 'fiona', 'no order');
  const response = await answered;
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(reasonOf(((await response.json()) as Message).result)).toBe('approval_rejected');
});

describe('two identical calls', () => {
  test('wait for one request, and only one of them is carried out', async () => {
    const answered = [pay('TWICE', { id: 1 }), pay('TWICE', { id: 2 })];
    const responses = await Promise.all(answered);
    const { id } = await desk.pending('TWICE');
    expect(await desk.count('TWICE')).toBe(1);
    await desk.review(id, 'approve', 'fiona');
    const results = await Promise.all(responses.map(resultOf));
    expect(results.filter((result) => result?.isError !== true)).toHaveLength(1);
    expect(paid('TWICE')).toBe(1);
    for (const response of responses)
      expect(['completed', 'denied', 'held']).toContain(
        (await rowOf(response.headers.get('countersign-call') ?? '')).state,
      );
  });

  test('one gives up: the other still waits, and is carried out', async () => {
    const leave = new AbortController();
    const first = await pay('ONE-LEAVES', { signal: leave.signal });
    const second = await pay('ONE-LEAVES', { id: 2 });
    const { id } = await desk.pending('ONE-LEAVES');
    leave.abort();
    await expect(first.text()).rejects.toThrow(/abort/i);
    expect((await desk.review(id, 'approve', 'fiona')).status).toBe(200);
    expect((await resultOf(second))?.isError ?? false).toBe(false);
    expect(paid('ONE-LEAVES')).toBe(1);
  });

  test('both give up, in whatever order: the request is withdrawn', async () => {
    const leave = [new AbortController(), new AbortController()];
    const first = await pay('BOTH-LEAVE', { signal: (leave[0] as AbortController).signal });
    const second = await pay('BOTH-LEAVE', { id: 2, signal: (leave[1] as AbortController).signal });
    const { id } = await desk.pending('BOTH-LEAVE');
    for (const [at, response] of [first, second].entries()) {
      leave[at]?.abort();
      await expect(response.text()).rejects.toThrow(/abort/i);
    }
    await expect.poll(async () => (await desk.show(id)).state, SOON).toBe('withdrawn');
    expect(paid('BOTH-LEAVE')).toBe(0);
  });
});

describe('in a session of the older revisions', () => {
  const open = () =>
    openLegacySession(`${world.gateway.data}/mcp/payments`, () => world.token('clerk', '/mcp/payments'));

  test('a lost connection is no cancellation: the retry redeems what was approved since', async () => {
    const session = await open();
    const lose = new AbortController();
    const lost = await session.call(1, 'pay', payment('LOST'), lose.signal);
    const { id } = await desk.pending('LOST');
    lose.abort();
    await expect(lost.text()).rejects.toThrow(/abort/i);
    const retried = await session.call(2, 'pay', payment('LOST'));
    await desk.review(id, 'approve', 'fiona');
    expect((await resultOf(retried))?.isError ?? false).toBe(false);
    expect(await desk.count('LOST')).toBe(1);
    expect(paid('LOST')).toBe(1);
  });

  test('nothing is carried out for a connection that was lost, also when it is approved', async () => {
    const session = await open();
    const lose = new AbortController();
    const lost = await session.call(1, 'pay', payment('LOST-FOR-GOOD'), lose.signal);
    const { id } = await desk.pending('LOST-FOR-GOOD');
    lose.abort();
    await expect(lost.text()).rejects.toThrow(/abort/i);
    // The gateway has seen it go once it serves the next request of that client.
    await (await session.post({ id: 2, method: 'tools/list' })).text();
    expect((await desk.review(id, 'approve', 'fiona')).body.state).toBe('approved');
    expect(await desk.show(id)).toMatchObject({ state: 'approved', consumedBy: null });
    expect(paid('LOST-FOR-GOOD')).toBe(0);
  });

  test('a cancellation that names another request, or comes from another session, changes nothing', async () => {
    const [session, other] = [await open(), await open()];
    const response = await session.call(1, 'pay', payment('NOT-THIS'));
    const { id } = await desk.pending('NOT-THIS');
    const cancel = (requestId: unknown) => ({ method: 'notifications/cancelled', params: { requestId } });
    for (const [from, requestId] of [
      [session, 2],
      [session, '1'],
      [other, 1],
    ] as const)
      expect((await from.post(cancel(requestId))).status).toBe(202);
    await desk.review(id, 'approve', 'fiona');
    expect((await resultOf(response))?.isError ?? false).toBe(false);
  });

  test('the end of the session gives up what it waits for', async () => {
    const session = await open();
    const response = await session.call(1, 'pay', payment('SESSION-END'));
    const { id } = await desk.pending('SESSION-END');
    expect((await session.end()).status).toBe(200);
    await expect.poll(async () => (await desk.show(id)).state, SOON).toBe('withdrawn');
    await response.text();
    expect(paid('SESSION-END')).toBe(0);
  });
});

test.each(['stop', 'kill'] as const)(
  'a held call outlives the gateway (%s): its retry redeems what was approved since',
  async (how) => {
    const invoice = `RESTART-${how}`;
    const response = await pay(invoice);
    const { id } = await desk.pending(invoice);
    const broken = response.text().then(
      () => 'answered',
      () => 'broken off',
    );
    const { config, dataDir, adminToken = '' } = world.gateway;
    if (how === 'stop') await world.gateway.stop();
    else await world.gateway.kill('SIGKILL');
    expect(await broken).toBe(how === 'stop' ? 'answered' : 'broken off');

    const gateway = await spawnGateway({ config, dataDir });
    const after = openDesk(gateway, adminToken);
    expect(await after.show(id)).toMatchObject({ state: 'pending' });
    expect((await after.review(id, 'approve', 'fiona')).body.state).toBe('approved');
    world = { ...world, gateway: { ...gateway, adminToken } };
    desk = after;
    const retried = await pay(invoice, { id: 77 });
    expect(retried.status).toBe(200);
    await retried.text();
    expect(paid(invoice)).toBe(1);
    expect(await after.show(id)).toMatchObject({ state: 'consumed' });
    const verified = await gateway.cli('verify', '--json');
    expect(verified.code, verified.stdout).toBe(0);
  },
);
