// What the specification of A2A 1.0 demands of whoever answers in an agent's place, clause by clause, on the wire: the gateway in front of
// an agent on the official SDK, and of one that answers as it is told to. docs/conformance.md lists the clauses (`vitest run -u`).
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withGenerated } from '@countersign/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { all, type BindingsWorld, registered, startBindingsWorld } from '../e2e/a2a-bindings.ts';
import { events, json, type RawAgent, startRawAgent, task as taskJson } from '../e2e/a2a-raw-agent.ts';
import { SOON } from '../e2e/soon.ts';
import { startWebhook, type Webhook } from '../e2e/webhook.ts';
import {
  clauseTable,
  heldTo,
  infoOf,
  kindsOf,
  open as openAt,
  saying,
  type TaskJson,
  taskOf,
  type Wire,
  wireOf,
} from './a2a-clauses.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));

let world: BindingsWorld;
let raw: RawAgent;
let hook: Webhook;
let wire: Wire;
beforeAll(async () => {
  [world, raw, hook] = await Promise.all([
    startBindingsWorld({ push: { development: true } }),
    startRawAgent(),
    startWebhook(),
  ]);
  await world.apply(registered('raw', [], { url: raw.url }).join('\n'));
  wire = wireOf(world);
});
afterAll(async () => {
  await Promise.all([hook.close(), raw.close()]);
  await world.close();
});
afterEach(({ task }) => heldTo(task.name));

const open = (text: string, more: object = {}) => openAt(wire, text, more);

test('3.1.2 a stream that is answered by a message holds exactly one', async () => {
  expect(kindsOf(await wire.rpc('SendStreamingMessage', saying('echo x')))).toEqual(['message']);
});

test('3.1.2 a stream of a task begins with the task and closes when that ends', async () => {
  for (const work of ['stream 2', 'fail', 'reject']) {
    const kinds = kindsOf(await wire.rpc('SendStreamingMessage', saying(work)));
    expect([kinds[0], kinds.at(-1)]).toEqual(['task', 'statusUpdate']);
  }
});

test('3.1.2 a task that has ended takes no message: UnsupportedOperation', async () => {
  const { id: taskId } = taskOf(await wire.rpc('SendMessage', saying('task done')));
  for (const method of ['SendMessage', 'SendStreamingMessage'])
    expect((await wire.rpc(method, saying('task again', { taskId }))).body.error?.code).toBe(-32004);
});

test('3.1.4 ListTasks tells the caller its own tasks, what changed last first', async () => {
  const first = await open('task one');
  const { contextId } = first;
  const second = await open('input', { contextId });
  await open('task again', { contextId, taskId: second.id });
  const listed = (await wire.rpc('ListTasks', { contextId })).body.result?.['tasks'] as TaskJson[];
  expect(listed.map(({ id }) => id)).toEqual([second.id, first.id]);
  const theirs = await wire.rpc('ListTasks', { contextId }, { agent: 'rival' });
  expect(theirs.body).toMatchObject({ result: { tasks: [], totalSize: 0 } });
});

test('3.1.4 `nextPageToken` is always there, and empty on the last page; `pageSize` is the one asked for', async () => {
  const { contextId } = await open('task one');
  await open('task two', { contextId });
  const page = async (more: object) => (await wire.rpc('ListTasks', { contextId, ...more })).body.result;
  const one = await page({ pageSize: 1 });
  expect(one).toMatchObject({
    pageSize: 1,
    totalSize: 2,
    nextPageToken: expect.stringMatching(/./) as unknown,
  });
  const two = await page({ pageSize: 1, pageToken: one?.['nextPageToken'] });
  expect(two).toMatchObject({ pageSize: 1, totalSize: 2, nextPageToken: '' });
  expect(await page({})).toMatchObject({ pageSize: 50, nextPageToken: '' });
});

test('3.1.4 `artifacts` are left out unless they are asked for', async () => {
  const { contextId } = await open('task one');
  const listed = async (more: object) =>
    (
      (await wire.rpc('ListTasks', { contextId, ...more })).body.result?.['tasks'] as TaskJson[] | undefined
    )?.[0];
  expect((await listed({}))?.id).toMatch(/./);
  expect(await listed({})).not.toHaveProperty('artifacts');
  expect((await listed({ includeArtifacts: true }))?.artifacts).toHaveLength(1);
});

test('3.1.5 CancelTask tells the task as it is then; one that ended is TaskNotCancelable', async () => {
  const { id } = await open('hang');
  expect(taskOf(await wire.rpc('CancelTask', { id })).status.state).toBe('TASK_STATE_CANCELED');
  const done = taskOf(await wire.rpc('SendMessage', saying('task done')));
  expect((await wire.rpc('CancelTask', { id: done.id })).body.error?.code).toBe(-32002);
});

