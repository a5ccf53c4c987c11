// The operations on tasks that are there already, over each binding to an agent over each binding: lists, streams taken up
// again, addresses for pushes, and the card for those whom the agent knows.
import { type Message, type Task, TaskState } from '@a2a-js/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Binding,
  BINDINGS,
  type BindingsWorld,
  CALLEES,
  message,
  startBindingsWorld,
} from './a2a-bindings.ts';
import { SOON } from './soon.ts';
import { startWebhook, type Webhook } from './webhook.ts';

let world: BindingsWorld;
let hook: Webhook;
beforeAll(async () => {
  world = await startBindingsWorld({ push: { development: true } });
  hook = await startWebhook();
});
afterAll(async () => {
  await hook.close();
  await world.close();
});

type Client = Awaited<ReturnType<BindingsWorld['over']>>;

async function open(client: Client, text: string): Promise<Task> {
  const answer: Message | Task = await client.sendMessage(
    message(text, { configuration: { returnImmediately: true } }),
  );
  if ('messageId' in answer) throw new Error('a message, and no task');
  return answer;
}

const cancel = (client: Client, { id }: Task) => client.cancelTask({ tenant: '', id, metadata: undefined });

const pairs = BINDINGS.flatMap((front): [Binding, Binding][] => BINDINGS.map((behind) => [front, behind]));

describe.each(pairs)('%s to an agent over %s', (front, behind) => {
  const connect = (agent = 'planner') => world.over(front, agent, CALLEES[behind].open);

  test('a caller lists its own tasks of a context', async () => {
    const client = await connect();
    const task = await open(client, 'task listed');
    const asked = {
      tenant: '',
      contextId: task.contextId,
      status: TaskState.TASK_STATE_COMPLETED,
      pageToken: '',
      pageSize: 5,
      historyLength: 0,
      includeArtifacts: true,
      statusTimestampAfter: '2020-01-01T00:00:00.000Z',
    };
    const listed = await client.listTasks(asked);
    expect(listed.tasks.map(({ id }) => id)).toEqual([task.id]);
    expect(listed.tasks[0]?.artifacts).toHaveLength(1);
    const rival = await connect('rival');
    expect((await rival.listTasks({ ...asked, contextId: '' })).tasks.map(({ id }) => id)).not.toContain(
      task.id,
    );
  });

  test('a stream is taken up again where the task stands', async () => {
    const client = await connect();
    const task = await open(client, 'hang');
    const states: (TaskState | undefined)[] = [];
    for await (const { payload } of client.resubscribeTask({ tenant: '', id: task.id })) {
      if (payload?.$case !== 'task' && payload?.$case !== 'statusUpdate') continue;
      states.push(payload.value.status?.state);
      if (states.length === 1) await cancel(client, task);
    }
    expect(states.at(0)).toBe(TaskState.TASK_STATE_WORKING);
    expect(states.at(-1)).toBe(TaskState.TASK_STATE_CANCELED);
    const ended = client.resubscribeTask({ tenant: '', id: task.id })[Symbol.asyncIterator]();
    await expect(ended.next()).rejects.toMatchObject({ name: 'UnsupportedOperationError' });
  });

  test('an address for pushes is set, shown, told and taken away', async () => {
    const client = await connect();
    const task = await open(client, 'hang');
    const made = await client.createTaskPushNotificationConfig({
      tenant: '',
      taskId: task.id,
      id: '',
      url: hook.url,
      token: 'of the client',
      authentication: undefined,
    });
    expect(made.taskId).toBe(task.id);
    const named = { tenant: '', taskId: task.id, id: made.id };
    expect((await client.getTaskPushNotificationConfig(named)).url).toBe(hook.url);
    const listed = await client.listTaskPushNotificationConfig({
      tenant: '',
      taskId: task.id,
      pageSize: 0,
      pageToken: '',
    });
    expect(listed.configs.map(({ id }) => id)).toEqual([made.id]);
    await cancel(client, task);
    await expect.poll(() => hook.states(task.id), SOON).toContain('TASK_STATE_CANCELED');
    await client.deleteTaskPushNotificationConfig(named);
    await expect(client.getTaskPushNotificationConfig(named)).rejects.toMatchObject({
      name: 'TaskNotFoundError',
    });
  });

  test('the card for those whom the agent knows names the gateway, too', async () => {
    const client = await connect();
    const card = await client.getAgentCard();
    expect(card.description).toContain('also for those whom it knows');
    expect(JSON.stringify(card)).not.toContain(new URL(world.helper.url).host);
    expect(card.supportedInterfaces.map(({ protocolBinding }) => protocolBinding)).toEqual([...BINDINGS]);
  });
});
