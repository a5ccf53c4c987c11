// Messages that people decide about: the official A2A client is given a task that waits, and the task then says what became
// of the message. Nothing is sent before it is approved, and nothing is sent twice.
import { randomUUID } from 'node:crypto';
import { type Message, SendMessageRequest, type StreamResponse, type Task, TaskState } from '@a2a-js/sdk';
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type A2aClient, type A2aWorld, startA2aWorld } from './a2a-world.ts';

let world: A2aWorld;
beforeAll(async () => {
  world = await startA2aWorld();
});
afterAll(async () => {
  await world.close();
});

function message(text: string, more: Readonly<Record<string, unknown>> = {}): SendMessageRequest {
  return SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...more },
  });
}

function stateOf(task: Message | Task): TaskState | undefined {
  return 'messageId' in task ? undefined : task.status?.state;
}

function textOf(task: Task): string {
  const parts = [...task.artifacts.flatMap((each) => each.parts), ...(task.status?.message?.parts ?? [])];
  return parts.flatMap(({ content }) => (content?.$case === 'text' ? [content.value] : [])).join('\n');
}

function approvalOf(task: Task): string {
  const parts = task.status?.message?.parts ?? [];
  const data = parts.flatMap(({ content }) => (content?.$case === 'data' ? [content.value] : []));
  return (data[0] as { approvalId: string }).approvalId;
}

async function held(
  client: A2aClient,
  text: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Task> {
  const task = (await client.sendMessage(message(text, more))) as Task;
  expect(stateOf(task)).toBe(TaskState.TASK_STATE_AUTH_REQUIRED);
  return task;
}

/** Polls, as a client does, until the task is no longer in one of the waiting states. */
async function settled(client: A2aClient, id: string): Promise<Task> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const task = await client.getTask({ tenant: '', id });
    const state = stateOf(task);
    if (state !== TaskState.TASK_STATE_AUTH_REQUIRED && state !== TaskState.TASK_STATE_WORKING) return task;
  }
  throw new Error(`task ${id} was not settled`);
}

async function kindsOf(task: Task): Promise<string[]> {
  const { call } = await world.admin<{ call: string }>(`/approvals/${approvalOf(task)}`);
  const { entries } = await world.admin<{ entries: { kind: string }[] }>(`/calls/${call}`);
  return entries.map(({ kind }) => kind);
}

test('an approved message is sent once, and its task goes on under the id that the caller was given', async () => {
  const client = await world.connect('planner', 'vault');
  const task = await held(client, 'task opened');
  expect(textOf(await client.getTask({ tenant: '', id: task.id }))).toContain('held for approval');
  await world.review(approvalOf(task), 'approve', 'known vendor');
  const done = await settled(client, task.id);
  expect(stateOf(done)).toBe(TaskState.TASK_STATE_COMPLETED);
  expect(done).toMatchObject({ id: task.id, contextId: task.contextId });
  expect(textOf(done)).toContain('opened');
  expect(await kindsOf(task)).toEqual([
    'call.decided',
    'approval.requested',
    'approval.reviewed',
    'call.decided',
    'task.settled',
    'call.completed',
  ]);
  const [allowed] = (await world.calls()).filter(({ operation }) => operation === 'a2a:message/send');
  expect(allowed).toMatchObject({
    decision: 'allow',
    reason: 'grant_redeemed',
    round: 2,
    state: 'completed',
  });

  // The conversation goes on in the context that the caller knows, which the agent calls otherwise.
  const next = await held(client, 'task and again', { contextId: task.contextId });
  expect(next.contextId).toBe(task.contextId);
  await expect(client.sendMessage(message('task in between', { contextId: task.contextId }))).rejects.toThrow(
    /held or being sent/,
  );
  await world.review(approvalOf(next), 'approve', 'fine');
  expect(await settled(client, next.id)).toMatchObject({ contextId: task.contextId });
});

test('a bare message that answers a held one becomes what its task produced', async () => {
  const client = await world.connect('planner', 'vault');
  const task = await held(client, 'echo plain words');
  await world.review(approvalOf(task), 'approve', 'fine');
  const done = await settled(client, task.id);
  expect(stateOf(done)).toBe(TaskState.TASK_STATE_COMPLETED);
  expect(textOf(done)).toBe('plain words');
});

test('a rejected message is never sent, and its task says why', async () => {
  const client = await world.connect('planner', 'vault');
  const task = await held(client, 'task never');
  await world.review(approvalOf(task), 'reject', 'not with this vendor');
  const done = await settled(client, task.id);
  expect(stateOf(done)).toBe(TaskState.TASK_STATE_REJECTED);
  expect(textOf(done)).toContain('not with this vendor');
  expect(await kindsOf(task)).not.toContain('call.completed');
});

test('an agent that is quarantined while its message is held sends nothing, whoever approves it', async () => {
  const spec = {
    owner: 'olive',
    team: 'platform',
    purpose: 'is stopped',
    capabilities: ['errands'],
    risk: 'medium',
    environment: 'production',
    identities: [{ issuer: 'corp', claim: 'client_id', value: 'passing' }],
  };
  await world.apply(manifest('Agent', 'passing', spec));
  const task = await held(await world.connect('passing', 'vault'), 'task too late');
  await world.apply(manifest('Agent', 'passing', { ...spec, status: 'quarantined' }));
  await world.review(approvalOf(task), 'approve', 'unaware');
  const decided = async () => (await world.calls()).find(({ agent }) => agent === 'passing');
  for (const deadline = Date.now() + 30_000; (await decided())?.state === 'held'; ) {
    if (Date.now() > deadline) throw new Error('the message was never decided again');
  }
  expect(await decided()).toMatchObject({ decision: 'deny', reason: 'quarantined', round: 2 });
});