test('3.3.1 canceling twice has the effect of canceling once', async () => {
  const { id } = await open('hang');
  for (const _ of [1, 2])
    expect(taskOf(await wire.rpc('CancelTask', { id })).status.state).toBe('TASK_STATE_CANCELED');
  expect(taskOf(await wire.rpc('GetTask', { id })).status.state).toBe('TASK_STATE_CANCELED');
});

test('3.1.6 SubscribeToTask begins with the task, and ends with it; one that ended is UnsupportedOperation', async () => {
  const { id } = await open('hang');
  const client = await world.connect('planner', 'helper');
  const stream = client.resubscribeTask({ tenant: '', id })[Symbol.asyncIterator]();
  expect((await stream.next()).value?.payload?.$case).toBe('task');
  await wire.rpc('CancelTask', { id });
  expect((await stream.next()).value?.payload?.$case).toBe('statusUpdate');
  expect((await stream.next()).done).toBe(true);
  expect((await wire.rpc('SubscribeToTask', { id })).body.error?.code).toBe(-32004);
});

test('3.1.10 deleting a push notification config twice is deleting it once', async () => {
  const { id: taskId } = await open('hang');
  await wire.rpc('CreateTaskPushNotificationConfig', { taskId, id: 'p', url: hook.url });
  for (const _ of [1, 2])
    expect(
      (await wire.rpc('DeleteTaskPushNotificationConfig', { taskId, id: 'p' })).body.error,
    ).toBeUndefined();
  const { result } = (await wire.rpc('ListTaskPushNotificationConfigs', { taskId })).body;
  expect(result?.['configs'] ?? []).toEqual([]);
  await wire.rpc('CancelTask', { id: taskId });
});

test('3.2.4 `historyLength` 0 means no history, more means at most that many', async () => {
  const { id } = await open('task done');
  expect(taskOf(await wire.rpc('GetTask', { id, historyLength: 0 })).history ?? []).toEqual([]);
  expect(taskOf(await wire.rpc('GetTask', { id, historyLength: 1 })).history?.length).toBeLessThanOrEqual(1);
});

test('3.2.6 A2A-Extensions reach the agent as they were sent; one that it does not know is no error', async () => {
  const wanted = 'https://ext.example/unknown/v1, https://ext.example/other/v2';
  const { body } = await wire.rpc('SendMessage', saying('headers'), {
    headers: { 'a2a-extensions': wanted },
  });
  expect(JSON.stringify(body)).toContain(wanted);
});

