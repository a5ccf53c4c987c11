// `subscriptions/listen` against a server that says whatever it likes: what was not granted never reaches the server, and
// what was not asked for never reaches the client (protocols.md 1.3 and 1.4, DESIGN section 5).
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { entriesOf } from './entries.ts';
import { type EventReader, eventsOf } from './event-reader.ts';
import {
  type Heard,
  type ListeningServer,
  startListeningServer,
  SUBSCRIPTION_ID,
} from './listening-server.ts';
import { type CallRow, type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("no-secrets") forbid (principal, action == Action::"mcp:resources/subscribe", resource)
when { resource.uri like "test://secret/*" };
@id("guarded") @approve("finance") @expires("10m")
forbid (principal, action == Action::"mcp:resources/subscribe", resource)
when { resource.uri like "test://guarded/*" };
`;

interface Recorded extends CallRow {
  readonly operation: string;
  readonly resource: string;
  readonly revision: string;
}

let world: RawWorld;
let server: ListeningServer;
let url: string;
beforeAll(async () => {
  world = await startRawWorld({}, { 'all.cedar': POLICIES });
  server = await startListeningServer();
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    manifest('MCPServer', 'listening', { ...place, url: server.url }),
    manifest('MCPServer', 'masked', { ...place, url: server.url, mask: ['result.email'] }),
  );
  url = `${world.gateway.data}/mcp/listening`;
});
afterAll(async () => {
  await world.close();
  await server.close();
});

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

async function post(body: string, to = url, signal?: AbortSignal): Promise<Response> {
  const token = await world.issuer.mint({ clientId: 'worker', resource: to });
  return fetch(to, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body,
    ...(signal === undefined ? {} : { signal }),
  });
}

function listenBody(notifications: unknown, id: string | number = 'listen:1', more: object = {}): string {
  const params = { _meta: META, notifications, ...more };
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params });
}

interface Open {
  readonly events: EventReader;
  readonly heard: Heard;
  readonly calls: readonly string[];
  readonly abort: () => void;
}

async function open(notifications: object, to = url): Promise<Open> {
  const gone = new AbortController();
  const answering = post(listenBody(notifications), to, gone.signal);
  const heard = await server.heard();
  const response = await answering;
  const calls = response.headers.get('countersign-call')?.split(', ') ?? [];
  return { events: eventsOf(response), heard, calls, abort: () => gone.abort() };
}

const callOf = async (id: string | undefined) => {
  const { call } = await world.admin<{ call: Recorded }>(`/calls/${id}`);
  return call;
};

test('what policy denies is cut from what is sent, byte for byte, and the acknowledgement names the rest', async () => {
  const body =
    `{"jsonrpc":"2.0","id":"l","method":"subscriptions/listen","params":{"_meta":${JSON.stringify(META)},` +
    '"notifications":{ "toolsListChanged" : true,"taskIds":["t1"],"resourceSubscriptions":["test://a", "test://secret/b" ,"test://c"]},"extra":"words"}}';
  const answering = post(body);
  const heard = await server.heard();
  expect(heard.body).toBe(
    `{"jsonrpc":"2.0","id":"l","method":"subscriptions/listen","params":{"_meta":${JSON.stringify(META)},` +
      '"notifications":{ "toolsListChanged" : true,"resourceSubscriptions":["test://a", "test://c"]}}}',
  );
  heard.acknowledge();
  const response = await answering;
  const events = eventsOf(response);
  expect(await events.next()).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/subscriptions/acknowledged',
    params: {
      _meta: {
        [SUBSCRIPTION_ID]: 'l',
        'dev.countersign/refused': [
          {
            uri: 'test://secret/b',
            reason: 'forbidden',
            policies: ['no-secrets'],
            callId: expect.any(String),
          },
        ],
      },
      notifications: { toolsListChanged: true, resourceSubscriptions: ['test://a', 'test://c'] },
    },
  });
  const calls = response.headers.get('countersign-call')?.split(', ') ?? [];
  expect(await Promise.all(calls.map(callOf))).toMatchObject([
    { operation: 'mcp:resources/subscribe', resource: 'test://a', decision: 'allow', state: 'open' },
    { operation: 'mcp:resources/subscribe', resource: 'test://c', decision: 'allow', state: 'open' },
  ]);
  heard.end();
  expect(await events.next()).toBeUndefined();
  await expect
    .poll(async () => (await Promise.all(calls.map(callOf))).map(({ outcome }) => outcome), SOON)
    .toEqual(['ok', 'ok']);
});

test('where nothing is left, the server hears nothing and the client an error', async () => {
  const before = server.bodies.length;
  const response = await post(listenBody({ resourceSubscriptions: ['test://secret/a', 'test://secret/b'] }));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    id: 'listen:1',
    error: {
      code: -31403,
      data: { reason: 'forbidden', refused: [{ uri: 'test://secret/a' }, { uri: 'test://secret/b' }] },
    },
  });
  expect(server.bodies).toHaveLength(before);
});

test('what a guard holds is cut; once approved, it is on the next stream, and only on that', async () => {
  const pending = await post(listenBody({ resourceSubscriptions: ['test://guarded/a'] }));
  const { error } = (await pending.json()) as { error: { code: number; data: { approvalId: string } } };
  expect(error.code).toBe(-31202);
  const issued = await world.gateway.cli('users', 'token', 'fiona@example.com', '--json');
  const { token } = JSON.parse(issued.stdout) as { token: string };
  const reviewed = await fetch(`${world.gateway.admin}/api/v1/approvals/${error.data.approvalId}/reviews`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ verdict: 'approve', reason: 'may watch' }),
  });
  expect(reviewed.status).toBe(200);

  const { heard, events, calls } = await open({ resourceSubscriptions: ['test://guarded/a'] });
  heard.acknowledge();
  await events.next();
  heard.notify('notifications/resources/updated', { uri: 'test://guarded/a' });
  expect(await events.next()).toMatchObject({ params: { uri: 'test://guarded/a' } });
  expect(await callOf(calls[0])).toMatchObject({ decision: 'allow', reason: 'grant_redeemed' });
  heard.end();

  const again = await post(listenBody({ resourceSubscriptions: ['test://guarded/a'] }));
  expect(await again.json()).toMatchObject({ error: { code: -31202 } });
});

describe('a filter that is none', () => {
  test.each([
    ['nothing', undefined],
    ['a list', []],
    ['a flag that is no flag', { toolsListChanged: 'yes' }],
    ['resources that are no list', { resourceSubscriptions: 'test://a' }],
    ['a resource without a name', { resourceSubscriptions: [''] }],
    ['a member that another reader could take for one', { ResourceSubscriptions: ['test://secret/a'] }],
    ['more resources than a stream may name', { resourceSubscriptions: many(101) }],
  ])('%s is refused before the server hears of it', async (_what, notifications) => {
    const before = server.bodies.length;
    const response = await post(listenBody(notifications));
    const { error } = (await response.json()) as { error: { code: number } };
    expect([-32602, -32600]).toContain(error.code);
    expect(server.bodies).toHaveLength(before);
  });
});

function many(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `test://many/${at}`);
}

test('only what was asked for passes: of this subscription, after its acknowledgement, of resources that were granted', async () => {
  const { heard, events } = await open({
    toolsListChanged: true,
    resourceSubscriptions: ['test://a', 'test://secret/b'],
  });
  const updated = 'notifications/resources/updated';
  heard.notify(updated, { uri: 'test://a' });
  heard.acknowledge({
    toolsListChanged: true,
    promptsListChanged: true,
    resourceSubscriptions: ['test://a', 'test://secret/b'],
    taskIds: ['t'],
    words: 'of the server',
  });
  heard.acknowledge();
  heard.notify('notifications/prompts/list_changed');
  heard.notify('notifications/resources/list_changed');
  heard.notify(updated, { uri: 'test://secret/b' });
  heard.notify(updated, { uri: 'test://a/below' });
  heard.notify(updated, { uri: 'test://a', _meta: { [SUBSCRIPTION_ID]: 'another' } });
  heard.notify(updated, { uri: 'test://a', _meta: {} });
  heard.notify('notifications/message', { level: 'info', data: 'psst' });
  heard.notify('notifications/progress', { progressToken: 1, progress: 1 });
  heard.notify('notifications/made/up');
  heard.say({ id: 7, method: 'elicitation/create', params: { message: 'your password?' } });
  heard.say({ id: 'another', result: {} });
  heard.raw('data: [{"jsonrpc":"2.0","method":"notifications/message","params":{}}]\n\n');
  heard.raw('data: no json\n\n');
  heard.raw(': keep-alive\n\n');
  heard.notify('notifications/tools/list_changed');
  heard.notify(updated, { uri: 'test://a' });
  heard.end({ id: heard.id, result: { resultType: 'complete', _meta: { [SUBSCRIPTION_ID]: heard.id } } });
  const told = await events.rest();
  expect(
    told.map(({ method, id, params }) => [method ?? id, params?.['uri'] ?? params?.['notifications']]),
  ).toEqual([
    [
      'notifications/subscriptions/acknowledged',
      { toolsListChanged: true, resourceSubscriptions: ['test://a'] },
    ],
    ['notifications/tools/list_changed', undefined],
    [updated, 'test://a'],
    ['listen:1', undefined],
  ]);
  expect(events.raw()).toContain(': keep-alive\n\n');
  const segments = await entriesOf(world.gateway, 'stream.segment');
  expect(segments.at(-1)?.body).toMatchObject({ operation: 'mcp:subscriptions/listen', part: 0, events: 4 });
  for (const words of ['of the server', 'psst', 'password', 'below'])
    expect(events.raw()).not.toContain(words);
});

test('what the server does not take is not on record as if it had', async () => {
  const { heard, events, calls } = await open({ resourceSubscriptions: ['test://a', 'test://b'] });
  heard.acknowledge({ resourceSubscriptions: ['test://b'] });
  expect(await events.next()).toMatchObject({
    params: { notifications: { resourceSubscriptions: ['test://b'] } },
  });
  expect(await Promise.all(calls.map(callOf))).toMatchObject([
    { resource: 'test://a', outcome: 'protocol_error' },
    { resource: 'test://b', state: 'open' },
  ]);
  heard.end();
  await events.rest();
});

test('a client that goes away closes the stream of the server, and its subscriptions are over', async () => {
  const { heard, events, calls, abort } = await open({ resourceSubscriptions: ['test://a'] });
  heard.acknowledge();
  await events.next();
  abort();
  await heard.closed;
  await expect.poll(async () => (await callOf(calls[0])).outcome, SOON).toBe('ok');
});

test('a server that breaks off ends the subscription as aborted', async () => {
  const { heard, events, calls } = await open({ resourceSubscriptions: ['test://a'] });
  heard.acknowledge();
  await events.next();
  heard.raw(`data: ${'x'.repeat(16)}\u0085\n`);
  heard.raw('event: a\u2028b\n\n');
  await expect(events.rest()).rejects.toThrow('terminated');
  expect(await callOf(calls[0])).toMatchObject({ outcome: 'aborted' });
});

test('a server that refuses the subscription is heard, and nothing stays open', async () => {
  server.refuseNext(404, { code: -32601, message: 'Method not found' });
  const response = await post(listenBody({ resourceSubscriptions: ['test://a'] }));
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: -32601 } });
  expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'protocol_error' });
});

