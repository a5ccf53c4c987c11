// Lists of tasks and streams that are taken up again, with the official client: a caller sees its own tasks and no others,
// also those that the gateway itself holds, and follows them from there to the agent.
import { randomUUID } from 'node:crypto';
import { type Message, SendMessageRequest, type StreamResponse, type Task, TaskState } from '@a2a-js/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type A2aClient, type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { entriesOf } from './entries.ts';
import { SOON } from './soon.ts';

let world: A2aWorld;
beforeAll(async () => {
  world = await startA2aWorld();
});
afterAll(async () => {
  await world.close();
});

function message(text: string, more: object = {}): SendMessageRequest {
  return SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...more },
    configuration: { returnImmediately: true },
  });
}

const ALL = {
  tenant: '',
  contextId: '',
  status: TaskState.TASK_STATE_UNSPECIFIED,
  pageToken: '',
  statusTimestampAfter: undefined,
};

async function send(client: A2aClient, text: string, more: object = {}): Promise<Task> {
  const answer: Message | Task = await client.sendMessage(message(text, more));
  if ('messageId' in answer) throw new Error('a message, and no task');
  return answer;
}

const idsOf = (tasks: readonly Task[]) => tasks.map(({ id }) => id);

function stateIn({ payload }: StreamResponse): TaskState | undefined {
  if (payload?.$case === 'task' || payload?.$case === 'statusUpdate') return payload.value.status?.state;
  return undefined;
}

test('a caller lists its own tasks, the newest first, page by page, and how many there are', async () => {
  const [planner, rival] = [await world.connect('planner', 'helper'), await world.connect('rival', 'helper')];
  const theirs = await send(rival, 'task of the rival');
  const own: Task[] = [];
  for (const text of ['task one', 'task two', 'hang']) own.push(await send(planner, text));
  const [one, two, hanging] = own;
  if (one === undefined || two === undefined || hanging === undefined) throw new Error('three tasks');

  const all = await planner.listTasks(ALL);
  expect(idsOf(all.tasks).sort()).toEqual(idsOf(own).sort());
  expect(all).toMatchObject({ totalSize: 3, nextPageToken: '' });
  expect(all.tasks.every(({ artifacts }) => artifacts.length === 0)).toBe(true);
  expect(idsOf((await rival.listTasks(ALL)).tasks)).toEqual([theirs.id]);

  const seen: string[] = [];
  let pageToken = '';
  do {
    const page = await planner.listTasks({ ...ALL, pageSize: 2, pageToken });
    expect(page.totalSize).toBe(3);
    seen.push(...idsOf(page.tasks));
    ({ nextPageToken: pageToken } = page);
  } while (pageToken !== '');
  expect(seen.toSorted()).toEqual(idsOf(own).toSorted());

  const whole = await planner.listTasks({ ...ALL, contextId: two.contextId, includeArtifacts: true });
  expect(idsOf(whole.tasks)).toEqual([two.id]);
  expect(whole.tasks[0]?.artifacts).toHaveLength(1);
  // Somebody else's context holds nothing that is one's own.
  expect(await planner.listTasks({ ...ALL, contextId: theirs.contextId })).toMatchObject({
    tasks: [],
    totalSize: 0,
  });

  const working = await planner.listTasks({ ...ALL, status: TaskState.TASK_STATE_WORKING });
  expect(idsOf(working.tasks)).toEqual([hanging.id]);
  await planner.cancelTask({ tenant: '', id: hanging.id, metadata: undefined });
  expect(await planner.listTasks({ ...ALL, status: TaskState.TASK_STATE_WORKING })).toMatchObject({
    totalSize: 0,
  });
  await expect(planner.listTasks({ ...ALL, pageToken: 'no such place' })).rejects.toThrow(/pageToken/);
});

test('what the agent finished unseen is listed as finished, and settled once', async () => {
  const client = await world.connect('planner', 'helper');
  const before = (await entriesOf(world.gateway(), 'task.settled')).length;
  const task = await send(client, 'slow 200');
  await expect
    .poll(async () => {
      const done = await client.listTasks({ ...ALL, status: TaskState.TASK_STATE_COMPLETED });
      return idsOf(done.tasks);
    }, SOON)
    .toContain(task.id);
  await client.listTasks(ALL);
  expect((await entriesOf(world.gateway(), 'task.settled')).length).toBe(before + 1);
});

test('a stream of a task is taken up again, as often as its caller likes, and by nobody else', async () => {
  const client = await world.connect('planner', 'helper');
  const rival = await world.connect('rival', 'helper');
  const task = await send(client, 'slow 1500');
  const follow = async (): Promise<StreamResponse[]> => {
    const events: StreamResponse[] = [];
    for await (const event of client.resubscribeTask({ tenant: '', id: task.id })) events.push(event);
    return events;
  };
  await expect(rival.resubscribeTask({ tenant: '', id: task.id }).next()).rejects.toThrow(/not found/i);
  const first = client.resubscribeTask({ tenant: '', id: task.id });
  expect((await first.next()).value).toMatchObject({ payload: { $case: 'task', value: { id: task.id } } });
  await first.return(undefined);
  const both = await Promise.all([follow(), follow()]);
  for (const events of both) {
    expect(events[0]?.payload?.$case).toBe('task');
    expect(stateIn(events.at(-1) as StreamResponse)).toBe(TaskState.TASK_STATE_COMPLETED);
  }
  const settled = await entriesOf(world.gateway(), 'task.settled');
  const calls = await world.calls();
  const call = calls.find(({ operation }) => operation === 'a2a:message/send');
  expect(settled.filter((entry) => entry.call === call?.id)).toHaveLength(1);
  await expect(client.resubscribeTask({ tenant: '', id: task.id }).next()).rejects.toThrow(/terminal/);
});

test('a held task is listed, and followed from the approval to the end of the work of the agent', async () => {
  const client = await world.connect('planner', 'vault');
  const task = await send(client, 'slow 1000');
  expect(await client.listTasks(ALL)).toMatchObject({ totalSize: 1, tasks: [{ id: task.id }] });
  const stream = client.resubscribeTask({ tenant: '', id: task.id });
  const first = (await stream.next()).value;
  expect(first?.payload).toMatchObject({ $case: 'task', value: { id: task.id } });
  expect(stateIn(first as StreamResponse)).toBe(TaskState.TASK_STATE_AUTH_REQUIRED);
  const { approvals } = await world.admin<{ approvals: { id: string }[] }>('/approvals?state=pending');
  await world.review(approvals[0]?.id ?? '', 'approve', 'fine');
  const states: (TaskState | undefined)[] = [];
  const ids = new Set<string>();
  for await (const event of stream) {
    states.push(stateIn(event));
    const { payload } = event;
    if (payload?.$case === 'statusUpdate') ids.add(payload.value.taskId);
  }
  expect([...ids]).toEqual([task.id]);
  expect(states.at(-1)).toBe(TaskState.TASK_STATE_COMPLETED);
  const listed = await client.listTasks(ALL);
  expect(listed).toMatchObject({ totalSize: 1, tasks: [{ id: task.id, contextId: task.contextId }] });
  await expect(client.resubscribeTask({ tenant: '', id: task.id }).next()).rejects.toThrow(
    /terminal|nothing more/,
  );
});