test('3.3.2 without valid credentials everything is refused, with a challenge', async () => {
  const headers = { authorization: '' };
  const refused = [
    await wire.rpc('SendMessage', saying('echo x'), { headers }),
    await wire.rpc('GetTask', { id: 'x' }, { headers }),
    await wire.rest('GET', '/tasks', { headers }),
    await wire.rest('GET', '/extendedAgentCard', { headers }),
  ];
  for (const { status, headers: told } of refused)
    expect([status, told.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')]);
});

test('3.3.2, 13.1 a task of another caller is told apart from none at all in no operation', async () => {
  const { id } = await open('hang');
  const absent = randomUUID();
  const asked = (task: string): readonly [string, object][] => [
    ['GetTask', { id: task }],
    ['CancelTask', { id: task }],
    ['SubscribeToTask', { id: task }],
    ['SendMessage', saying('echo x', { taskId: task })],
    ['SendStreamingMessage', saying('echo x', { taskId: task })],
    ['CreateTaskPushNotificationConfig', { taskId: task, url: hook.url }],
    ['GetTaskPushNotificationConfig', { taskId: task, id: 'p' }],
    ['ListTaskPushNotificationConfigs', { taskId: task }],
    ['DeleteTaskPushNotificationConfig', { taskId: task, id: 'p' }],
  ];
  const answers = async (task: string) => {
    const found: unknown[] = [];
    for (const [method, params] of asked(task)) {
      const { status, text } = await wire.rpc(method, params, { agent: 'rival' });
      expect([method, JSON.parse(text)]).toMatchObject([method, { error: { code: -32001 } }]);
      found.push([method, status, text.replaceAll(task, 'the task').replaceAll(/call_\w+/g, 'the call')]);
    }
    return found;
  };
  expect(await answers(id)).toEqual(await answers(absent));
  expect(taskOf(await wire.rpc('CancelTask', { id })).status.state).toBe('TASK_STATE_CANCELED');
});

test('3.3.2 parameters are validated before anything is done', async () => {
  const before = raw.requests.length;
  for (const message of [
    {},
    { role: 'ROLE_USER', parts: [{ text: 'x' }] },
    saying('', { parts: [] }).message,
  ])
    expect((await wire.rpc('SendMessage', { message }, { callee: 'raw' })).body.error?.code).toBe(-32602);
  expect(raw.requests.length).toBe(before);
});

test('3.4.1 an answer names its context, and a context that the caller was given is kept', async () => {
  const { contextId } = await open('task one');
  expect(contextId).toMatch(/./);
  expect((await open('task two', { contextId })).contextId).toBe(contextId);
});

test('3.4.2 the context is that of the task, and a message that names another is rejected', async () => {
  const [one, other] = [await open('input'), await open('input')];
  const mixed = saying('task x', { taskId: one.id, contextId: other.contextId });
  expect((await wire.rpc('SendMessage', mixed)).body.error?.code).toBe(-32602);
  const answered = taskOf(await wire.rpc('SendMessage', saying('task x', { taskId: one.id })));
  expect([answered.id, answered.contextId]).toEqual([one.id, one.contextId]);
});

test('3.5.2 events come in the order in which they were generated', async () => {
  const ids = { taskId: 'ordered', contextId: 'c' };
  const artifacts = Array.from({ length: 50 }, (_, n) => ({
    artifactUpdate: { ...ids, artifact: { artifactId: `a-${n}`, parts: [{ text: String(n) }] } },
  }));
  const last = { statusUpdate: { ...ids, status: { state: 'TASK_STATE_COMPLETED' } } };
  raw.answerWith((response, request) => {
    events(response, request, [{ task: taskJson('ordered', 'c', 'TASK_STATE_WORKING') }, ...artifacts, last]);
    response.end();
  });
  const answer = await wire.rpc('SendStreamingMessage', saying('go'), { callee: 'raw' });
  const named = answer.events.flatMap(
    (event) => /"artifactId":"a-(\d+)"/.exec(JSON.stringify(event))?.[1] ?? [],
  );
  expect(named.map(Number)).toEqual(artifacts.map((_, n) => n));
});

test('3.6.2 a version that is not spoken is VersionNotSupported; none means 0.3', async () => {
  for (const version of ['', '0.3', '0.2', '2.0', '1']) {
    const headers = { 'a2a-version': version };
    expect((await wire.rpc('SendMessage', saying('echo x'), { headers })).body.error?.code).toBe(-32009);
    const { status, body } = await wire.rest('POST', '/message:send', { body: saying('echo x'), headers });
    expect([status, body.error?.details]).toEqual([400, infoOf('VERSION_NOT_SUPPORTED')]);
  }
});

test('4.3.3 a push notification is a StreamResponse under the names of its client, with the token that it gave', async () => {
  const { id: taskId } = await open('hang');
  const config = { taskId, id: 'p', url: hook.url, token: 'given' };
  await wire.rpc('CreateTaskPushNotificationConfig', config);
  await wire.rpc('CancelTask', { id: taskId });
  await expect.poll(() => hook.states(taskId), SOON).toContain('TASK_STATE_CANCELED');
  const [told] = hook.told.filter(({ body }) => body.statusUpdate?.taskId === taskId);
  expect(Object.keys(told?.body ?? {})).toEqual(['statusUpdate']);
  expect(told?.headers).toMatchObject({
    'content-type': 'application/a2a+json',
    'x-a2a-notification-token': 'given',
  });
});

test('3.5.2 every stream of a task gets all of its events, and the end of one is not that of another', async () => {
  const { id } = await open('hang');
  const clients = await Promise.all([1, 2, 3].map(() => world.connect('planner', 'helper')));
  const streams = clients.map((client) => client.resubscribeTask({ tenant: '', id }));
  for (const stream of streams) expect((await stream.next()).value?.payload?.$case).toBe('task');
  await streams[0]?.return(undefined);
  await wire.rpc('CancelTask', { id });
  const [, one, other] = streams;
  if (one === undefined || other === undefined) throw new Error('there are three streams');
  const [seen, also] = [await all(one), await all(other)];
  expect(seen.map(({ payload }) => payload?.$case)).toEqual(['statusUpdate']);
  expect(also).toEqual(seen);
});

test('3.3.4 what an agent refuses as a capability that it lacks is told as that', async () => {
  raw.answerWith((response, { rpc }) =>
    json(response, { jsonrpc: '2.0', id: rpc.id, error: { code: -32004, message: 'not offered' } }),
  );
  for (const [method, params] of [
    ['SendStreamingMessage', saying('x')],
    ['GetExtendedAgentCard', {}],
  ] as const) {
    const { body, type } = await wire.rpc(method, params, { callee: 'raw' });
    expect([method, type, body.error?.code]).toEqual([method, 'application/json', -32004]);
  }
});

test('docs/conformance.md lists these clauses', async () => {
  const document = await readFile(DOCUMENT, 'utf8');
  await expect(withGenerated(document, 'a2a-operations', clauseTable())).toMatchFileSnapshot(DOCUMENT);
});