test('a held message is withdrawn by canceling its task', async () => {
  const client = await world.connect('planner', 'vault');
  const task = await held(client, 'task withdrawn');
  const canceled = await client.cancelTask({ tenant: '', id: task.id, metadata: undefined });
  expect(stateOf(canceled)).toBe(TaskState.TASK_STATE_CANCELED);
  await expect(world.review(approvalOf(task), 'approve', 'too late')).rejects.toThrow(/409|not_pending/);
  await expect(client.cancelTask({ tenant: '', id: task.id, metadata: undefined })).rejects.toThrow(
    /canceled/,
  );
});

test('the same message again is given the task that waits already; another caller has nothing of it', async () => {
  const client = await world.connect('planner', 'vault');
  const task = await held(client, 'task twice');
  expect((await held(client, 'task twice')).id).toBe(task.id);
  const rival = await world.connect('rival', 'vault');
  await expect(rival.getTask({ tenant: '', id: task.id })).rejects.toThrow(/Task not found/);
  await expect(rival.cancelTask({ tenant: '', id: task.id, metadata: undefined })).rejects.toThrow(
    /not found/,
  );
  await world.review(approvalOf(task), 'reject', 'no');
});

test('a stream begins with the waiting task and goes on with the real work', async () => {
  const client = await world.connect('planner', 'vault');
  const events: StreamResponse[] = [];
  for await (const event of client.sendMessageStream(message('stream 2'))) {
    events.push(event);
    if (events.length === 1 && event.payload?.$case === 'task') {
      await world.review(approvalOf(event.payload.value), 'approve', 'go on');
    }
  }
  const kinds = events.map(({ payload }) => payload?.$case);
  expect(kinds).toEqual(['task', 'task', 'statusUpdate', 'artifactUpdate', 'artifactUpdate', 'statusUpdate']);
  const ids = events.map(({ payload }) => {
    if (payload?.$case === 'task') return payload.value.id;
    return payload?.$case === 'statusUpdate' || payload?.$case === 'artifactUpdate'
      ? payload.value.taskId
      : '';
  });
  expect(new Set(ids).size).toBe(1);
  const done = await client.getTask({ tenant: '', id: ids[0] ?? '' });
  expect(stateOf(done)).toBe(TaskState.TASK_STATE_COMPLETED);
});

test('a stream whose message is rejected says so and ends', async () => {
  const client = await world.connect('planner', 'vault');
  const states: (TaskState | undefined)[] = [];
  for await (const { payload } of client.sendMessageStream(message('stream 9'))) {
    if (payload?.$case !== 'task') continue;
    states.push(stateOf(payload.value));
    if (states.length === 1) await world.review(approvalOf(payload.value), 'reject', 'no streams');
  }
  expect(states).toEqual([TaskState.TASK_STATE_AUTH_REQUIRED, TaskState.TASK_STATE_REJECTED]);
});

test('a held answer to a question of the agent goes on in the task that asked', async () => {
  const client = await world.connect('planner', 'vault');
  const first = await held(client, 'input');
  await world.review(approvalOf(first), 'approve', 'ask away');
  const asking = await settled(client, first.id);
  expect(stateOf(asking)).toBe(TaskState.TASK_STATE_INPUT_REQUIRED);
  const second = await held(client, 'task the blue one', { taskId: first.id, contextId: first.contextId });
  expect(second.id).not.toBe(first.id);
  await world.review(approvalOf(second), 'approve', 'fine');
  const done = await settled(client, second.id);
  expect(done).toMatchObject({ id: second.id, contextId: first.contextId });
  expect(stateOf(done)).toBe(TaskState.TASK_STATE_COMPLETED);
  expect(stateOf(await client.getTask({ tenant: '', id: first.id }))).toBe(TaskState.TASK_STATE_COMPLETED);
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a hold survives %s: approved afterwards, it is sent once',
  async (signal) => {
    const before = await world.connect('planner', 'vault');
    const task = await held(before, `task kept over ${signal}`);
    await world.restart(signal);
    const client = await world.connect('planner', 'vault');
    expect(stateOf(await client.getTask({ tenant: '', id: task.id }))).toBe(
      TaskState.TASK_STATE_AUTH_REQUIRED,
    );
    await world.review(approvalOf(task), 'approve', 'after the restart');
    const said = async () => textOf(await client.getTask({ tenant: '', id: task.id }));
    await expect.poll(said, { timeout: 20_000 }).toContain(`kept over ${signal}`);
  },
);

test('a message whose sending was cut off by a crash is not sent again, and its task says that nobody knows', async () => {
  const before = await world.connect('planner', 'vault');
  const task = await held(before, 'slow 600000');
  await world.review(approvalOf(task), 'approve', 'takes long');
  for (let state = stateOf(task); state !== TaskState.TASK_STATE_WORKING; ) {
    state = stateOf(await before.getTask({ tenant: '', id: task.id }));
  }
  for (let open = false; !open; ) open = (await world.calls()).some((call) => call.state === 'open');
  await world.restart('SIGKILL');
  const client = await world.connect('planner', 'vault');
  const done = await settled(client, task.id);
  expect(stateOf(done)).toBe(TaskState.TASK_STATE_FAILED);
  expect(textOf(done)).toContain('outcome is unknown');
  const kinds = await kindsOf(task);
  expect(kinds.filter((kind) => kind === 'call.unknown')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'call.decided')).toHaveLength(2);
});

test('the whole log verifies', async () => {
  const verified = await world.gateway().cli('verify', '--json');
  expect([verified.code, verified.stdout.slice(-2000)]).toMatchObject([0, expect.any(String)]);
});