test('where something is masked, nothing of the words of the server is told', async () => {
  const masked = `${world.gateway.data}/mcp/masked`;
  const { heard, events } = await open(
    { toolsListChanged: true, resourceSubscriptions: ['test://a'] },
    masked,
  );
  heard.raw(': ann@example.com\n\n');
  heard.say({
    method: 'notifications/subscriptions/acknowledged',
    params: {
      _meta: { [SUBSCRIPTION_ID]: heard.id, note: 'ann@example.com' },
      notifications: { toolsListChanged: true, resourceSubscriptions: ['test://a'] },
    },
  });
  const meta = { [SUBSCRIPTION_ID]: heard.id, note: 'ann@example.com' };
  heard.notify('notifications/tools/list_changed', { _meta: meta });
  heard.notify('notifications/resources/updated', { uri: 'test://a', title: 'ann@example.com' });
  heard.end({ id: heard.id, result: { resultType: 'complete', _meta: meta } });
  expect(await events.rest()).toMatchObject([
    { method: 'notifications/subscriptions/acknowledged' },
    { method: 'notifications/tools/list_changed' },
    { method: 'notifications/resources/updated', params: { uri: 'test://a' } },
    { id: 'listen:1', result: { resultType: 'complete' } },
  ]);
  expect(events.raw()).not.toContain('ann@example.com');
});
