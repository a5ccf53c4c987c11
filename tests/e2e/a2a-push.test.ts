// Push notifications: what an agent posts goes to its client by the gateway, under the client's names, signed, recorded, and
// nowhere that a client must not send it. The official client and agent.
import { createHash, randomUUID } from 'node:crypto';
import { type Message, SendMessageRequest, type Task, TaskState } from '@a2a-js/sdk';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { json, type RawAgent, startRawAgent, task as taskJson } from './a2a-raw-agent.ts';
import { entriesOf, type EntryHeader } from './entries.ts';
import { SOON } from './soon.ts';
import { startWebhook, type Webhook } from './webhook.ts';
import { manifest } from '@countersign/testkit';

const POLICIES = `
@id("never-to-the-rivals-port")
forbid (principal is Agent, action == Action::"a2a:push/set", resource is Agent)
when { context.input.url like "*forbidden*" };
`;

let world: A2aWorld;
let raw: RawAgent;
let hook: Webhook;
beforeAll(async () => {
  world = await startA2aWorld({ config: { push: { development: true, attempts: 3 } }, policies: POLICIES });
  raw = await startRawAgent();
});
afterAll(async () => {
  await world.close();
  await raw.close();
});
beforeEach(async () => {
  hook = await startWebhook();
});
afterEach(async () => {
  await hook.close();
});

const TOKEN = 'the-token-of-the-client';

function message(text: string, push?: object, more: object = {}): SendMessageRequest {
  return SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...more },
    configuration: {
      returnImmediately: true,
      ...(push === undefined ? {} : { taskPushNotificationConfig: push }),
    },
  });
}

function stateOf(task: Message | Task): TaskState | undefined {
  return 'messageId' in task ? undefined : task.status?.state;
}

/** What the log holds of the deliveries of the newest address that was set. */
async function deliveries(): Promise<readonly EntryHeader['body'][]> {
  const call = (await world.calls()).find(({ operation }) => operation === 'a2a:push/set');
  const entries = await entriesOf(world.gateway(), 'push.notified');
  return entries.filter((entry) => entry.call === call?.id).map(({ body }) => body);
}

const inState = (bodies: readonly EntryHeader['body'][], state: string) =>
  bodies.filter((body) => body['state'] === state);

test('an address that comes with a message is told what becomes of its task, once and signed', async () => {
  const client = await world.connect('planner', 'helper');
  const task = (await client.sendMessage(message('slow 300', { url: hook.url, token: TOKEN }))) as Task;
  await expect.poll(() => hook.states(task.id), SOON).toContain('TASK_STATE_COMPLETED');
  expect(hook.states(task.id)).toEqual(['TASK_STATE_WORKING', 'TASK_STATE_COMPLETED']);

  const [first] = hook.told;
  if (first === undefined) throw new Error('nothing was told');
  expect(first.headers['x-a2a-notification-token']).toBe(TOKEN);
  const jwks = createRemoteJWKSet(new URL(`${world.gateway().data}/.well-known/jwks.json`));
  const token = first.headers.authorization?.replace('Bearer ', '') ?? '';
  const { payload, protectedHeader } = await jwtVerify(token, jwks, {
    issuer: world.gateway().data,
    audience: hook.url,
    typ: 'countersign-push+jwt',
  });
  expect(protectedHeader.alg).toBe('ES256');
  expect(payload['taskId']).toBe(task.id);
  expect(payload['body_sha256']).toBe(createHash('sha256').update(first.bytes).digest('base64url'));

  await expect.poll(async () => inState(await deliveries(), 'delivered').length, SOON).toBe(hook.told.length);
  expect(inState(await deliveries(), 'sending')).toHaveLength(hook.told.length);
  expect(await entriesOf(world.gateway(), 'task.settled')).toHaveLength(1);
});

