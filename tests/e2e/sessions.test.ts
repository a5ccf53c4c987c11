// Sessions of the older revisions through the gateway: the standalone stream, answers that come on another stream than
// the request (SSE polling), the end of a session, and whose it is in all of this (protocols.md 1.3).
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { manifest, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { type CallRow, type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

let world: RawWorld;
let server: PollingServer;
let url: string;
beforeAll(async () => {
  world = await startRawWorld();
  server = await startPollingServer();
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  const other = {
    ...place,
    owner: 'olive',
    purpose: 'tests',
    capabilities: [],
    identities: [{ issuer: 'corp', claim: 'client_id', value: 'other' }],
  };
  await apply(
    world.gateway,
    manifest('MCPServer', 'polling', { ...place, url: server.url }),
    manifest('Agent', 'other', other),
  );
  url = `${world.gateway.data}/mcp/polling`;
});
afterAll(async () => {
  await world.close();
  await server.close();
});

interface Options {
  readonly session?: string;
  readonly agent?: string;
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
}

async function send(method: 'GET' | 'POST' | 'DELETE', message: object | null, options: Options = {}) {
  const { session, agent = 'worker', lastEventId, signal } = options;
  const token = await world.issuer.mint({ clientId: agent, resource: url });
  return fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...(message === null ? {} : { 'content-type': 'application/json' }),
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    ...(message === null ? {} : { body: JSON.stringify({ jsonrpc: '2.0', ...message }) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function openSession(agent = 'worker'): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 't', version: '1' },
  };
  const response = await send('POST', { id: 0, method: 'initialize', params }, { agent });
  const session = response.headers.get('mcp-session-id');
  if (session === null) throw new Error(`no session: ${response.status} ${await response.text()}`);
  await response.text();
  return session;
}

const call = (id: number, name = 'later') => ({ id, method: 'tools/call', params: { name, arguments: {} } });
const byId = async (id: string) => (await world.admin<{ call: CallRow }>(`/calls/${id}`)).call;

describe('the standalone stream', () => {
  test('brings what the server sends by itself, as it comes', async () => {
    const session = await openSession();
    const leave = new AbortController();
    const events = eventsOf(await send('GET', null, { session, signal: leave.signal }));
    const upstream = await server.standalone(session);
    for (const data of ['one', 'two']) {
      upstream.write(event({ method: 'notifications/message', params: { level: 'info', data } }));
      expect(await events.next()).toMatchObject({ params: { data } });
    }
    const closed = once(upstream, 'close');
    leave.abort();
    await closed;
  });

  test('carries no request of the server that nobody knows, and no answer that nobody waits for', async () => {
    const session = await openSession();
    const events = eventsOf(await send('GET', null, { session }));
    const upstream = await server.standalone(session);
    upstream.write(event({ id: 'ask', method: 'made/up', params: { message: 'your password?' } }));
    upstream.write(event({ id: 99, result: { content: [{ type: 'text', text: 'smuggled' }] } }));
    upstream.end(event({ method: 'notifications/message', params: { level: 'info', data: 'end' } }));
    expect(await events.rest()).toMatchObject([{ params: { data: 'end' } }]);
    expect(events.raw()).not.toMatch(/password|smuggled/);
    await expect.poll(() => server.answers.get('ask'), SOON).toMatchObject({ error: { code: -32601 } });
  });

  test('lets a ping of the server through, and its empty answer back; an answer with data in it stays here', async () => {
    const session = await openSession();
    const events = eventsOf(await send('GET', null, { session }));
    const upstream = await server.standalone(session);
    upstream.write(event({ id: 'alive', method: 'ping' }));
    expect(await events.next()).toMatchObject({ id: 'alive', method: 'ping' });
    expect((await send('POST', { id: 'alive', result: { content: 'data' } }, { session })).status).toBe(400);
    expect(server.answers.has('alive')).toBe(false);
    expect((await send('POST', { id: 'alive', result: {} }, { session })).status).toBe(202);
    expect(server.answers.get('alive')).toMatchObject({ result: {} });
    await events.cancel();
  });

  test('is not invented where the server has none: 405 stays 405', async () => {
    const session = await openSession();
    server.hasStandalone = false;
    expect((await send('GET', null, { session })).status).toBe(405);
    server.hasStandalone = true;
  });

  test('belongs to the session’s own agent', async () => {
    const session = await openSession();
    expect((await send('GET', null, { session, agent: 'other' })).status).toBe(404);
    expect(server.streams.has(session)).toBe(false);
  });
});

describe('a server that hangs up and answers later', () => {
  test('is answered for when the client comes back, and the outcome belongs to the call it made', async () => {
    const session = await openSession();
    const asked = await send('POST', call(7), { session });
    const id = asked.headers.get('countersign-call') ?? '';
    const events = eventsOf(asked);
    expect(await events.rest()).toEqual([]);
    expect(events.raw()).toContain('retry: 10');
    expect(await byId(id)).toMatchObject({ state: 'open', outcome: null });

    const resumed = eventsOf(await send('GET', null, { session, lastEventId: `${session}-7` }));
    expect(await resumed.rest()).toMatchObject([{ id: 7, result: { content: [{ text: 'at last' }] } }]);
    expect(await byId(id)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  test('gives nothing to another agent that comes with the same event id', async () => {
    const session = await openSession();
    const asked = await send('POST', call(8), { session });
    const id = asked.headers.get('countersign-call') ?? '';
    await asked.text();
    const foreign = await send('GET', null, { session, lastEventId: `${session}-8`, agent: 'other' });
    expect(foreign.status).toBe(404);
    const own = await openSession('other');
    const stolen = await send('GET', null, { session: own, lastEventId: `${session}-8`, agent: 'other' });
    expect(await eventsOf(stolen).rest()).toEqual([]);
    expect(await byId(id)).toMatchObject({ state: 'open' });
  });
});

describe('the end of a session', () => {
  test('ends it at the server and at the gateway: whoever names it afterwards does not find it', async () => {
    const session = await openSession();
    const ended = await send('DELETE', null, { session });
    expect(ended.status).toBe(200);
    expect(await ended.text()).toBe('');
    expect(server.sessions.has(session)).toBe(false);
    const before = server.received;
    const late = await send('POST', call(1), { session });
    expect(late.status).toBe(404);
    expect(((await late.json()) as Message).error?.message).toMatch(/Session not found/);
    expect(server.received).toBe(before);
  });

  test('is not another agent’s to bring about', async () => {
    const session = await openSession();
    expect((await send('DELETE', null, { session, agent: 'other' })).status).toBe(404);
    expect(server.sessions.has(session)).toBe(true);
    expect((await send('POST', { id: 1, method: 'tools/list' }, { session })).status).toBe(200);
  });

  test('that the server does not allow stays the server’s word: 405, and the session lives', async () => {
    const session = await openSession();
    server.mayDelete = false;
    expect((await send('DELETE', null, { session })).status).toBe(405);
    server.mayDelete = true;
    expect((await send('POST', { id: 1, method: 'tools/list' }, { session })).status).toBe(200);
  });

  test('that the server brings about by itself reaches the client as 404: open a new one', async () => {
    const session = await openSession();
    server.sessions.delete(session);
    const late = await send('POST', { id: 1, method: 'tools/list' }, { session });
    expect(late.status).toBe(404);
    await late.text();
  });
});

test('a session outlives a restart of the gateway, and is still nobody else’s', async () => {
  const session = await openSession();
  const { config, dataDir } = world.gateway;
  await world.gateway.stop();
  const gateway = await spawnGateway({ config, dataDir });
  url = `${gateway.data}/mcp/polling`;
  const list = { id: 3, method: 'tools/list' };
  expect((await send('POST', list, { session, agent: 'other' })).status).toBe(404);
  const response = await send('POST', list, { session });
  expect(await response.json()).toMatchObject({ id: 3, result: { tools: [{ name: 'later' }] } });
  await gateway.stop();
});

const event = (message: object) =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;

interface PollingServer {
  readonly url: string;
  readonly sessions: Set<string>;
  readonly streams: Map<string, ServerResponse>;
  /** Answers of clients to what the server asked, by id. */
  readonly answers: Map<string, Message>;
  hasStandalone: boolean;
  mayDelete: boolean;
  received: number;
  standalone(session: string): Promise<ServerResponse>;
  close(): Promise<void>;
}

/** A server of 2025-11-25 that ends the stream of each call early and answers on a GET with `Last-Event-ID`. */
async function startPollingServer(): Promise<PollingServer> {
  const http: Server = createServer((request, response) => void handle(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  let opened = 0;
  const waiting = new Map<string, (stream: ServerResponse) => void>();
  const self: PollingServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    sessions: new Set(),
    streams: new Map(),
    answers: new Map(),
    hasStandalone: true,
    mayDelete: true,
    received: 0,
    standalone(session) {
      const { promise, resolve } = Promise.withResolvers<ServerResponse>();
      const open = self.streams.get(session);
      if (open === undefined) waiting.set(session, resolve);
      else resolve(open);
      return promise;
    },
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    self.received += 1;
    const body = await text(request);
    const message = (body === '' ? {} : JSON.parse(body)) as Message;
    const session = String(request.headers['mcp-session-id'] ?? '');
    const json = (status: number, value?: object, headers = {}) =>
      response
        .writeHead(status, {
          ...(value === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        })
        .end(value === undefined ? undefined : JSON.stringify({ jsonrpc: '2.0', id: message.id, ...value }));
    const stream = () => response.writeHead(200, { 'content-type': 'text/event-stream' });

    if (message.method === 'initialize') {
      opened += 1;
      self.sessions.add(`session-${opened}`);
      const result = {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'polling', version: '1' },
      };
      json(200, { result }, { 'mcp-session-id': `session-${opened}` });
    } else if (message.method === 'server/discover') {
      json(404, { error: { code: -32601, message: 'Method not found' } });
    } else if (!self.sessions.has(session)) {
      json(404, { error: { code: -32001, message: 'Session not found' }, id: null });
    } else if (request.method === 'DELETE') {
      if (self.mayDelete) self.sessions.delete(session);
      response.writeHead(self.mayDelete ? 200 : 405).end(self.mayDelete ? 'ignored' : undefined);
    } else if (request.method === 'GET') {
      const lastEvent = request.headers['last-event-id'];
      if (lastEvent !== undefined) {
        const mine = String(lastEvent).startsWith(`${session}-`);
        const id = Number(String(lastEvent).slice(session.length + 1));
        const result = { content: [{ type: 'text', text: 'at last' }] };
        stream().end(mine ? event({ id, result }) : ': nothing\n\n');
      } else if (self.hasStandalone) {
        stream().flushHeaders();
        self.streams.set(session, response);
        waiting.get(session)?.(response);
      } else response.writeHead(405, { allow: 'POST' }).end();
    } else if (message.method === undefined) {
      self.answers.set(String(message.id), message);
      json(202);
    } else if (message.method === 'tools/list') {
      json(200, { result: { tools: [{ name: 'later', inputSchema: { type: 'object' } }] } });
    } else if (message.method === 'tools/call') {
      stream().end(`id: ${session}-${message.id}\nretry: 10\ndata:\n\n`);
    } else json(202);
  }
  return self;
}
