// Tasks on a stream of `subscriptions/listen`: a caller is told of its own tasks only, of what a poll would have told, and what
// one came to is on record before it is told (ADR 0027, ADR 0032).
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apply } from './apply.ts';
import { type Desk, openDesk } from './desk.ts';
import { entriesOf } from './entries.ts';
import { type EventReader, eventsOf } from './event-reader.ts';
import { type Heard, type ListeningServer, newTask, startListeningServer } from './listening-server.ts';
import { SOON } from './soon.ts';
import { startTaskWorld, TASKS, type TaskWorld } from './task-world.ts';

let world: TaskWorld;
let server: ListeningServer;
let desk: Desk;
beforeAll(async () => {
  world = await startTaskWorld(`
    @id("calls") permit (principal is Agent, action in Action::"mcp", resource);
    @id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent)
    when { principal.name == "listening" };
    @id("payments") @approve("finance") @expires("10m")
    forbid (principal is Agent, action in Action::"mcp:tools/call", resource) when { principal.purpose == "payer" };
  `);
  desk = openDesk(world.raw.gateway, world.raw.gateway.adminToken ?? '');
  server = await startListeningServer();
  const place = { team: 'platform', environment: 'production', risk: 'low', url: server.url };
  await apply(
    world.raw.gateway,
    manifest('MCPServer', 'listening', place),
    manifest('MCPServer', 'quiet', { ...place, mask: ['result.email'] }),
    manifest('Agent', 'payer', {
      owner: 'olive',
      team: 'platform',
      purpose: 'payer',
      capabilities: [],
      risk: 'low',
      environment: 'production',
      identities: [{ issuer: 'corp', claim: 'client_id', value: 'payer' }],
    }),
  );
});
afterAll(async () => {
  await world.close();
  await server.close();
});

let made = 0;
async function created(agent = 'worker', at = 'listening'): Promise<{ taskId: string; call: string }> {
  const taskId = `listened-${(made += 1)}`;
  const told = await world.ask('tools/call', { name: 'call', arguments: { taskId } }, { server: at, agent });
  expect(told.result).toMatchObject({ resultType: 'task', taskId });
  return { taskId, call: told.call };
}

async function listen(
  notifications: object,
  { at = 'listening', declares = true, agent = 'worker' } = {},
): Promise<{ readonly events: EventReader; readonly heard: Heard }> {
  const to = at === '' ? `${world.raw.gateway.data}/mcp` : world.url(at);
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': declares ? { extensions: { [TASKS]: {} } } : {},
  };
  const answering = fetch(to, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await world.raw.issuer.mint({ clientId: agent, resource: to })}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 'l',
      method: 'subscriptions/listen',
      params: { _meta, notifications },
    }),
  });
  const heard = await server.heard();
  heard.acknowledge();
  return { heard, events: eventsOf(await answering) };
}

const NOTICE = 'notifications/tasks';
const settledOf = async (call: string) =>
  (await entriesOf(world.raw.gateway, 'task.settled')).filter(
    (entry) => 'call' in entry && entry.call === call,
  );

describe('a stream', () => {
  test('is opened for the caller’s own tasks; what is somebody else’s, or nobody’s, is cut without a word', async () => {
    const [mine, theirs] = [await created(), await created('other')];
    const taskIds = [mine.taskId, theirs.taskId, 'never-was'];
    const { heard, events } = await listen({ toolsListChanged: true, taskIds });
    expect(heard.notifications).toEqual({ toolsListChanged: true, taskIds: [mine.taskId] });
    expect((await events.next())?.params?.['notifications']).toEqual(heard.notifications);
    heard.notify(NOTICE, { ...newTask(theirs.taskId), _meta: metaOf(heard) });
    heard.notify(NOTICE, { ...newTask('never-was'), _meta: metaOf(heard) });
    heard.notify(NOTICE, { ...newTask(mine.taskId), _meta: metaOf(heard) });
    expect(await events.next()).toMatchObject({ method: NOTICE, params: newTask(mine.taskId) });
    expect(events.raw()).not.toContain(theirs.taskId);
    await events.cancel();
  });

  test('tells only of tasks that it was opened for', async () => {
    const [asked, other] = [await created(), await created()];
    const { heard, events } = await listen({ taskIds: [asked.taskId] });
    heard.notify(NOTICE, { ...newTask(other.taskId), _meta: metaOf(heard) });
    heard.notify(NOTICE, { ...newTask(asked.taskId), _meta: metaOf(heard) });
    await events.next();
    expect(await events.next()).toMatchObject({ params: { taskId: asked.taskId } });
    expect(events.raw()).not.toContain(other.taskId);
    await events.cancel();
  });

  test('of a client that did not declare tasks is told of none', async () => {
    const { taskId } = await created();
    const { heard, events } = await listen(
      { toolsListChanged: true, taskIds: [taskId] },
      { declares: false },
    );
    expect(heard.notifications).toEqual({ toolsListChanged: true });
    await events.cancel();
  });
});

