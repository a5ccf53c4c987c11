// A held call of a client of 2026-07-28 that can show its user a page: it is sent there, comes back for the outcome, and gets it
// once people have decided. Nothing goes to the server before, and what it comes back with is of use to nobody else.
import { connectV2, manifest, type RunningProcess, startConformanceFixture } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type Desk, openDesk } from './desk.ts';
import { type Answered, filled, form, type MrtrWorld, startMrtrWorld } from './mrtr-world.ts';
import { SOON } from './soon.ts';

const KEY = 'dev.countersign/approval';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const withPage = { [CAPABILITIES]: { elicitation: { form: {}, url: {} } } };

let world: MrtrWorld;
let desk: Desk;
let fixture: RunningProcess;
beforeAll(async () => {
  world = await startMrtrWorld({
    hold: { maxSeconds: 3 },
    adminPlane: { port: 0, publicUrl: 'https://console.example' },
  });
  desk = openDesk(world.gateway, world.gateway.adminToken ?? '');
  fixture = await startConformanceFixture();
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(world.gateway, manifest('MCPServer', 'sdk', { ...place, url: fixture.url }));
});
afterAll(async () => {
  await world.close();
  await fixture.stop();
});

const payer = { agent: 'payer', meta: withPage };
const stateOf = ({ result }: Answered): string => result?.requestState ?? '';
const accepted = { inputResponses: { [KEY]: { action: 'accept' } } };

test('its client is sent to the page at once, and comes back for the result, which people allowed meanwhile', async () => {
  const before = world.received();
  const first = await world.ask({ n: 'PAGE' }, {}, payer);
  const held = await desk.pending('PAGE');
  expect(first.result).toMatchObject({
    resultType: 'input_required',
    inputRequests: {
      [KEY]: {
        method: 'elicitation/create',
        params: {
          mode: 'url',
          url: `https://console.example/approvals/${held.id}`,
          message: expect.stringContaining(held.id),
        },
      },
    },
  });
  // Not yet: it comes back, and is told to come again, without being shown the page another time.
  const second = await world.ask({ n: 'PAGE' }, { ...accepted, requestState: stateOf(first) }, payer);
  expect(second.result).toMatchObject({ resultType: 'input_required' });
  expect(second.result).not.toHaveProperty('inputRequests');
  expect(world.received()).toBe(before);
  expect(await desk.count('PAGE')).toBe(1);

  const waiting = world.ask({ n: 'PAGE' }, { requestState: stateOf(second) }, payer);
  await desk.review(held.id, 'approve', 'fiona');
  const last = await waiting;
  expect(last.params).toMatchObject({ arguments: { n: 'PAGE' } });
  expect(last.params).not.toHaveProperty('requestState');
  expect(last.params).not.toHaveProperty('inputResponses');
  expect(world.received()).toBe(before + 1);
  expect((await desk.show(held.id)).consumedBy).toBe(last.call);
  const { chain } = await world.detail(first.call);
  expect(await world.detail(last.call)).toMatchObject({ chain, outcome: 'ok' });
});

test('a rejection is told when it comes back', async () => {
  const first = await world.ask({ n: 'NO' }, {}, payer);
  const held = await desk.pending('NO');
  await desk.review(held.id, 'reject', 'fiona');
  const before = world.received();
  const last = await world.ask({ n: 'NO' }, { ...accepted, requestState: stateOf(first) }, payer);
  expect(last.result).toMatchObject({ isError: true, resultType: 'complete' });
  expect(world.received()).toBe(before);
});

test('a user who does not look is asked no more: the call is pending as for any other client', async () => {
  const first = await world.ask({ n: 'LATER' }, {}, payer);
  await desk.pending('LATER');
  const inputResponses = { [KEY]: { action: 'decline' } };
  const last = await world.ask({ n: 'LATER' }, { inputResponses, requestState: stateOf(first) }, payer);
  expect(last.result).toMatchObject({
    isError: true,
    _meta: { 'dev.countersign/refusal': { reason: 'approval_pending' } },
  });
});

