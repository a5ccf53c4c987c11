// Batches of 2025-03-26: each message of one is decided like any other, and nothing rides along (protocols.md 1.3, 1.4).
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type AskingServer, startAskingServer } from './asking-server.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("no") forbid (principal is Agent, action == Action::"mcp:prompts/get", resource);
`;

let world: RawWorld;
const servers = new Map<string, AskingServer>();
beforeAll(async () => {
  world = await startRawWorld({}, { 'all.cedar': POLICIES });
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  for (const revision of ['2025-03-26', '2025-06-18']) {
    const server = await startAskingServer(revision);
    servers.set(revision, server);
    await apply(world.gateway, manifest('MCPServer', `of-${revision}`, { ...place, url: server.url }));
  }
});
afterAll(async () => {
  await world.close();
  for (const server of servers.values()) await server.close();
});

async function post(revision: string, body: unknown, session?: string): Promise<Response> {
  const url = `${world.gateway.data}/mcp/of-${revision}`;
  return fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await world.issuer.mint({ clientId: 'worker', resource: url })}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
    },
    body: JSON.stringify(body),
  });
}

async function openSession(revision: string): Promise<string> {
  const clientInfo = { name: 't', version: '1' };
  const params = { protocolVersion: revision, capabilities: {}, clientInfo };
  const response = await post(revision, { jsonrpc: '2.0', id: 0, method: 'initialize', params });
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
}

const message = (method: string, id?: number | string, params: object = {}) => ({
  jsonrpc: '2.0',
  method,
  params,
  ...(id === undefined ? {} : { id }),
});
const list = (id: number | string) => message('tools/list', id);
const denied = (id: number) => message('prompts/get', id, { name: 'secret' });

test('each message is answered by itself, and what is denied is denied within it', async () => {
  const session = await openSession('2025-03-26');
  const batch = [list(1), denied(2), message('notifications/initialized'), message('made/up', 3)];
  const response = await post('2025-03-26', batch, session);
  expect(response.status).toBe(200);
  const answers = (await response.json()) as Message[];
  expect(
    new Map(answers.map(({ id, result, error }) => [id, error?.code ?? Object.keys(result ?? {})])),
  ).toEqual(
    new Map<unknown, unknown>([
      [1, ['tools']],
      [2, -31403],
      [3, -32601],
    ]),
  );
  const told = servers.get('2025-03-26')?.answers.filter((each) => each.session === session);
  expect(told?.map(({ method }) => method)).toEqual(['notifications/initialized']);
});

test('with a stream among the answers, all come on one stream', async () => {
  const session = await openSession('2025-03-26');
  const server = servers.get('2025-03-26');
  if (server === undefined) throw new Error('no server');
  const called = [server.called(), server.called()];
  const work = (id: number) => message('tools/call', id, { name: 'work', arguments: {} });
  const response = await post('2025-03-26', [work(1), list(2), work(3)], session);
  const events = eventsOf(response);
  const note = { method: 'notifications/message', params: { level: 'info', data: 'on it' } };
  for (const ask of await Promise.all(called)) {
    ask.say(note);
    ask.end({ id: ask.id, result: { content: [] } });
  }
  const all = await events.rest();
  expect(all.flatMap(({ id }) => id ?? []).toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3]);
  expect(all.filter(({ method }) => method === note.method)).toHaveLength(2);
  expect(response.headers.get('countersign-call')?.split(', ')).toHaveLength(3);
});

test('of notifications alone it is taken without an answer', async () => {
  const session = await openSession('2025-03-26');
  const response = await post('2025-03-26', [message('notifications/initialized')], session);
  expect([response.status, await response.text()]).toEqual([202, '']);
});

test('one that nobody could take apart is refused whole', async () => {
  const session = await openSession('2025-03-26');
  const refused = async (body: unknown) => (await post('2025-03-26', body, session)).status;
  for (const [name, body] of Object.entries({
    empty: [],
    nested: [[list(1)]],
    'of no messages': ['tools/list'],
    'with an id twice': [list(1), denied(1)],
    'too long': Array.from({ length: 51 }, (_, id) => list(id)),
  }))
    expect(await refused(body), name).toBe(400);
  const { calls } = await world.admin<{ calls: { operation: string }[] }>('/calls?limit=100');
  expect(calls.filter(({ operation }) => operation === 'mcp:prompts/get')).toHaveLength(1);
});

test('in any other session, in a foreign one and in none, there are no batches', async () => {
  const session = await openSession('2025-06-18');
  for (const [revision, of] of [
    ['2025-06-18', session],
    ['2025-03-26', 'session-999'],
    ['2025-03-26', undefined],
  ] as const) {
    const response = await post(revision, [list(1)], of);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: -32600 } }]);
  }
});