describe('a notification', () => {
  test('with the result of a task is told once that is on record, and another result is not', async () => {
    const { taskId, call } = await created();
    const { heard, events } = await listen({ taskIds: [taskId] });
    await events.next();
    const done = (text: string) => ({
      ...newTask(taskId, 'completed'),
      result: { content: [{ type: 'text', text }] },
      _meta: metaOf(heard),
    });
    heard.notify(NOTICE, done('the work is done'));
    expect(await events.next()).toMatchObject({
      params: { result: { content: [{ text: 'the work is done' }] } },
    });
    expect(await settledOf(call)).toMatchObject([{ body: { state: 'completed' } }]);
    expect(await world.valuesOf(call)).toContain('the work is done');
    heard.notify(NOTICE, done('something else'));
    heard.notify(NOTICE, done('the work is done'));
    await events.next();
    expect(events.raw()).not.toContain('something else');
    expect(await settledOf(call)).toHaveLength(1);
    await events.cancel();
  });

  test('with a question puts that question to policy, as a poll does', async () => {
    const { taskId, call } = await created();
    const { heard, events } = await listen({ taskIds: [taskId] });
    await events.next();
    const params = { mode: 'form', message: 'Sure?', requestedSchema: { type: 'object', properties: {} } };
    const inputRequests = { sure: { method: 'elicitation/create', params } };
    heard.notify(NOTICE, { ...newTask(taskId, 'input_required'), inputRequests, _meta: metaOf(heard) });
    expect(await events.next()).toMatchObject({ params: { status: 'input_required', inputRequests } });
    const question = (await world.calls()).find(({ parent }) => parent === call);
    expect(question).toMatchObject({ operation: 'mcp:elicitation', decision: 'allow', state: 'open' });
    await events.cancel();
  });

  test('says nothing in words of a server whose results are masked', async () => {
    const { taskId } = await created('worker', 'quiet');
    const { heard, events } = await listen({ taskIds: [taskId] }, { at: 'quiet' });
    await events.next();
    const told = { ...newTask(taskId), statusMessage: 'ines@northwind.example', _meta: metaOf(heard) };
    heard.notify(NOTICE, told);
    expect(await events.next()).toMatchObject({ params: newTask(taskId) });
    expect(events.raw()).not.toContain('ines@');
    await events.cancel();
  });
});

describe('a task that a held call became', () => {
  const PAYER = { server: 'listening', agent: 'payer' };
  async function held(taskId: string): Promise<string> {
    const told = await world.ask('tools/call', { name: 'call', arguments: { taskId } }, PAYER);
    expect(told.result).toMatchObject({ resultType: 'task', status: 'working' });
    return told.result?.taskId ?? '';
  }

  test('is told of by the gateway: how it stands, and what it came to; no server hears of it', async () => {
    const own = await held('never-made');
    const { heard, events } = await listen({ toolsListChanged: true, taskIds: [own] }, { agent: 'payer' });
    expect(heard.notifications).toEqual({ toolsListChanged: true });
    expect((await events.next())?.params?.['notifications']).toEqual({
      toolsListChanged: true,
      taskIds: [own],
    });
    expect(await events.next()).toMatchObject({
      method: NOTICE,
      params: { taskId: own, status: 'working', _meta: metaOf(heard) },
    });
    await desk.review((await desk.pending('never-made')).id, 'reject', 'fiona');
    expect(await events.next()).toMatchObject({
      method: NOTICE,
      params: { taskId: own, status: 'completed', result: { isError: true }, _meta: metaOf(heard) },
    });
    await events.cancel();
  });

  test('is nobody else’s: a stream that names it is told of nothing', async () => {
    const own = await held('not-yours');
    const { heard, events } = await listen({ toolsListChanged: true, taskIds: [own] });
    expect((await events.next())?.params?.['notifications']).toEqual({ toolsListChanged: true });
    heard.notify('notifications/tools/list_changed', { _meta: metaOf(heard) });
    expect(await events.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
    expect(events.raw()).not.toContain(own);
    await events.cancel();
  });

  test('and is a name for one of its server is told of under that name', async () => {
    const own = await held('made-late');
    await desk.review((await desk.pending('made-late')).id, 'approve', 'fiona');
    await vi.waitUntil(
      async () => (await world.ask('tasks/get', { taskId: own }, PAYER)).result === undefined,
      SOON,
    );
    const { heard, events } = await listen({ taskIds: [own] }, { agent: 'payer' });
    expect(heard.notifications).toEqual({ taskIds: ['made-late'] });
    expect((await events.next())?.params?.['notifications']).toEqual({ taskIds: [own] });
    heard.notify(NOTICE, { ...newTask('made-late'), _meta: metaOf(heard) });
    expect(await events.next()).toMatchObject({ params: { taskId: own, status: 'working' } });
    expect(events.raw()).not.toContain('made-late');
    await events.cancel();
  });
});

test('at the endpoint for all servers, tasks are named as they are there, each to its own server', async () => {
  const { taskId } = await created();
  const named = `listening__${taskId}`;
  const { heard, events } = await listen({ taskIds: [named, `raw__${taskId}`, taskId] }, { at: '' });
  expect(heard.notifications).toEqual({ taskIds: [taskId] });
  expect((await events.next())?.params?.['notifications']).toEqual({ taskIds: [named] });
  heard.notify(NOTICE, { ...newTask(taskId), _meta: metaOf(heard) });
  expect(await events.next()).toMatchObject({ params: { taskId: named } });
  await events.cancel();
});

function metaOf({ id }: Heard): object {
  return { 'io.modelcontextprotocol/subscriptionId': id };
}
