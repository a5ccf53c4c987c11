// Notifications, in both directions and every revision: those that are known pass, and only where their revision has them;
// what a client says beside what it notifies of stays here (protocols.md 1.2 and 1.3).
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type Ask, type AskingServer, startAskingServer } from './asking-server.ts';
import { entriesOf } from './entries.ts';
import { eventsOf } from './event-reader.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

const REVISIONS = ['2025-03-26', '2025-06-18', '2025-11-25'] as const;
type Revision = (typeof REVISIONS)[number];

let world: RawWorld;
const servers = new Map<Revision, AskingServer>();
beforeAll(async () => {
  const policies = '@id("all") permit (principal, action, resource);';
  world = await startRawWorld({}, { 'all.cedar': policies });
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  for (const revision of REVISIONS) {
    const server = await startAskingServer(revision);
    servers.set(revision, server);
    await apply(world.gateway, manifest('MCPServer', `of-${revision}`, { ...place, url: server.url }));
  }
});
afterAll(async () => {
  await world.close();
  for (const server of servers.values()) await server.close();
});

const urlOf = (revision: Revision) => `${world.gateway.data}/mcp/of-${revision}`;

function serverOf(revision: Revision): AskingServer {
  const server = servers.get(revision);
  if (server === undefined) throw new Error(`no server of ${revision}`);
  return server;
}

interface Options {
  readonly session?: string;
  readonly lastEventId?: string;
}

