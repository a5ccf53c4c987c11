// The official A2A client, unmodified, through the running gateway: what is relayed, denied and hidden, and what the record
// says of it afterwards.
import { randomUUID } from 'node:crypto';
import { connectA2a } from '@countersign/testkit';
import { type Message, SendMessageRequest, type StreamResponse, type Task, TaskState } from '@a2a-js/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';

let world: A2aWorld;
beforeAll(async () => {
  world = await startA2aWorld();
});
afterAll(async () => {
  await world.close();
});

function message(text: string, more: Readonly<Record<string, unknown>> = {}): SendMessageRequest {
  const { configuration, ...rest } = more;
  return SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...rest },
    ...(configuration === undefined ? {} : { configuration }),
  });
}

function textOf(answer: Message | Task): string {
  const parts = 'messageId' in answer ? answer.parts : answer.artifacts.flatMap((each) => each.parts);
  return parts.flatMap(({ content }) => (content?.$case === 'text' ? [content.value] : [])).join('\n');
}

function stateOf(task: Message | Task): TaskState | undefined {
  return 'messageId' in task ? undefined : task.status?.state;
}

async function all(stream: AsyncIterable<StreamResponse>): Promise<StreamResponse[]> {
  const events: StreamResponse[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

test('a message is answered with a message, and the record holds decision and outcome', async () => {
  const client = await world.connect('planner', 'helper');
  const answer = await client.sendMessage(message('echo hello there'));
  expect(textOf(answer)).toBe('hello there');
  const [call] = await world.calls();
  expect(call).toMatchObject({
    agent: 'planner',
    operation: 'a2a:message/send',
    decision: 'allow',
    reason: 'permitted',
    state: 'completed',
    outcome: 'ok',
  });
});

test('a task is answered, and can be asked for again by its caller', async () => {
  const client = await world.connect('planner', 'helper');
  const task = (await client.sendMessage(message('task well done'))) as Task;
  expect(stateOf(task)).toBe(TaskState.TASK_STATE_COMPLETED);
  const again = await client.getTask({ tenant: '', id: task.id });
  expect(again.id).toBe(task.id);
  expect(textOf(again)).toBe('well done');
  const [call] = await world.calls();
  const detail = await world.admin<{ entries: { kind: string }[] }>(`/calls/${call?.id ?? ''}`);
  expect(detail.entries.map(({ kind }) => kind).filter((kind) => kind === 'task.settled')).toHaveLength(1);
});

test('a stream is relayed event by event and ends with the task', async () => {
  const client = await world.connect('planner', 'helper');
  const events = await all(client.sendMessageStream(message('stream 3')));
  const kinds = events.map(({ payload }) => payload?.$case);
  expect(kinds).toEqual([
    'task',
    'statusUpdate',
    'artifactUpdate',
    'artifactUpdate',
    'artifactUpdate',
    'statusUpdate',
  ]);
  const [call] = await world.calls();
  expect(call).toMatchObject({ operation: 'a2a:message/stream', state: 'completed', outcome: 'ok' });
});

test('a conversation goes on in the task and the context that the agent opened', async () => {
  const client = await world.connect('planner', 'helper');
  const task = (await client.sendMessage(message('input'))) as Task;
  expect(stateOf(task)).toBe(TaskState.TASK_STATE_INPUT_REQUIRED);
  const more = { taskId: task.id, contextId: task.contextId };
  const answer = (await client.sendMessage(message('task the second one', more))) as Task;
  expect(answer.id).toBe(task.id);
  expect(answer.contextId).toBe(task.contextId);
});

test('a running task is canceled', async () => {
  const client = await world.connect('planner', 'helper');
  const task = (await client.sendMessage(
    message('hang', { configuration: { returnImmediately: true } }),
  )) as Task;
  expect([TaskState.TASK_STATE_SUBMITTED, TaskState.TASK_STATE_WORKING]).toContain(stateOf(task));
  const canceled = await client.cancelTask({ tenant: '', id: task.id, metadata: undefined });
  expect(stateOf(canceled)).toBe(TaskState.TASK_STATE_CANCELED);
  const [call] = await world.calls();
  expect(call).toMatchObject({ operation: 'a2a:task/cancel', decision: 'allow', state: 'completed' });
});

test('a message to an agent that no policy opens is denied, in a form the client understands', async () => {
  const client = await world.connect('planner', 'recluse');
  await expect(client.sendMessage(message('echo x'))).rejects.toThrow(/denied by policy/);
  await expect(all(client.sendMessageStream(message('echo x')))).rejects.toThrow(/denied by policy/);
  const [call] = await world.calls();
  expect(call).toMatchObject({ decision: 'deny', reason: 'no_permit', state: 'denied' });
  const answer = await world.post('planner', 'recluse', rpc('SendMessage', sending('echo x')));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    id: 7,
    error: { code: -31403, data: [{ reason: 'POLICY_DENIED', domain: 'countersign.dev' }] },
  });
});

