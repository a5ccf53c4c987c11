// Where push notifications must not go, on a gateway that is not set up for development: nothing reaches the agent.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';

let world: A2aWorld;
beforeAll(async () => {
  world = await startA2aWorld({
    config: { push: { hosts: ['*.example.com', '169.254.169.254', '10.0.0.7'] } },
  });
});
afterAll(async () => {
  await world.close();
});

test.each([
  ['http://hooks.example.com/', /`https` addresses only/],
  ['https://hooks.example.org/', /do not go to `hooks\.example\.org`/],
  ['https://hooks.example.com:22/', /do not go to port 22/],
  ['https://169.254.169.254/latest/meta-data', /addresses of the public internet only/],
  ['https://0xa.7/', /addresses of the public internet only/],
  ['https://[::1]/', /do not go to `\[::1\]`/],
  ['https://user:secret@hooks.example.com/', /no user or password/],
  ['ftp://hooks.example.com/', /`https` addresses only/],
  ['hooks.example.com', /absolute URL/],
])('%s', async (url, why) => {
  const params = {
    message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'task x' }] },
    configuration: { taskPushNotificationConfig: { url } },
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params });
  const answer = (await (await world.post('planner', 'helper', body)).json()) as {
    error: { code: number; message: string };
  };
  expect(answer.error.code).toBe(-32602);
  expect(answer.error.message).toMatch(why);
  const sent = (await world.calls()).filter(({ decision }) => decision === 'allow');
  expect(sent).toEqual([]);
});
