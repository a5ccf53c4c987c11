// Whoever lists tasks is exposed to what they have touched, as whoever asks for one of them is.
import { type Message, SendMessageRequest, type Task, TaskState } from '@a2a-js/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { SOON } from './soon.ts';

let world: A2aWorld;
beforeAll(async () => {
  const classifiers = [{ name: 'projects', labels: ['secret'], words: ['falcon'] }];
  world = await startA2aWorld({ config: { classifiers } });
});
afterAll(() => world.close());

/** The call that last brought the label to the caller. */
async function broughtBy(): Promise<string | undefined> {
  const { exposures } = await world.admin<{
    exposures: { label: string; call: string; holder: { name: string } }[];
  }>('/exposures');
  return exposures.find(({ label, holder }) => label === 'secret' && holder.name === 'planner')?.call;
}

test('also of a task that the gateway itself keeps', async () => {
  const client = await world.connect('planner', 'vault');
  const asked = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'echo falcon' }] };
  const held: Message | Task = await client.sendMessage(SendMessageRequest.fromJSON({ message: asked }));
  if ('messageId' in held) throw new Error('a message, and no task');
  const { approvals } = await world.admin<{ approvals: { id: string }[] }>('/approvals?state=pending');
  await world.review(approvals[0]?.id ?? '', 'approve', 'fine');
  const state = async () => (await client.getTask({ tenant: '', id: held.id })).status?.state;
  await expect.poll(state, SOON).toBe(TaskState.TASK_STATE_COMPLETED);
  const before = await broughtBy();

  const { tasks } = await client.listTasks({
    tenant: '',
    contextId: '',
    status: TaskState.TASK_STATE_UNSPECIFIED,
    pageToken: '',
    pageSize: 5,
    historyLength: 0,
    includeArtifacts: true,
    statusTimestampAfter: undefined,
  });
  expect(JSON.stringify(tasks)).toContain('falcon');
  const after = await broughtBy();
  expect(after).toBeDefined();
  expect(after).not.toBe(before);
});