test('an agent that nobody registered is refused and recorded as unregistered', async () => {
  const client = await world.connect('stranger', 'helper');
  await expect(client.sendMessage(message('echo x'))).rejects.toThrow(/not bound to a registered agent/);
  const [call] = await world.calls();
  expect(call).toMatchObject({ decision: 'deny', reason: 'unregistered', agent: null });
});

test("somebody else's task and context do not exist", async () => {
  const planner = await world.connect('planner', 'helper');
  const rival = await world.connect('rival', 'helper');
  const task = (await planner.sendMessage(message('task secret'))) as Task;
  await expect(rival.getTask({ tenant: '', id: task.id })).rejects.toThrow(/Task not found/);
  await expect(rival.getTask({ tenant: '', id: randomUUID() })).rejects.toThrow(/Task not found/);
  await expect(rival.cancelTask({ tenant: '', id: task.id, metadata: undefined })).rejects.toThrow(
    /Task not found/,
  );
  await expect(rival.sendMessage(message('task x', { taskId: task.id }))).rejects.toThrow(/Task not found/);
  await expect(rival.sendMessage(message('echo x', { contextId: task.contextId }))).rejects.toThrow(
    /Context not found/,
  );
  const foreign = (await world.calls()).filter(({ reason }) => reason === 'foreign_task');
  expect(foreign.length).toBeGreaterThanOrEqual(5);
  // The same task, asked for at another agent, is nobody's.
  const elsewhere = await world.connect('planner', 'vault');
  await expect(elsewhere.getTask({ tenant: '', id: task.id })).rejects.toThrow(/Task not found/);
});

test('what the gateway does not relay is refused clearly, and nothing reaches the agent', async () => {
  const send = sending('echo x');
  const cases: [string, Record<string, string>, object][] = [
    [rpc('SendMessage', send), { 'a2a-version': '' }, { error: { code: -32009 } }],
    [rpc('SendMessage', send), { 'a2a-version': '0.3' }, { error: { code: -32009 } }],
    [rpc('message/send', send), {}, { error: { code: -32004 } }],
    [rpc('SubscribeToTask', { id: 'x' }), {}, { error: { code: -32001 } }],
    [rpc('ListTasks', { pageSize: 0 }), {}, { error: { code: -32602 } }],
    [rpc('Sendmessage', send), {}, { error: { code: -32601 } }],
    [rpc('SendMessage', { message: { ...send.message, parts: [] } }), {}, { error: { code: -32602 } }],
    [rpc('SendMessage', { message: { ...send.message, task_id: 'x' } }), {}, { error: { code: -32600 } }],
    [rpc('SendMessage', { ...send, tenant: 'other' }), {}, { error: { code: -32602 } }],
    ['{"jsonrpc":"2.0"', {}, { error: { code: -32700 } }],
    [`[${rpc('SendMessage', send)}]`, {}, { error: { code: -32600 } }],
  ];
  const push = { taskPushNotificationConfig: { url: 'http://elsewhere.example/' } };
  cases.push([rpc('SendMessage', { ...send, configuration: push }), {}, { error: { code: -32602 } }]);
  const before = (await world.calls()).filter(({ decision }) => decision === 'allow').length;
  for (const [body, headers, expected] of cases) {
    const response = await world.post('planner', 'helper', body, headers);
    expect([body, await response.json()]).toMatchObject([body, expected]);
  }
  expect((await world.calls()).filter(({ decision }) => decision === 'allow')).toHaveLength(before);
  const query = await fetch(`${world.gateway().data}/a2a/helper?A2A-Version=1.0`, { method: 'POST' });
  expect(query.status).toBe(400);
  const get = await fetch(`${world.gateway().data}/a2a/helper`);
  expect(get.status).toBe(405);
  const nobody = await world.post('planner', 'helper', rpc('SendMessage', send), { authorization: '' });
  expect(nobody.status).toBe(401);
  expect(nobody.headers.get('www-authenticate')).toContain('resource_metadata=');
});

