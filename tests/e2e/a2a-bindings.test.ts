// The official A2A client over each binding, through the running gateway, to the official SDK's agent over each binding: what
// is answered is the same whichever way it is worn.
import { type Message, type Task, TaskState } from '@a2a-js/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  all,
  type Binding,
  BINDINGS,
  type BindingsWorld,
  CALLEES,
  message,
  startBindingsWorld,
  textOf,
  type Told,
} from './a2a-bindings.ts';
import { entriesOf } from './entries.ts';

let world: BindingsWorld;
beforeAll(async () => {
  world = await startBindingsWorld();
});
afterAll(async () => {
  await world.close();
});

function stateOf(answer: Message | Task): TaskState | undefined {
  return 'messageId' in answer ? undefined : answer.status?.state;
}

const pairs = BINDINGS.flatMap((front): [Binding, Binding][] => BINDINGS.map((behind) => [front, behind]));

describe.each(pairs)('%s to an agent over %s', (front, behind) => {
  const connect = (told?: Told) =>
    world.over(front, 'planner', CALLEES[behind].open, told === undefined ? {} : { told });

  test('a message is answered with a message, recorded, and receipted', async () => {
    const told: Told = [];
    const client = await connect(told);
    expect(textOf(await client.sendMessage(message('echo hello there')))).toBe('hello there');
    const [call] = await world.calls();
    expect(call).toMatchObject({
      agent: 'planner',
      operation: 'a2a:message/send',
      decision: 'allow',
      state: 'completed',
      outcome: 'ok',
    });
    expect(told.at(-1)).toMatchObject({
      'countersign-call': call?.id,
      'countersign-receipt': expect.any(String) as string,
    });
  });

  test('a task is answered, and can be asked for again by its caller only', async () => {
    const client = await connect();
    const task = (await client.sendMessage(message('task well done'))) as Task;
    expect(stateOf(task)).toBe(TaskState.TASK_STATE_COMPLETED);
    const again = await client.getTask({ tenant: '', id: task.id, historyLength: 1 });
    expect(textOf(again)).toBe('well done');
    const rival = await world.over(front, 'rival', CALLEES[behind].open);
    await expect(rival.getTask({ tenant: '', id: task.id })).rejects.toMatchObject({
      name: 'TaskNotFoundError',
    });
    await expect(client.getTask({ tenant: '', id: 'no-such-task' })).rejects.toMatchObject({
      name: 'TaskNotFoundError',
    });
  });

  test('a stream comes event by event and ends with its task', async () => {
    const client = await connect();
    const events = await all(client.sendMessageStream(message('stream 3')));
    expect(events.map(({ payload }) => payload?.$case)).toEqual([
      'task',
      'statusUpdate',
      'artifactUpdate',
      'artifactUpdate',
      'artifactUpdate',
      'statusUpdate',
    ]);
    const [call] = await world.calls();
    expect(call).toMatchObject({ operation: 'a2a:message/stream', state: 'completed', outcome: 'ok' });
    const { body } = (await entriesOf(world.gateway(), 'call.completed')).at(-1) ?? {};
    expect(body?.['firstByteUs']).toBeLessThanOrEqual(Number(body?.['durationUs']));
  });

  test('a running task is canceled, a finished one is not', async () => {
    const client = await connect();
    const task = (await client.sendMessage(
      message('hang', { configuration: { returnImmediately: true } }),
    )) as Task;
    expect([TaskState.TASK_STATE_SUBMITTED, TaskState.TASK_STATE_WORKING]).toContain(stateOf(task));
    const cancel = ({ id }: Task) => client.cancelTask({ tenant: '', id, metadata: undefined });
    expect(stateOf(await cancel(task))).toBe(TaskState.TASK_STATE_CANCELED);
    const done = (await client.sendMessage(message('task done'))) as Task;
    await expect(cancel(done)).rejects.toMatchObject({ name: 'TaskNotCancelableError' });
  });

  test('a stream waits for the work, and its first event does not', async () => {
    const client = await connect();
    const events = client.sendMessageStream(message('hang'))[Symbol.asyncIterator]();
    const first = await events.next();
    const task = first.value?.payload?.$case === 'task' ? first.value.payload.value : null;
    expect(stateOf(task as Task)).toBe(TaskState.TASK_STATE_WORKING);
    const other = await connect();
    await other.cancelTask({ tenant: '', id: task?.id ?? '', metadata: undefined });
    const rest = [];
    for (let next = await events.next(); next.done !== true; next = await events.next())
      rest.push(next.value);
    expect(rest.at(-1)?.payload?.$case).toBe('statusUpdate');
  });

  test('a held message is a task that waits, and is sent once people agree', async () => {
    const client = await world.over(front, 'planner', CALLEES[behind].held);
    const task = (await client.sendMessage(message('task opened'))) as Task;
    expect(stateOf(task)).toBe(TaskState.TASK_STATE_AUTH_REQUIRED);
    await world.review(approvalOf(task), 'approve', 'known');
    const done = await settled(client, task.id);
    expect(stateOf(done)).toBe(TaskState.TASK_STATE_COMPLETED);
    expect(textOf(done)).toBe('opened');
  });

  test('a held stream goes on when people agree', async () => {
    const client = await world.over(front, 'planner', CALLEES[behind].held);
    const states: (TaskState | undefined)[] = [];
    for await (const { payload } of client.sendMessageStream(message('task streamed'))) {
      if (payload?.$case === 'task') {
        if (states.length === 0) await world.review(approvalOf(payload.value), 'approve', 'known');
        states.push(payload.value.status?.state);
      } else if (payload?.$case === 'statusUpdate') states.push(payload.value.status?.state);
    }
    expect(states[0]).toBe(TaskState.TASK_STATE_AUTH_REQUIRED);
    expect(states.at(-1)).toBe(TaskState.TASK_STATE_COMPLETED);
  });
});

