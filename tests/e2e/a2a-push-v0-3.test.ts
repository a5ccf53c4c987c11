// Push notifications in the words of A2A 0.3: set along with a message and by itself, posted by an agent of 0.3, and told to a
// client of 0.3. What the agent was sent is kept byte for byte.
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, type RawAgent, type RawRequest, startRawAgent } from './a2a-raw-agent.ts';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { SOON } from './soon.ts';
import { startWebhook, type Webhook } from './webhook.ts';

let world: A2aWorld;
let raw: RawAgent;
let hook: Webhook;
beforeAll(async () => {
  world = await startA2aWorld({ config: { push: { development: true } } });
  raw = await startRawAgent('0.3');
  hook = await startWebhook();
  await world.apply(manifest('A2AAgent', 'recluse', { url: raw.url }));
});
afterAll(async () => {
  await hook.close();
  await world.close();
  await raw.close();
});

interface Config {
  readonly id?: string;
  readonly url: string;
  readonly token: string;
}

const task = (id: string, state: string): object => ({
  kind: 'task',
  id,
  contextId: 'context',
  status: { state },
});

async function ask(
  method: string,
  params: object,
): Promise<{ readonly result?: unknown; readonly error?: unknown }> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const answer = await world.post('recluse', 'recluse', body, { 'a2a-version': '0.3' });
  return (await answer.json()) as { readonly result?: unknown; readonly error?: unknown };
}

function answerWith(result: (request: RawRequest) => unknown): void {
  raw.answerWith((response, request) =>
    json(response, { jsonrpc: '2.0', id: request.rpc.id, result: result(request) }),
  );
}

const post = ({ url, token }: Config, payload: object): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-a2a-notification-token': token },
    body: JSON.stringify(payload),
  });

const told = (): readonly unknown[] => hook.told.map(({ body }) => body);

test('the card says that there are such, where the agent has them', async () => {
  const card = await fetch(`${world.gateway().data}/a2a/recluse/.well-known/agent-card.json`);
  expect(await card.json()).toMatchObject({
    protocolVersion: '0.3.0',
    capabilities: { pushNotifications: true },
  });
});

test('an address that comes with a message is told of its task, and its agent does not learn it', async () => {
  answerWith(() => task('first', 'working'));
  const config = {
    id: 'mine',
    url: hook.url,
    token: 'of-the-client',
    authentication: { schemes: ['Bearer'], credentials: 'sesame' },
  };
  const answer = await ask('message/send', {
    message: { kind: 'message', messageId: 'm', role: 'user', parts: [{ kind: 'text', text: 'hello' }] },
    configuration: { pushNotificationConfig: config },
  });
  expect(answer.result).toMatchObject({ kind: 'task', id: 'first' });
  const sent = raw.requests.at(-1);
  if (sent === undefined) throw new Error('nothing was sent');
  for (const secret of ['of-the-client', 'sesame', hook.url]) expect(sent.body).not.toContain(secret);
  const { configuration } = sent.rpc.params as { configuration: { pushNotificationConfig: Config } };
  const { pushNotificationConfig: given } = configuration;

  expect((await post(given, task('theirs', 'completed'))).status).not.toBe(200);
  expect((await post(given, task('first', 'completed'))).status).toBe(200);
  await expect.poll(told, SOON).toEqual([task('first', 'completed')]);
  expect(hook.told[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    authorization: 'Bearer sesame',
    'x-a2a-notification-token': 'of-the-client',
  });
});

test('configs are set, shown, listed and ended in the words of 0.3', async () => {
  answerWith(() => task('second', 'working'));
  await ask('message/send', {
    message: { kind: 'message', messageId: 'm', role: 'user', parts: [{ kind: 'text', text: 'hello' }] },
  });
  answerWith(({ rpc }) => rpc.params);
  const pushNotificationConfig = { id: 'named', url: hook.url, token: 'another' };
  const config = { taskId: 'second', pushNotificationConfig };
  expect((await ask('tasks/pushNotificationConfig/set', config)).result).toEqual(config);
  const sent = raw.requests.at(-1);
  if (sent === undefined) throw new Error('nothing was sent');
  expect(sent.body).not.toContain(hook.url);
  const { pushNotificationConfig: given } = sent.rpc.params as unknown as { pushNotificationConfig: Config };
  const named = { id: 'second', pushNotificationConfigId: 'named' };
  expect((await ask('tasks/pushNotificationConfig/get', named)).result).toEqual(config);
  expect((await ask('tasks/pushNotificationConfig/list', { id: 'second' })).result).toEqual([config]);

  expect((await post(given, task('second', 'input-required'))).status).toBe(200);
  await expect.poll(told, SOON).toContainEqual(task('second', 'input-required'));
  answerWith(() => null);
  expect(await ask('tasks/pushNotificationConfig/delete', named)).toMatchObject({ result: null });
  // By the name that the agent was given.
  expect(raw.requests.at(-1)?.rpc.params).toMatchObject({ pushNotificationConfigId: given.id });
  expect((await post(given, task('second', 'completed'))).status).toBe(404);
});
