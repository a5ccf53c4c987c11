// Official MCP clients, unmodified, through the running gateway: what is allowed, denied, hidden and held, and what the
// record says of it afterwards.
import { connectV1, connectV2, readLedger } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.close();
});

interface CallRow {
  readonly id: string;
  readonly decision: string;
  readonly reason: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly sentence: string;
}
interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
  readonly _meta?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const clients = [
  ['sdk 1.x', connectV1],
  [
    'client 2.x, legacy era',
    (url: string, options: { token: string }) => connectV2(url, { ...options, era: 'legacy' }),
  ],
  [
    'client 2.x, 2026-07-28',
    (url: string, options: { token: string }) => connectV2(url, { ...options, era: '2026-07-28' }),
  ],
] as const;

async function connected(connect: (typeof clients)[number][1], agent: string, server: string) {
  return connect(`${world.gateway.data}/mcp/${server}`, {
    token: await world.token(agent, `/mcp/${server}`),
  });
}

async function newest(): Promise<CallRow> {
  const { calls } = await world.admin<{ calls: CallRow[] }>('/calls?limit=1');
  const [call] = calls;
  if (call === undefined) throw new Error('no call was recorded');
  return call;
}

describe.each(clients)('%s', (_name, connect) => {
  test('calls a permitted tool, and the record says by which policy', async () => {
    const client = await connected(connect, 'worker', 'fixture');
    const result = (await client.callTool({ name: 'echo', arguments: { text: 'hello' } })) as ToolResult;
    expect(result.content[0]?.text).toBe('hello');
    const call = await newest();
    expect(call).toMatchObject({ decision: 'allow', reason: 'permitted', state: 'completed', outcome: 'ok' });
    expect(call.sentence).toContain('workers-use-the-fixture');
    await client.close();
  });

  test('is told by the tool result that policy denied the call, and nothing was sent', async () => {
    const client = await connected(connect, 'worker', 'fixture');
    const result = (await client.callTool({ name: 'fail', arguments: {} })) as ToolResult;
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toContain('denied by policy');
    expect(await newest()).toMatchObject({
      decision: 'deny',
      reason: 'forbidden',
      state: 'denied',
      outcome: null,
    });
    await client.close();
  });

  test('sees only the tools that some policy could permit', async () => {
    const worker = await connected(connect, 'worker', 'fixture');
    const seen = (await worker.listTools()).tools.map(({ name }) => name);
    expect(seen).toContain('echo');
    expect(seen).not.toContain('fail');
    const clerk = await connected(connect, 'clerk', 'fixture');
    expect((await clerk.listTools()).tools).toEqual([]);
    await Promise.all([worker.close(), clerk.close()]);
  });

  test('reports progress of a slow tool while it runs', async () => {
    const client = await connected(connect, 'worker', 'fixture');
    const seen: number[] = [];
    const params = { name: 'slow', arguments: { steps: 3, interval_ms: 5 } };
    const options = { onprogress: ({ progress }: { progress: number }) => seen.push(progress) };
    const result =
      'getServerCapabilities' in client && connect === connectV1
        ? await (client as Awaited<ReturnType<typeof connectV1>>).callTool(params, undefined, options)
        : await (client as Awaited<ReturnType<typeof connectV2>>).callTool(params, options);
    expect((result as ToolResult).isError ?? false).toBe(false);
    expect(seen).toEqual([1, 2, 3]);
    await client.close();
  });

  test('is told "pending" for a guarded call; its retry goes through once after the approval, and not twice', async () => {
    const client = await connected(connect, 'clerk', 'payments');
    const invoice = `INV-${_name}`;
    const pay = async (amount: number, name = invoice) =>
      (await client.callTool({
        name: 'pay',
        arguments: { vendor: 'acme', amount_cents: amount, invoice: name },
      })) as ToolResult;
    const refusal = (result: ToolResult) => result._meta?.['dev.countersign/refusal'];

    const held = await pay(250_000);
    expect(held.isError).toBe(true);
    expect(refusal(held)).toMatchObject({ reason: 'approval_pending' });
    const approval = refusal(held)?.['approvalId'] ?? '';
    const { id } = await newest();

    expect((await world.review(approval, 'approve', 'looked at the invoice')).status).toBe(200);
    const other = await pay(250_001);
    expect(refusal(other)).toMatchObject({ reason: 'approval_pending' });
    expect(refusal(other)?.['approvalId']).not.toBe(approval);

    expect((await pay(250_000)).isError ?? false).toBe(false);
    expect(await newest()).toMatchObject({ decision: 'allow', reason: 'grant_redeemed' });
    const { call } = await world.admin<{ call: CallRow }>(`/calls/${id}`);
    expect(call).toMatchObject({ decision: 'hold', state: 'completed', outcome: 'retried' });
    expect(refusal(await pay(250_000))).toMatchObject({ reason: 'approval_pending' });
    const paid = readLedger(world.ledger).filter((effect) => JSON.stringify(effect).includes(invoice));
    expect(paid).toHaveLength(1);
    await client.close();
  });
});