test('the agent is told an address of the gateway, and none of the secrets of the client', async () => {
  await world.apply([manifest('A2AAgent', 'recluse', { url: raw.url })].join('\n'));
  raw.answerWith((response, { rpc }) =>
    json(response, {
      jsonrpc: '2.0',
      id: rpc.id,
      result: { task: taskJson('raw-1', 'raw-context', 'TASK_STATE_WORKING') },
    }),
  );
  const answer = await world.post(
    'recluse',
    'recluse',
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'SendMessage',
      params: {
        message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hello' }] },
        configuration: {
          returnImmediately: true,
          taskPushNotificationConfig: {
            url: hook.url,
            token: TOKEN,
            authentication: { scheme: 'Basic', credentials: 'b3BlbjpzZXNhbWU=' },
          },
        },
      },
    }),
  );
  expect(await answer.json()).toMatchObject({ result: { task: { id: 'raw-1' } } });
  const { body } = raw.requests.at(-1) ?? { body: '' };
  expect(body).not.toContain(TOKEN);
  expect(body).not.toContain('of-the-client');
  expect(body).not.toContain('b3BlbjpzZXNhbWU=');
  const { params } = JSON.parse(body) as {
    params: { configuration: { taskPushNotificationConfig: { url: string; token: string } } };
  };
  const told = params.configuration.taskPushNotificationConfig;
  expect(told.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/a2a\/recluse\/push\/[\w-]{43}$/);

  const post = (payload: object, headers: object = {}, url = told.url) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/a2a+json', 'x-a2a-notification-token': told.token, ...headers },
      body: JSON.stringify(payload),
    });
  const update = (id: string, state: string) => ({
    statusUpdate: { taskId: id, contextId: 'raw-context', status: { state } },
  });
  expect(
    (await post(update('raw-1', 'TASK_STATE_COMPLETED'), { 'x-a2a-notification-token': 'wrong' })).status,
  ).toBe(401);
  expect((await post(update('raw-1', 'TASK_STATE_COMPLETED'), {}, told.url.replace(/.$/, '-'))).status).toBe(
    404,
  );
  expect(
    (await post(update('raw-1', 'TASK_STATE_COMPLETED'), {}, told.url.replace('recluse', 'helper'))).status,
  ).toBe(404);
  // Another task than the one that the address is for.
  expect((await post(update('raw-2', 'TASK_STATE_COMPLETED'))).status).not.toBe(200);
  expect(
    (await post({ message: { messageId: 'x', role: 'ROLE_AGENT', parts: [{ text: 'hi' }] } })).status,
  ).not.toBe(200);
  expect((await post({ jsonrpc: '2.0', error: { code: 1 } })).status).not.toBe(200);
  expect(hook.asked()).toBe(0);
  expect((await post(update('raw-1', 'TASK_STATE_COMPLETED'))).status).toBe(200);
  await expect.poll(() => hook.states('raw-1'), SOON).toEqual(['TASK_STATE_COMPLETED']);
  // What the client named itself is what it is called by.
  expect(hook.told[0]?.headers.authorization).toBe('Basic b3BlbjpzZXNhbWU=');
  expect(hook.told[0]?.headers['countersign-signature']).toMatch(/^ey/);
});

test('an address that fails is tried again a few times, one that refuses is not, and no redirect is followed', async () => {
  const client = await world.connect('planner', 'helper');
  hook.answerWith(503, 200, 404, 302);
  const task = (await client.sendMessage(message('slow 100', { url: hook.url }))) as Task;
  const failed = async () => inState(await deliveries(), 'failed').map(({ status }) => status);
  await expect.poll(failed, SOON).toEqual([404, 302]);
  expect(inState(await deliveries(), 'delivered')).toMatchObject([{ attempts: 2, status: 200 }]);
  expect(hook.states(task.id)).toEqual(['TASK_STATE_WORKING']);
});

