// How many addresses for push notifications an agent may have: only those that something may still come for count.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manifest } from '@countersign/testkit';
import { json, type RawAgent, type RawAnswer, startRawAgent, task } from './a2a-raw-agent.ts';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { SOON } from './soon.ts';

let world: A2aWorld;
let raw: RawAgent;
beforeAll(async () => {
  world = await startA2aWorld({ config: { push: { development: true, perAgent: 2 } } });
  raw = await startRawAgent();
  await world.apply(manifest('A2AAgent', 'recluse', { url: raw.url }));
});
afterAll(async () => {
  await world.close();
  await raw.close();
});

interface Answer {
  readonly result?: object;
  readonly error?: { readonly message: string };
}

async function send(): Promise<Answer> {
  const params = {
    message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hello' }] },
    configuration: { taskPushNotificationConfig: { url: 'http://127.0.0.1:9/hook' } },
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params });
  return (await (await world.post('recluse', 'recluse', body)).json()) as Answer;
}

const noTask: readonly (readonly [string, RawAnswer])[] = [
  [
    'is answered without a task',
    (response, { rpc }) =>
      json(response, {
        jsonrpc: '2.0',
        id: rpc.id,
        result: { message: { messageId: 'r', role: 'ROLE_AGENT', parts: [{ text: 'hi' }] } },
      }),
  ],
  [
    'is refused',
    (response, { rpc }) =>
      json(response, { jsonrpc: '2.0', id: rpc.id, error: { code: -32602, message: 'no' } }),
  ],
  ['is not answered', (response) => response.destroy()],
];

test.each(noTask)('an address that comes with a message that %s is forgotten', async (_, answer) => {
  raw.answerWith(answer);
  const before = raw.requests.length;
  for (let sent = 1; sent <= 4; sent += 1) {
    await expect
      .poll(async () => {
        const { error } = await send();
        return [
          error?.message.includes('push notification configs') ?? false,
          raw.requests.length - before >= sent,
        ];
      }, SOON)
      .toEqual([false, true]);
  }
});

test('those of tasks at work count, and those that are set at the same moment are no more than those set one after another', async () => {
  let tasks = 0;
  raw.answerWith((response, { rpc }) => {
    tasks += 1;
    json(response, {
      jsonrpc: '2.0',
      id: rpc.id,
      result: { task: task(`at-work-${tasks}`, `c${tasks}`, 'TASK_STATE_WORKING') },
    });
  });
  await expect.poll(() => send(), SOON).toHaveProperty('result');
  const answers = await Promise.all(Array.from({ length: 6 }, () => send()));
  expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(1);
  for (const { error } of answers.filter(({ result }) => result === undefined))
    expect(error?.message).toContain('there are 2 push notification configs');
  expect(tasks).toBe(2);
});
