// Tasks on a stream of `subscriptions/listen`: a caller is told of its own tasks only, of what a poll would have told, and what
// one came to is on record before it is told (ADR 0027, ADR 0032).
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { entriesOf } from './entries.ts';
import { type EventReader, eventsOf } from './event-reader.ts';
import { type Heard, type ListeningServer, newTask, startListeningServer } from './listening-server.ts';
import { startTaskWorld, TASKS, type TaskWorld } from './task-world.ts';

let world: TaskWorld;
let server: ListeningServer;
beforeAll(async () => {
  world = await startTaskWorld(`
    @id("calls") permit (principal is Agent, action in Action::"mcp", resource);
    @id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent)
    when { principal.name == "listening" };
  `);
  server = await startListeningServer();
  const place = { team: 'platform', environment: 'production', risk: 'low', url: server.url };
  await apply(
    world.raw.gateway,
    manifest('MCPServer', 'listening', place),
    manifest('MCPServer', 'quiet', { ...place, mask: ['result.email'] }),
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
  { at = 'listening', declares = true } = {},
): Promise<{ readonly events: EventReader; readonly heard: Heard }> {
  const to = world.url(at);
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': declares ? { extensions: { [TASKS]: {} } } : {},
  };
  const answering = fetch(to, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await world.token('worker', at)}`,
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

function metaOf({ id }: Heard): object {
  return { 'io.modelcontextprotocol/subscriptionId': id };
}