async function send(
  revision: Revision,
  method: 'GET' | 'POST',
  message: object | null,
  { session, lastEventId }: Options = {},
): Promise<Response> {
  const url = urlOf(revision);
  return fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${await world.issuer.mint({ clientId: 'worker', resource: url })}`,
      accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
      ...(revision === '2025-03-26' ? {} : { 'mcp-protocol-version': revision }),
      ...(message === null ? {} : { 'content-type': 'application/json' }),
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    ...(message === null ? {} : { body: JSON.stringify({ jsonrpc: '2.0', ...message }) }),
  });
}

async function openSession(revision: Revision): Promise<string> {
  const clientInfo = { name: 't', version: '1' };
  const params = { protocolVersion: revision, capabilities: {}, clientInfo };
  const opened = await send(revision, 'POST', { id: 0, method: 'initialize', params });
  await opened.text();
  return opened.headers.get('mcp-session-id') ?? '';
}

async function working(revision: Revision, session: string) {
  const asked = serverOf(revision).called();
  const params = { name: 'work', arguments: {} };
  const response = await send(revision, 'POST', { id: 7, method: 'tools/call', params }, { session });
  return { ask: await asked, events: eventsOf(response), call: response.headers.get('countersign-call') };
}

async function standing(revision: Revision, session: string, lastEventId?: string) {
  const listened = serverOf(revision).listened();
  const more = lastEventId === undefined ? {} : { lastEventId };
  const answering = send(revision, 'GET', null, { session, ...more });
  return { ask: await listened, events: eventsOf(await answering) };
}

const FROM_SERVERS: readonly (readonly [method: string, params: object, since: Revision])[] = [
  ['notifications/progress', { progressToken: 'p', progress: 1, total: 2, message: 'half' }, '2025-03-26'],
  ['notifications/message', { level: 'info', logger: 'l', data: { any: 'thing' } }, '2025-03-26'],
  ['notifications/cancelled', { requestId: 'never asked', reason: 'why not' }, '2025-03-26'],
  ['notifications/tools/list_changed', {}, '2025-03-26'],
  ['notifications/prompts/list_changed', {}, '2025-03-26'],
  ['notifications/resources/list_changed', {}, '2025-03-26'],
  ['notifications/resources/updated', { uri: 'test://a' }, '2025-03-26'],
  ['notifications/elicitation/complete', { elicitationId: 'e' }, '2025-11-25'],
];

const UNKNOWN = [
  'notifications/made/up',
  'notifications/subscriptions/acknowledged',
  'notifications/Message',
  'tools/call',
];

describe.each(REVISIONS)('in %s', (revision) => {
  const known = FROM_SERVERS.filter(([, , since]) => since <= revision).map(([method]) => method);

  function sayAll(ask: Ask): void {
    for (const [method, params] of FROM_SERVERS) ask.say({ method, params });
    for (const method of UNKNOWN) ask.say({ method, params: { words: 'psst' } });
  }

  test('what a server notifies of passes on the stream of a call, with its own bytes', async () => {
    const { ask, events } = await working(revision, await openSession(revision));
    sayAll(ask);
    ask.end({ id: 7, result: { content: [] } });
    const told = await events.rest();
    expect(told.map(({ method, id }) => method ?? id)).toEqual([...known, 7]);
    expect(told.slice(0, -1).map(({ params }) => params)).toEqual(
      FROM_SERVERS.filter(([, , since]) => since <= revision).map(([, params]) => params),
    );
    expect(events.raw()).not.toContain('psst');
  });

  test('and on the standalone stream of a session', async () => {
    const { ask, events } = await standing(revision, await openSession(revision));
    sayAll(ask);
    ask.end();
    expect((await events.rest()).map(({ method }) => method)).toEqual(known);
    expect(events.raw()).not.toContain('psst');
  });

  test('of what a client notifies of, its words stay here', async () => {
    const session = await openSession(revision);
    const { answers } = serverOf(revision);
    const notify = async (method: string, params: object) => {
      const taken = await send(revision, 'POST', { method, params }, { session });
      expect(taken.status).toBe(202);
    };
    const _meta = { words: 'secret' };
    await notify('notifications/initialized', { _meta });
    await notify('notifications/progress', {
      progressToken: 't',
      progress: 1,
      total: 3,
      message: 'secret',
      _meta,
    });
    await notify('notifications/cancelled', { requestId: 9, reason: 'secret' });
    await notify('notifications/roots/list_changed', { words: 'secret' });
    expect(answers.filter((each) => each.session === session)).toEqual([
      { session, jsonrpc: '2.0', method: 'notifications/initialized', params: {} },
      {
        session,
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: 't', progress: 1, total: 3 },
      },
      { session, jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 9 } },
      { session, jsonrpc: '2.0', method: 'notifications/roots/list_changed', params: {} },
    ]);
  });
});

test('a notification that is in no list is counted', async () => {
  const { ask, events } = await working('2025-11-25', await openSession('2025-11-25'));
  ask.say({ method: 'notifications/made/up', params: {} });
  ask.end({ id: 7, result: { content: [] } });
  await events.rest();
  const counted = async () =>
    (await entriesOf(world.gateway, 'reject.summary')).map(({ body }) => body['code']);
  await expect.poll(counted, { ...SOON, interval: 500 }).toContain('unknown_operation');
});

test('a progress that is no progress never reaches the server', async () => {
  const session = await openSession('2025-11-25');
  const params = { progressToken: 't', progress: 'secret' };
  const message = { method: 'notifications/progress', params };
  expect((await send('2025-11-25', 'POST', message, { session })).status).toBe(400);
  expect(serverOf('2025-11-25').answers.filter((each) => each.session === session)).toEqual([]);
});

describe('what a server asks on a stream that its client resumes', () => {
  const roots = { method: 'roots/list' };

  test('is asked in the call whose stream it was, also when that is lost again', async () => {
    const session = await openSession('2025-11-25');
    const first = await working('2025-11-25', session);
    first.ask.say({ method: 'notifications/message', params: { level: 'info', data: 'x' } }, 'event-1');
    await first.events.next();
    first.ask.end();
    await first.events.rest();

    const second = await standing('2025-11-25', session, 'event-1');
    second.ask.say({ id: 'q-1', ...roots }, 'event-2');
    expect(await second.events.next()).toMatchObject({ id: 'q-1' });
    expect(await parentOf('mcp:roots')).toBe(first.call);
    second.ask.end();
    await second.events.rest();

    const third = await standing('2025-11-25', session, 'event-2');
    third.ask.say({ id: 'q-2', ...roots });
    expect(await third.events.next()).toMatchObject({ id: 'q-2' });
    expect(await parentOf('mcp:roots')).toBe(first.call);
    third.ask.end({ id: 7, result: { content: [] } });
    expect(await third.events.rest()).toMatchObject([{ id: 7 }]);
  });

  test('is asked in no call where the stream is of none that is known', async () => {
    const session = await openSession('2025-11-25');
    const { ask, events } = await standing('2025-11-25', session, 'of-somebody-else');
    ask.say({ id: 'q', ...roots });
    await events.next();
    expect(await parentOf('mcp:roots')).toBeNull();
    ask.end();
    await events.rest();
  });

  async function parentOf(operation: string): Promise<string | null | undefined> {
    const { calls } = await world.admin<{ calls: readonly { operation: string; parent: string | null }[] }>(
      '/calls?limit=20',
    );
    return calls.find((call) => call.operation === operation)?.parent;
  }
});