test('configs are set, shown, listed and ended by their owner, in its own words', async () => {
  const client = await world.connect('planner', 'helper');
  const rival = await world.connect('rival', 'helper');
  const task = (await client.sendMessage(message('hang'))) as Task;
  const config = {
    tenant: '',
    id: 'mine',
    taskId: task.id,
    url: hook.url,
    token: TOKEN,
    authentication: undefined,
  };
  expect(await client.createTaskPushNotificationConfig(config)).toMatchObject({
    id: 'mine',
    url: hook.url,
    taskId: task.id,
  });
  const named = { tenant: '', taskId: task.id, id: 'mine' };
  expect(await client.getTaskPushNotificationConfig(named)).toMatchObject({ url: hook.url, token: TOKEN });
  const all = { tenant: '', taskId: task.id, pageSize: 0, pageToken: '' };
  expect((await client.listTaskPushNotificationConfig(all)).configs.map(({ id }) => id)).toEqual(['mine']);
  // Again under the same name is another address for it.
  await client.createTaskPushNotificationConfig({ ...config, url: `${hook.url}&again` });
  expect((await client.listTaskPushNotificationConfig(all)).configs.map(({ url }) => url)).toEqual([
    `${hook.url}&again`,
  ]);

  await expect(rival.getTaskPushNotificationConfig(named)).rejects.toThrow(/not found/i);
  await expect(rival.listTaskPushNotificationConfig(all)).rejects.toThrow(/not found/i);
  await expect(rival.createTaskPushNotificationConfig(config)).rejects.toThrow(/not found/i);
  await expect(rival.deleteTaskPushNotificationConfig(named)).rejects.toThrow(/not found/i);

  await client.deleteTaskPushNotificationConfig(named);
  expect((await client.listTaskPushNotificationConfig(all)).configs).toEqual([]);
  await expect(client.getTaskPushNotificationConfig(named)).rejects.toThrow(/no push notification config/);
  await client.cancelTask({ tenant: '', id: task.id, metadata: undefined });
  const decided = (await world.calls()).filter(({ operation }) => operation.startsWith('a2a:push/'));
  expect(decided.slice(0, 3).map(({ operation }) => operation)).toEqual([
    'a2a:push/delete',
    'a2a:push/delete',
    'a2a:push/set',
  ]);
  expect(hook.asked()).toBe(0);
});

test('policy decides where notifications go: a message that asks for another place is not sent', async () => {
  const client = await world.connect('planner', 'helper');
  const before = await world.calls();
  await expect(client.sendMessage(message('task x', { url: `${hook.url}&forbidden` }))).rejects.toThrow(
    /policy does not permit push notifications/,
  );
  const [denied, ...others] = await world.calls();
  expect(denied).toMatchObject({ operation: 'a2a:push/set', decision: 'deny', reason: 'forbidden' });
  expect(others.map(({ id }) => id)).toEqual(before.slice(0, others.length).map(({ id }) => id));
});

test('a message that is held tells its address what people decided, and then what the agent made of it', async () => {
  const client = await world.connect('planner', 'vault');
  const task = (await client.sendMessage(message('slow 200', { url: hook.url }))) as Task;
  expect(stateOf(task)).toBe(TaskState.TASK_STATE_AUTH_REQUIRED);
  const { approvals } = await world.admin<{ approvals: { id: string }[] }>('/approvals?state=pending');
  await world.review(approvals[0]?.id ?? '', 'approve', 'fine');
  await expect.poll(() => hook.states(task.id), SOON).toContain('TASK_STATE_COMPLETED');
  expect(hook.states(task.id).filter((state) => state === 'TASK_STATE_COMPLETED')).toHaveLength(1);
  // By the id that the client was given, never by the agent's.
  for (const { body } of hook.told)
    expect([body.task?.id, body.statusUpdate?.taskId, body.artifactUpdate?.taskId]).toContain(task.id);
});

test('a held message that is rejected tells its address so, and one set afterwards is told too', async () => {
  const client = await world.connect('planner', 'vault');
  const task = (await client.sendMessage(message('task never'))) as Task;
  const config = { tenant: '', id: '', taskId: task.id, url: hook.url, token: '', authentication: undefined };
  expect((await client.createTaskPushNotificationConfig(config)).id).not.toBe('');
  const { approvals } = await world.admin<{ approvals: { id: string }[] }>('/approvals?state=pending');
  await world.review(approvals[0]?.id ?? '', 'reject', 'no');
  await expect.poll(() => hook.states(task.id), SOON).toEqual(['TASK_STATE_REJECTED']);
});

test('the whole log verifies', async () => {
  const verified = await world.gateway().cli('verify', '--json');
  expect([verified.code, verified.stdout.slice(-2000)]).toMatchObject([0, expect.any(String)]);
});
