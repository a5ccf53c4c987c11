// `/mcp`, all servers at one address, with the official clients and servers: what comes of it is what each server's own
// endpoint gives, under names that say whose it is (issue 5, point 3).
import {
  connectV1,
  connectV2,
  manifest,
  type RunningProcess,
  startConformanceFixture,
  startMcpServer,
} from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apply } from './apply.ts';
import { type AskingServer, startAskingServer } from './asking-server.ts';
import { eventsOf } from './event-reader.ts';
import { openLegacySession } from './legacy-call.ts';
import { modernRequest } from './modern-call.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource)
unless { resource has server && resource.server.name == "closed" };
@id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent);
@id("no-failing") forbid (principal, action == Action::"crm/fail", resource);
`;

let world: RawWorld;
let crm: RunningProcess;
let docs: RunningProcess;
let gone: RunningProcess;
let asking: AskingServer;
beforeAll(async () => {
  [world, crm, docs, gone, asking] = await Promise.all([
    startRawWorld({}, { 'all.cedar': POLICIES }),
    startMcpServer('fixture'),
    startConformanceFixture(),
    startMcpServer('fixture'),
    startAskingServer(),
  ]);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  const server = (name: string, { url }: { readonly url: string }) =>
    manifest('MCPServer', name, { ...place, url });
  await apply(
    world.gateway,
    server('crm', crm),
    server('docs', docs),
    server('closed', crm),
    server('gone', gone),
    server('two__names', crm),
    server('asking', asking),
    manifest('Agent', 'other', {
      ...place,
      owner: 'olive',
      purpose: 'tests',
      capabilities: [],
      identities: [{ issuer: 'corp', claim: 'client_id', value: 'other' }],
    }),
  );
  await gone.stop();
  const listed = async () => {
    const client = await connectV2(endpoint(), { token: await token() });
    const { tools } = await client.listTools();
    await client.close();
    return tools.map(({ name }) => name.split('__')[0]);
  };
  const all = ['asking', 'crm', 'docs', 'raw'];
  await vi.waitUntil(async () => {
    const now = await listed();
    return all.every((name) => now.includes(name));
  }, SOON);
});
afterAll(async () => {
  await world.close();
  await Promise.all([crm.stop(), docs.stop(), asking.close()]);
});

const capabilities = { sampling: {}, elicitation: {}, roots: {} };
const token = (clientId = 'worker') => world.issuer.mint({ clientId, resource: `${world.gateway.data}/mcp` });
const endpoint = () => `${world.gateway.data}/mcp`;

type Client = Awaited<ReturnType<typeof connectV2>>;
type Progress = { readonly onprogress: (step: { readonly progress: number }) => void };
const clients: readonly [string, () => Promise<Client>][] = [
  [
    'sdk 1.x',
    async () =>
      (await connectV1(endpoint(), { token: await token(), client: { capabilities } })) as unknown as Client,
  ],
  [
    'client 2.x, legacy era',
    async () => connectV2(endpoint(), { token: await token(), client: { capabilities } }),
  ],
  [
    'client 2.x, 2026-07-28',
    async () => connectV2(endpoint(), { token: await token(), era: '2026-07-28', client: { capabilities } }),
  ],
];

const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name);

describe.each(clients)('%s', (_, connect) => {
  test('lists what all its servers list, under their names, and nothing of a server that it may not call', async () => {
    const client = await connect();
    const tools = names((await client.listTools()).tools);
    expect(tools).toEqual(expect.arrayContaining(['crm__echo', 'docs__test_simple_text', 'raw__call']));
    expect(tools).not.toContain('crm__fail');
    expect(tools.filter((name) => /^(closed|two)/.test(name))).toEqual([]);
    const uris = (await client.listResources()).resources.map(({ uri }) => uri);
    expect(uris).toEqual(
      expect.arrayContaining(['countersign://crm/fixture://note', 'countersign://docs/test://static-text']),
    );
    expect(names((await client.listPrompts()).prompts)).toContain('docs__test_simple_prompt');
    await client.close();
  });

  test('names the server that is down, which takes only its own items away', async () => {
    const client = await connect();
    const { _meta } = await client.listTools();
    expect(_meta?.['dev.countersign/unavailable']).toEqual([
      { server: 'gone', reason: expect.stringMatching(/./) as string },
    ]);
    expect(JSON.stringify(_meta)).not.toContain('closed');
    await client.close();
  });

  test('calls tools, reads resources and gets prompts of different servers', async () => {
    const client = await connect();
    const echo = await client.callTool({ name: 'crm__echo', arguments: { text: 'hello' } });
    expect(echo.content).toEqual([{ type: 'text', text: 'hello' }]);
    const text = await client.callTool({ name: 'docs__test_simple_text', arguments: {} });
    expect(JSON.stringify(text.content)).toContain('This is a simple text response');
    const { contents } = await client.readResource({ uri: 'countersign://docs/test://static-text' });
    expect(contents[0]?.uri).toBe('countersign://docs/test://static-text');
    const { messages } = await client.getPrompt({ name: 'docs__test_simple_prompt' });
    expect(messages).toHaveLength(1);
    const embedded = await client.callTool({ name: 'docs__test_embedded_resource', arguments: {} });
    expect(JSON.stringify(embedded.content)).toContain('countersign://docs/test://');
    await client.close();
  });

  test('is told what policy denies, as at the server’s own endpoint', async () => {
    const client = await connect();
    const denied = await client.callTool({ name: 'crm__fail', arguments: {} });
    expect(denied.isError).toBe(true);
    expect(JSON.stringify(denied.content)).toContain('denied by policy');
    const closed = await client.callTool({ name: 'closed__echo', arguments: { text: 'x' } });
    expect(closed.isError).toBe(true);
    expect(await world.newest()).toMatchObject({ decision: 'deny' });
    await client.close();
  });

  test('is told that a name is none of this endpoint', async () => {
    const client = await connect();
    await expect(client.callTool({ name: 'echo', arguments: { text: 'x' } })).rejects.toThrow(/Unknown name/);
    await expect(client.callTool({ name: 'nobody__echo', arguments: {} })).rejects.toThrow(/Unknown name/);
    await expect(client.readResource({ uri: 'fixture://note' })).rejects.toThrow(/Unknown name/);
    await client.close();
  });
});

describe.each(clients.slice(0, 2))('%s', (name, connect) => {
  test('answers what a server asks of its user and of its model', async () => {
    const client = await connect();
    const asked = (method: string) =>
      method === 'elicitation/create'
        ? { action: 'accept', content: { username: 'ines', email: 'ines@northwind.example' } }
        : { role: 'assistant', model: 'm', content: { type: 'text', text: 'snow' } };
    client.fallbackRequestHandler = ({ method }) => Promise.resolve(asked(method) as never);
    const elicited = await client.callTool({
      name: 'docs__test_elicitation',
      arguments: { message: 'who?' },
    });
    expect(JSON.stringify(elicited.content)).toContain('ines@northwind.example');
    const sampled = await client.callTool({ name: 'docs__test_sampling', arguments: { prompt: 'haiku' } });
    expect(JSON.stringify(sampled.content)).toContain('snow');
    await client.close();
  });

  test('is told of progress, and of changes of what it subscribed to', async () => {
    const client = await connect();
    const seen: number[] = [];
    const watch: Progress = { onprogress: ({ progress }) => void seen.push(progress) };
    // The second parameter of one is the third of the other.
    const call = client.callTool.bind(client) as (...all: unknown[]) => Promise<unknown>;
    const slow = { name: 'crm__slow', arguments: { steps: 3, interval_ms: 5 } };
    await (name === 'sdk 1.x' ? call(slow, undefined, watch) : call(slow, watch));
    expect(seen.length).toBeGreaterThan(0);
    await client.subscribeResource({ uri: 'countersign://docs/test://watched-resource' });
    await client.unsubscribeResource({ uri: 'countersign://docs/test://watched-resource' });
    await client.setLoggingLevel('info');
    await client.close();
  });
});

test('client 2.x, 2026-07-28 is told by one stream what its servers tell their own', async () => {
  const client = await connectV2(endpoint(), { token: await token(), era: '2026-07-28' });
  const told: string[] = [];
  client.setNotificationHandler(
    'notifications/resources/updated',
    ({ params }) => void told.push(params.uri),
  );
  const watched = 'countersign://docs/test://watched-resource';
  const nowhere = ['countersign://closed/test://x', 'test://watched-resource'];
  const subscription = await client.listen({
    toolsListChanged: true,
    resourceSubscriptions: [watched, ...nowhere],
  });
  expect(subscription.honoredFilter).toEqual({ toolsListChanged: true, resourceSubscriptions: [watched] });
  await client.callTool({ name: 'docs__test_trigger_resource_update', arguments: {} });
  await expect.poll(() => told, SOON).toEqual([watched]);
  await subscription.close();
  await expect(client.listen({ resourceSubscriptions: nowhere })).rejects.toThrow(/no server/);
  await client.close();
});

test('what a server is sent is the client’s message but for the name, and both digests are on record', async () => {
  const before = world.received();
  const text = 'ünïcode 1.0';
  const request = modernRequest({ token: await token(), tool: 'raw__call', args: { text } });
  const response = await fetch(endpoint(), request);
  expect(response.status).toBe(200);
  await response.text();
  expect(world.received()).toBe(before + 1);
  const sent = world.upstream.requests.at(-1);
  expect(sent?.headers['mcp-name']).toBe('call');
  expect(sent?.headers['authorization']).toBeUndefined();
  const { params } = JSON.parse(String(sent?.body)) as { params: { name: string; arguments: object } };
  expect(params).toMatchObject({ name: 'call', arguments: { text } });
});

test('a header that names another tool than the body goes nowhere', async () => {
  const before = world.received();
  const headers = { 'mcp-name': 'call' };
  const request = modernRequest({ token: await token(), tool: 'raw__call', args: {}, headers });
  const response = await fetch(endpoint(), request);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: -32020 } });
  expect(world.received()).toBe(before);
});

test('only a token for this endpoint is taken, and its metadata says where to get one', async () => {
  const own = `${endpoint()}/crm`;
  const other = await world.issuer.mint({ clientId: 'worker', resource: own });
  const refused = await fetch(endpoint(), modernRequest({ token: other, tool: 'crm__echo', args: {} }));
  expect(refused.status).toBe(401);
  const metadata = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1];
  const document: unknown = await (await fetch(String(metadata))).json();
  expect(document).toMatchObject({ resource: endpoint() });
  const mine = await token();
  const back = await fetch(own, modernRequest({ token: mine, tool: 'echo', args: {} }));
  expect(back.status).toBe(401);
});

test('an identity that no agent is bound to is refused', async () => {
  const request = modernRequest({ token: await token('stranger'), tool: 'crm__echo', args: {} });
  const response = await fetch(endpoint(), request);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('no registered agent');
});

test('a session belongs to who opened it, and ends at every server', async () => {
  const session = await openLegacySession(endpoint(), () => token());
  const ask = async (id: string, bearer: string) =>
    fetch(endpoint(), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bearer}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
        'mcp-session-id': id,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'tools/list' }),
    });
  expect((await ask(session.id, await token())).status).toBe(200);
  expect((await ask(session.id, await token('other'))).status).toBe(404);
  expect((await session.end()).status).toBe(204);
  expect((await ask(session.id, await token())).status).toBe(404);
});

test('a call that its client cancels is cancelled at its server', async () => {
  const session = await openLegacySession(endpoint(), () => token());
  const called = asking.called();
  const call = session.call(7, 'asking__work', {});
  const stream = await called;
  const cancelled = await session.post({ method: 'notifications/cancelled', params: { requestId: 7 } });
  expect(cancelled.status).toBe(202);
  const heard = () => asking.answers.some(({ method }) => method === 'notifications/cancelled');
  await expect.poll(heard, SOON).toBe(true);
  stream.end({ jsonrpc: '2.0', id: stream.id, result: { content: [] } });
  await (await call).text();
  await session.end();
});

test('servers that count alike are answered each for itself', async () => {
  const session = await openLegacySession(endpoint(), () => token());
  const called = asking.called();
  const response = session.call(8, 'asking__work', {});
  const stream = await called;
  stream.say({ jsonrpc: '2.0', id: 1, method: 'roots/list' });
  const events = eventsOf(await response);
  const question = await events.next();
  expect(question).toMatchObject({ method: 'roots/list', id: 'asking:1' });
  const wrong = await session.post({ id: 'crm:1', result: { roots: [] } });
  expect(wrong.status).toBe(400);
  const answered = await session.post({ id: 'asking:1', result: { roots: [] } });
  expect(answered.status).toBe(202);
  expect(asking.to(1)).toContainEqual(expect.objectContaining({ result: { roots: [] } }));
  stream.end({ jsonrpc: '2.0', id: stream.id, result: { content: [{ type: 'text', text: 'done' }] } });
  expect(await events.next()).toMatchObject({ id: 8, result: { content: [{ text: 'done' }] } });
  await session.end();
});

test('an answer to no question of any server is refused', async () => {
  const session = await openLegacySession(endpoint(), () => token());
  for (const id of [1, 'crm:1', 'nobody:1', 'crm:{"a":1}', ':', 'closed:1']) {
    const response = await session.post({ id, result: {} });
    expect(response.status).toBe(400);
  }
  await session.end();
});

test('a cursor that this endpoint did not give is refused', async () => {
  const session = await openLegacySession(endpoint(), () => token());
  for (const cursor of ['x', Buffer.from('{"crm":1}').toString('base64url'), 'W10', 7]) {
    const response = await session.post({ id: 3, method: 'tools/list', params: { cursor } });
    expect(await response.json()).toMatchObject({ error: { code: -32602 } });
  }
  // A server that the caller is not let to has no page for it.
  const cursor = Buffer.from('{"closed":"1"}').toString('base64url');
  const response = await session.post({ id: 4, method: 'tools/list', params: { cursor } });
  expect(await response.json()).toMatchObject({ result: { tools: [] } });
  await session.end();
});

test('what every session keeps of its client is small', async () => {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'x'.repeat(64 * 1024), version: '1' },
  };
  const response = await fetch(endpoint(), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token()}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  });
  expect(response.headers.has('mcp-session-id')).toBe(false);
  expect(await response.json()).toMatchObject({ error: { code: -32602 } });
});

test('a session that is pushed out by later ones of its client is ended at the servers', async () => {
  const before = asking.ended.length;
  const first = await openLegacySession(endpoint(), () => token());
  for (let more = 0; more < 32; more += 1) await openLegacySession(endpoint(), () => token());
  await vi.waitUntil(() => asking.ended.length > before, SOON);
  expect((await first.post({ id: 1, method: 'ping' })).status).toBe(404);
});