describe.each(BINDINGS)('%s', (front) => {
  test('a denied message is refused in words that its client reads, for both operations', async () => {
    const told: Told = [];
    const client = await world.over(front, 'planner', 'recluse', { told });
    await expect(client.sendMessage(message('echo x'))).rejects.toThrow(/denied by policy/);
    await expect(all(client.sendMessageStream(message('echo x')))).rejects.toThrow(/denied by policy/);
    const [call] = await world.calls();
    expect(call).toMatchObject({ decision: 'deny', reason: 'no_permit' });
    expect(told.at(-1)).toMatchObject({ 'countersign-call': call?.id });
  });

  test('without a good token nothing is answered', async () => {
    for (const token of ['', 'forged']) {
      const told: Told = [];
      const client = await world.over(front, 'planner', 'helper', { token, told });
      await expect(client.sendMessage(message('echo x'))).rejects.toThrow(/no valid access token/);
      expect(told.at(-1)?.['www-authenticate']).toContain('/.well-known/oauth-protected-resource/a2a/helper');
    }
  });

  test('a token for another agent is none for this one', async () => {
    const token = await world.token('planner', '/a2a/vault');
    const client = await world.over(front, 'planner', 'helper', { token });
    await expect(client.sendMessage(message('echo x'))).rejects.toThrow(/no valid access token/);
  });
});

test('the whole log verifies', async () => {
  const verified = await world.gateway().cli('verify', '--json');
  expect([verified.code, verified.stdout.slice(-2000)]).toMatchObject([0, expect.any(String)]);
});

function approvalOf(task: Task): string {
  const parts = task.status?.message?.parts ?? [];
  const data = parts.flatMap(({ content }) => (content?.$case === 'data' ? [content.value] : []));
  return (data[0] as { approvalId: string }).approvalId;
}

async function settled(client: Awaited<ReturnType<BindingsWorld['over']>>, id: string): Promise<Task> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const task = await client.getTask({ tenant: '', id });
    const state = stateOf(task);
    if (state !== TaskState.TASK_STATE_AUTH_REQUIRED && state !== TaskState.TASK_STATE_WORKING) return task;
  }
  throw new Error(`task ${id} was not settled`);
}
