// What a client of A2A does: each operation of the protocol, in good and bad form, as one piece of work with the official client whose
// result is whatever its user would see.
import { randomUUID } from 'node:crypto';

import { type Message, SendMessageRequest, type StreamResponse, type Task, TaskState } from '@a2a-js/sdk';
import { type Client, ServiceParameters, withA2AExtensions } from '@a2a-js/sdk/client';

import type { Hook } from './a2a-hook.ts';
import { cardWithout, errorOf } from './a2a-normal.ts';

export type Operation = (client: Client, hook: Hook) => Promise<unknown>;

const ABSENT = '00000000-0000-4000-8000-000000000000';

function message(text: string, more: object = {}, configuration: object = {}): SendMessageRequest {
  return SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...more },
    configuration,
  });
}

const AT_ONCE = { returnImmediately: true };

/** Sends, and has to get a task. */
async function open(client: Client, text: string, more?: object, configuration?: object): Promise<Task> {
  const answer: Message | Task = await client.sendMessage(message(text, more, configuration));
  if ('messageId' in answer) throw new Error('a message came where a task was expected');
  return answer;
}

async function all(stream: AsyncIterable<StreamResponse>): Promise<StreamResponse[]> {
  const events: StreamResponse[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const seen = async (work: Promise<unknown>): Promise<unknown> => work.catch(errorOf);
const get = (client: Client, id: string, historyLength?: number) =>
  client.getTask({ tenant: '', id, ...(historyLength === undefined ? {} : { historyLength }) });
const cancel = (client: Client, id: string) => client.cancelTask({ tenant: '', id, metadata: undefined });
const list = (client: Client, more: object) =>
  client.listTasks({
    tenant: '',
    contextId: '',
    status: TaskState.TASK_STATE_UNSPECIFIED,
    pageToken: '',
    statusTimestampAfter: undefined,
    ...more,
  });
const push = (taskId: string, url: string) => ({
  tenant: '',
  taskId,
  id: 'first',
  url,
  token: 'of the client',
  authentication: undefined,
});

/** A running task, used and then canceled. */
async function running<T>(client: Client, use: (task: Task) => Promise<T>): Promise<T> {
  const task = await open(client, 'hang', {}, AT_ONCE);
  try {
    return await use(task);
  } finally {
    await cancel(client, task.id).catch(() => undefined);
  }
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'message answered by a message': (client) => client.sendMessage(message('echo hello there')),
  'message with data answered by data and text': (client) =>
    client.sendMessage(
      message('person', { parts: [{ text: 'person' }, { data: { n: 1.5, deep: [null] } }] }),
    ),
  'message answered by a task': (client) => client.sendMessage(message('task well done')),
  'task that fails': (client) => client.sendMessage(message('fail')),
  'task that is rejected': (client) => client.sendMessage(message('reject')),
  'agent that crashes': (client) => client.sendMessage(message('crash')),
  'stream of a message': (client) => all(client.sendMessageStream(message('echo streamed'))),
  'stream of a task': (client) => all(client.sendMessageStream(message('stream 3'))),
  'stream of a task that fails': (client) => all(client.sendMessageStream(message('fail'))),
  'blocking: returns what is done': (client) => client.sendMessage(message('slow 30')),
  'returnImmediately: returns what is at work': (client) =>
    running(client, async (task) => [task, await get(client, task.id)]),
  'input-required, and the round after it': async (client) => {
    const asked = await open(client, 'input');
    const { id: taskId, contextId } = asked;
    return [asked, await client.sendMessage(message('task that one', { taskId, contextId }))];
  },
  'second message of a context': async (client) => {
    const { contextId } = await open(client, 'task first');
    return [contextId, await client.sendMessage(message('task second', { contextId }))];
  },
  'message to a finished task': async (client) => {
    const { id: taskId, contextId } = await open(client, 'task done');
    return seen(client.sendMessage(message('task again', { taskId, contextId })));
  },
  'message to a task that is not there': (client) =>
    seen(client.sendMessage(message('task again', { taskId: ABSENT }))),
  'message with a task of another context': async (client) => {
    const { id: taskId } = await open(client, 'input');
    const { contextId } = await open(client, 'input');
    return seen(client.sendMessage(message('task again', { taskId, contextId })));
  },
  'historyLength of a message': (client) => client.sendMessage(message('task x', {}, { historyLength: 0 })),
  'GetTask, with all history, none, and the last of it': async (client) => {
    const { id } = await open(client, 'task done');
    return [await get(client, id), await get(client, id, 0), await get(client, id, 1)];
  },
  'GetTask: TaskNotFound': (client) => seen(get(client, ABSENT)),
  'ListTasks by context, page by page': async (client) => {
    const { contextId } = await open(client, 'task one');
    await open(client, 'task two', { contextId });
    const first = await list(client, { contextId, pageSize: 1 });
    const pageToken = first.nextPageToken;
    return [first, await list(client, { contextId, pageSize: 1, pageToken })];
  },
  'ListTasks by state, with artifacts': async (client) => {
    const { contextId } = await open(client, 'task one');
    await open(client, 'input', { contextId });
    const status = TaskState.TASK_STATE_COMPLETED;
    return list(client, { contextId, status, includeArtifacts: true, historyLength: 0 });
  },
  'ListTasks of nothing': (client) => list(client, { contextId: ABSENT }),
  'ListTasks: a page of too many': (client) => seen(list(client, { pageSize: 101 })),
  CancelTask: (client) => running(client, (task) => cancel(client, task.id)),
  'CancelTask twice': (client) =>
    running(client, async ({ id }) => [await cancel(client, id), await seen(cancel(client, id))]),
  'CancelTask: TaskNotCancelable': async (client) => {
    const { id } = await open(client, 'task done');
    return seen(cancel(client, id));
  },
  'CancelTask: TaskNotFound': (client) => seen(cancel(client, ABSENT)),
  SubscribeToTask: (client) =>
    running(client, async ({ id }) => {
      const events = client.resubscribeTask({ tenant: '', id })[Symbol.asyncIterator]();
      const found = [(await events.next()).value];
      await cancel(client, id);
      for (let next = await events.next(); next.done !== true; next = await events.next())
        found.push(next.value);
      return found;
    }),
  'SubscribeToTask: a finished task': async (client) => {
    const { id } = await open(client, 'task done');
    return seen(all(client.resubscribeTask({ tenant: '', id })));
  },
  'SubscribeToTask: TaskNotFound': (client) => seen(all(client.resubscribeTask({ tenant: '', id: ABSENT }))),
  'push notification configs: create, get, list, delete': (client, hook) =>
    running(client, async ({ id: taskId }) => {
      const named = { tenant: '', taskId, id: 'first' };
      const listed = { tenant: '', taskId, pageSize: 0, pageToken: '' };
      return [
        await client.createTaskPushNotificationConfig(push(taskId, hook.url)),
        await client.getTaskPushNotificationConfig(named),
        await client.listTaskPushNotificationConfig(listed),
        await client.deleteTaskPushNotificationConfig(named),
        await client.listTaskPushNotificationConfig(listed),
        await seen(client.getTaskPushNotificationConfig(named)),
      ];
    }),
  'push notification configs: TaskNotFound': (client, hook) =>
    seen(client.createTaskPushNotificationConfig(push(ABSENT, hook.url))),
  'push notifications, as they arrive': async (client, hook) => {
    const { id } = await open(client, 'hang', {}, AT_ONCE);
    await client.createTaskPushNotificationConfig(push(id, hook.url));
    await cancel(client, id);
    await hook.until((told) => JSON.stringify(told).toLowerCase().includes('canceled'));
    return hook.told;
  },
  'extended card': async (client) => cardWithout(await client.getAgentCard()),
  'headers of the client: A2A-Version and A2A-Extensions': async (client) => {
    const extensions = withA2AExtensions('https://ext.example/one/v1', 'https://ext.example/two/v1');
    const serviceParameters = ServiceParameters.create(extensions);
    return namedHeaders(await client.sendMessage(message('headers'), { serviceParameters }));
  },
  'message without parts': (client) => seen(client.sendMessage(message('', { parts: [] }))),
  'message without an id': (client) => seen(client.sendMessage(message('echo x', { messageId: '' }))),
  'message without a role': (client) =>
    seen(client.sendMessage(message('echo x', { role: 'ROLE_UNSPECIFIED' }))),
  'message of a media type': (client) =>
    client.sendMessage(
      message('', { parts: [{ text: 'echo x', mediaType: 'text/markdown', filename: 'a.md' }] }),
    ),
  'message of bytes and of an address': (client) =>
    client.sendMessage(
      message('', {
        parts: [
          { text: 'task files' },
          { raw: 'AAEC/w==', mediaType: 'image/png', filename: 'a.png' },
          { url: 'https://files.example/b.pdf', mediaType: 'application/pdf' },
        ],
      }),
    ),
  'metadata of message and request': (client) =>
    client.sendMessage(message('task kept', { metadata: { 'https://ext.example/one/v1': { n: 1 } } })),
};

/** Which headers of A2A an agent saw, among whatever else there is. */
function namedHeaders(answer: Message | Task): unknown {
  const text = JSON.stringify(answer);
  return ['a2a-version', 'a2a-extensions', 'x-a2a-extensions'].map(
    (name) => new RegExp(`"${name}":"[^"]*"`).exec(text)?.[0] ?? `no ${name}`,
  );
}