test('an unknown tool is refused as unknown, in the words of the protocol', async () => {
  const client = await connected(connectV1, 'worker', 'fixture');
  await expect(client.callTool({ name: 'nope', arguments: {} })).rejects.toMatchObject({ code: -32602 });
  expect(await newest()).toMatchObject({ decision: 'deny', reason: 'unknown_tool' });
  await client.close();
});

test('arguments that violate the schema of the tool reach neither policy nor server', async () => {
  const client = await connected(connectV1, 'worker', 'fixture');
  await expect(client.callTool({ name: 'echo', arguments: { text: 7 } })).rejects.toMatchObject({
    code: -32602,
  });
  expect(await newest()).toMatchObject({ decision: 'deny', reason: 'invalid_arguments' });
  await client.close();
});

test('an agent that nobody registered is refused and recorded as unregistered (I10)', async () => {
  await expect(connected(connectV1, 'stranger', 'fixture')).rejects.toThrow(/registered/);
  expect(await newest()).toMatchObject({ decision: 'deny', reason: 'unregistered' });
});

test('prompts and resources are decided too', async () => {
  const client = await connected(connectV1, 'worker', 'fixture');
  const { prompts } = await client.listPrompts();
  expect(prompts.length).toBeGreaterThan(0);
  const { resources } = await client.listResources();
  const [resource] = resources;
  await client.readResource({ uri: resource?.uri ?? '' });
  expect(await newest()).toMatchObject({ decision: 'allow', outcome: 'ok' });
  await client.close();
  const clerk = await connected(connectV1, 'clerk', 'fixture');
  await expect(clerk.readResource({ uri: resource?.uri ?? '' })).rejects.toThrow(/denied by policy/);
  await clerk.close();
});

test('a session belongs to the agent that opened it: with another agent’s valid token it is not found', async () => {
  const url = `${world.gateway.data}/mcp/fixture`;
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const send = async (agent: string, body: object, session?: string) =>
    fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        authorization: `Bearer ${await world.token(agent, '/mcp/fixture')}`,
        ...(session === undefined ? {} : { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }),
      },
      body: JSON.stringify(body),
    });
  const initialize = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 't', version: '1' },
  };
  const opened = await send('worker', { jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize });
  const session = opened.headers.get('mcp-session-id');
  await opened.text();
  expect(session).not.toBeNull();
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
  expect((await send('worker', list, session ?? '')).status).toBe(200);
  expect((await send('clerk', list, session ?? '')).status).toBe(404);
  expect(await newest()).toMatchObject({ decision: 'deny', reason: 'foreign_session' });
  expect((await send('worker', list, 'made-up')).status).toBe(404);
});

test('the log of all this verifies', async () => {
  const { code, stdout } = await world.gateway.cli('verify', '--json');
  expect(code, stdout).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'consistent' });
});
