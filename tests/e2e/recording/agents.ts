// Operations of A2A, all with the official client and an official agent.
import { randomUUID } from 'node:crypto';
import { SendMessageRequest, type Task, TaskState } from '@a2a-js/sdk';
import { connectAgent } from '@countersign/testkit';
import { startWebhook } from '../webhook.ts';
import { type Act, once, type Place, pollUntil, type Procedure } from './procedure.ts';

type Client = Awaited<ReturnType<typeof connectAgent>>;

const message = (text: string) =>
  SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] },
    configuration: { returnImmediately: true },
  });

const connect = async ({ url, token }: Place) => connectAgent(url, { token: await token() });

async function taskOf(client: Client, text: string): Promise<Task> {
  const answer = await client.sendMessage(message(text));
  if ('messageId' in answer) throw new Error('a message, and no task');
  return answer;
}

async function drained(events: AsyncIterable<unknown>): Promise<void> {
  // What comes is looked at elsewhere; here it is the last of it that counts.
  for await (const event of events) void event;
}

/** @param wire the method as the agent gets it */
const sent = (wire: string, prepare: (client: Client) => Promise<() => Promise<unknown>>): Procedure => ({
  upstream: 'agent',
  async begin(place): Promise<Act> {
    const perform = await prepare(await connect(place));
    return {
      receiver: place.gate.receiver(wire),
      perform: () => once(perform()),
      close: () => Promise.resolve(),
    };
  },
});

const counted = (prepare: (client: Client) => Promise<() => Promise<number>>): Procedure => ({
  upstream: 'agent',
  begin: async (place) => ({
    receiver: null,
    perform: await prepare(await connect(place)),
    close: () => Promise.resolve(),
  }),
});

const ALL = {
  tenant: '',
  contextId: '',
  status: TaskState.TASK_STATE_COMPLETED,
  pageToken: '',
  statusTimestampAfter: undefined,
};

/** A task that goes on until it is canceled, with an address to tell: a place where nobody is told anything. */
async function withConfig(client: Client, set: boolean) {
  const [hook, task] = [await startWebhook(), await taskOf(client, 'hang')];
  await hook.close();
  const named = { tenant: '', taskId: task.id, id: 'mine' };
  const config = { ...named, url: hook.url, token: '', authentication: undefined };
  if (set) await client.createTaskPushNotificationConfig(config);
  return { named, config };
}

export const agents: Readonly<Record<string, Procedure>> = {
  'a2a:message/send': sent('SendMessage', (client) =>
    Promise.resolve(() => client.sendMessage(message('echo hello'))),
  ),
  'a2a:message/stream': sent('SendStreamingMessage', (client) =>
    Promise.resolve(() => drained(client.sendMessageStream(message('stream 3')))),
  ),
  'a2a:task/get': counted(async (client) => {
    const { id } = await taskOf(client, 'slow 100');
    return () =>
      pollUntil(async () => {
        const { status } = await client.getTask({ tenant: '', id });
        return status?.state === TaskState.TASK_STATE_COMPLETED;
      });
  }),
  'a2a:task/list': counted(async (client) => {
    const { id } = await taskOf(client, 'slow 100');
    return () => pollUntil(async () => (await client.listTasks(ALL)).tasks.some((task) => task.id === id));
  }),
  'a2a:task/subscribe': counted(async (client) => {
    const { id } = await taskOf(client, 'slow 2000');
    return async () => {
      await drained(client.resubscribeTask({ tenant: '', id }));
      return 1;
    };
  }),
  'a2a:task/cancel': sent('CancelTask', async (client) => {
    const { id } = await taskOf(client, 'hang');
    return () => client.cancelTask({ tenant: '', id, metadata: undefined });
  }),
  'a2a:push/set': sent('CreateTaskPushNotificationConfig', async (client) => {
    const { config } = await withConfig(client, false);
    return () => client.createTaskPushNotificationConfig(config);
  }),
  'a2a:push/delete': sent('DeleteTaskPushNotificationConfig', async (client) => {
    const { named } = await withConfig(client, true);
    return () => client.deleteTaskPushNotificationConfig(named);
  }),
  'a2a:push/get': counted(async (client) => {
    const { named } = await withConfig(client, true);
    return async () => {
      await client.getTaskPushNotificationConfig(named);
      return 1;
    };
  }),
  'a2a:push/list': counted(async (client) => {
    const { named } = await withConfig(client, true);
    return async () => {
      await client.listTaskPushNotificationConfig({ ...named, pageSize: 0, pageToken: '' });
      return 1;
    };
  }),
  'a2a:card': {
    upstream: 'agent',
    begin: (place) =>
      Promise.resolve({
        receiver: null,
        async perform() {
          await connect(place);
          return 1;
        },
        close: () => Promise.resolve(),
      }),
  },
  'a2a:card/extended': sent('GetExtendedAgentCard', (client) => Promise.resolve(() => client.getAgentCard())),
};