test('a client that has tasks is not sent there, but given one', async () => {
  const extensions = { 'io.modelcontextprotocol/tasks': {} };
  const meta = { [CAPABILITIES]: { elicitation: { url: {} }, extensions } };
  const { result } = await world.ask({ n: 'TASK' }, {}, { agent: 'payer', meta });
  expect(result).toMatchObject({ resultType: 'task', status: 'working' });
});

test('what it comes back with is for this call of this caller only', async () => {
  const requestState = stateOf(await world.ask({ n: 'MINE' }, {}, payer));
  const before = world.received();
  for (const [args, sent] of [
    [{ n: 'OTHER' }, payer],
    [{ n: 'MINE' }, { ...payer, agent: 'other' }],
  ] as const) {
    const refused = await world.ask(args, { ...accepted, requestState }, sent);
    expect(refused.error).toMatchObject({ code: -32602, message: 'Invalid or expired requestState' });
  }
  expect(world.received()).toBe(before);
});

test('what the held call answered its server is kept for it: its client sends only what it was asked last', async () => {
  const args = { n: 'ROUND', ask: { q: form('sure?', 'ok') }, state: 'the-servers' };
  const asking = await world.ask(args, {}, payer);
  await desk.review((await desk.pending('ROUND')).id, 'approve', 'fiona');
  const asked = await world.ask(args, { ...accepted, requestState: stateOf(asking) }, payer);
  expect(asked.result?.inputRequests).toEqual(args.ask);

  const inputResponses = { q: filled({ ok: 'SURELY' }) };
  const held = await world.ask(args, { inputResponses, requestState: stateOf(asked) }, payer);
  expect(Object.keys(held.result?.inputRequests ?? {})).toEqual([KEY]);
  await desk.review((await desk.pending('SURELY')).id, 'approve', 'fiona');
  const last = await world.ask(args, { ...accepted, requestState: stateOf(held) }, payer);
  expect(last.params).toMatchObject({ inputResponses, requestState: 'the-servers' });
  expect((await world.recorded('mcp:elicitation/answer'))[0]).toMatchObject({
    decision: 'allow',
    outcome: 'ok',
  });
});

test.each([
  ['that says nothing of pages', {}],
  ['that has only forms', { elicitation: { form: {} } }],
])('a client %s is not sent there', async (name, capabilities) => {
  const { result } = await world.ask(
    { n: name },
    {},
    { agent: 'payer', meta: { [CAPABILITIES]: capabilities } },
  );
  expect(result).toMatchObject({
    isError: true,
    _meta: { 'dev.countersign/refusal': { reason: 'approval_pending' } },
  });
});

test('the official client shows its user the page once, and returns the result', async () => {
  const url = `${world.gateway.data}/mcp/sdk`;
  const token = await world.issuer.mint({ clientId: 'payer', resource: url });
  const client = await connectV2(url, {
    token,
    era: '2026-07-28',
    client: { capabilities: { elicitation: { url: {} } } },
  });
  const shown: string[] = [];
  client.setRequestHandler('elicitation/create', ({ params }) => {
    if ('url' in params) shown.push(params.url);
    return { action: 'accept' };
  });
  const calling = client.callTool({ name: 'test_simple_text' });
  const held = await desk.pending('test_simple_text');
  await expect.poll(() => shown, SOON).toHaveLength(1);
  await desk.review(held.id, 'approve', 'fiona');
  expect(JSON.stringify((await calling).content)).toContain('This is a simple text response');
  expect(shown).toEqual([`https://console.example/approvals/${held.id}`]);
  await client.close();
});

test('a client that comes back again and again is told "pending" before it gives up by itself', async () => {
  const impatient = await startMrtrWorld({ hold: { maxSeconds: 0 } });
  try {
    let answer = await impatient.ask({ n: 'AGAIN' }, {}, payer);
    let rounds = 1;
    while (answer.result?.requestState !== undefined && rounds < 20) {
      answer = await impatient.ask({ n: 'AGAIN' }, { requestState: answer.result.requestState }, payer);
      rounds += 1;
    }
    expect(answer.result).toMatchObject({
      isError: true,
      _meta: { 'dev.countersign/refusal': { reason: 'approval_pending' } },
    });
    expect(rounds).toBeLessThan(10);
    expect(impatient.received()).toBe(0);
  } finally {
    await impatient.close();
  }
});