test('an agent that fails gives a clear error, and the record says so', async () => {
  const client = await world.connect('planner', 'helper');
  const task = (await client.sendMessage(message('fail'))) as Task;
  expect(stateOf(task)).toBe(TaskState.TASK_STATE_FAILED);
  await client.sendMessage(message('crash')).catch(() => undefined);
  const [call] = await world.calls();
  expect(call?.state).toBe('completed');
});

test('the card names the gateway only, and the official client verifies its signature', async () => {
  const client = await connectA2a({
    gateway: world.gateway().data,
    agent: 'helper',
    credentials: { clientId: 'planner', tokenEndpoint: world.issuer.tokenEndpoint },
  });
  const answer = await client.send('echo by card');
  expect(answer).toMatchObject({ state: 'message', text: 'by card' });
  const response = await fetch(`${world.gateway().data}/a2a/helper/.well-known/agent-card.json`);
  const card = (await response.json()) as Record<string, unknown>;
  expect(card['supportedInterfaces']).toEqual([
    { url: `${world.gateway().data}/a2a/helper`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    { url: `${world.gateway().data}/a2a/helper`, protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
  ]);
  expect(JSON.stringify(card)).not.toContain(new URL(world.helper.url).host);
  const etag = response.headers.get('etag') ?? '';
  const unchanged = await fetch(`${world.gateway().data}/a2a/helper/.well-known/agent-card.json`, {
    headers: { 'if-none-match': etag },
  });
  expect(unchanged.status).toBe(304);
  expect((await fetch(`${world.gateway().data}/a2a/nobody/.well-known/agent-card.json`)).status).toBe(404);
});

test('agent, agent and tool are one chain, and the labels of the data come back with the answer', async () => {
  const client = await world.connect('planner', 'customer-support');
  const task = (await client.sendMessage(message('Which customers does INC-4711 affect?'))) as Task;
  expect(stateOf(task)).toBe(TaskState.TASK_STATE_COMPLETED);
  const calls = await world.calls();
  const sent = calls.find(({ operation, agent }) => operation === 'a2a:message/send' && agent === 'planner');
  const tools = calls.filter(
    ({ operation, chain }) => operation === 'mcp:tools/call' && chain === sent?.chain,
  );
  expect(tools.length).toBeGreaterThanOrEqual(2);
  for (const tool of tools) {
    expect(tool).toMatchObject({
      agent: 'customer-support',
      link: 'verified',
      parent: sent?.id,
      state: 'completed',
    });
  }
  const shown = await world.gateway().cli('chain', 'show', sent?.chain ?? '');
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('customer-support');
  // What the caller sends from now on may carry what it has seen.
  const onward = await world.connect('planner', 'helper');
  await onward.sendMessage(message('echo what I know'));
  const [after] = await world.calls();
  const detail = await world.admin<{ entries: object[] }>(`/calls/${after?.id ?? ''}`);
  expect(JSON.stringify(detail)).toContain('pii');
});

test('a call token that another agent presents is refused, and so is one whose work has ended', async () => {
  const planner = await world.connect('planner', 'helper');
  const answer = (await planner.sendMessage(message('headers'))) as Message;
  const { content } = answer.parts[0] ?? {};
  const { headers } = (content?.$case === 'data' ? content.value : {}) as { headers: Record<string, string> };
  const callToken = headers['countersign-call-token'] ?? '';
  expect(callToken).not.toBe('');
  expect(headers['authorization']).toBeUndefined();
  for (const agent of ['rival', 'helper']) {
    const thief = await world.connect(agent, 'helper', { 'countersign-call-token': callToken });
    await expect(thief.sendMessage(message('echo x'))).rejects.toThrow(/call token|denied/);
    const [call] = await world.calls();
    expect(call).toMatchObject({ agent, decision: 'deny', reason: 'invalid_call_token' });
  }
});

test('the whole log verifies', async () => {
  const verified = await world.gateway().cli('verify', '--json');
  expect([verified.code, verified.stdout.slice(-2000)]).toMatchObject([0, expect.any(String)]);
});

function sending(text: string) {
  return { message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] } };
}

function rpc(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 7, method, params });
}
