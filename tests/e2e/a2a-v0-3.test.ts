// Agents and clients of A2A 0.3 through the running gateway: the official client and server in that version, and what the
// wire says between them, byte for byte.
import { randomUUID } from 'node:crypto';
import { connectAgent, manifest, type RunningProcess, startFixtureAgent } from '@countersign/testkit';
import { type Message, SendMessageRequest, type StreamResponse, type Task, TaskState } from '@a2a-js/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { type RawAgent, type RawRequest, startRawAgent } from './a2a-raw-agent.ts';
import { SOON } from './soon.ts';

let world: A2aWorld;
let elder: RunningProcess;
let both: RunningProcess;
let raw: RawAgent;
beforeAll(async () => {
  [world, elder, both, raw] = await Promise.all([
    startA2aWorld(),
    startFixtureAgent('0.3'),
    startFixtureAgent('both'),
    startRawAgent('0.3'),
  ]);
  await world.apply(
    [
      agent('elder'),
      agent('elder-vault', ['sensitive']),
      agent('both'),
      agent('raw-elder'),
      agent('raw-plain'),
      manifest('A2AAgent', 'elder', { url: elder.url }),
      manifest('A2AAgent', 'elder-vault', { url: elder.url }),
      manifest('A2AAgent', 'both', { url: both.url }),
      manifest('A2AAgent', 'raw-plain', { url: raw.url }),
      manifest('A2AAgent', 'raw-elder', { url: raw.url, mask: ['result.email'], receipts: 'inline' }),
    ].join('\n'),
  );
});
afterAll(async () => {
  await world.close();
  await Promise.all([elder.stop(), both.stop(), raw.close()]);
});

function agent(name: string, labels: readonly string[] = []): string {
  return manifest('Agent', name, {
    owner: 'olive',
    team: 'platform',
    purpose: 'was built before A2A 1.0',
    capabilities: ['errands'],
    risk: 'medium',
    environment: 'production',
    labels,
    identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
  });
}

async function connect(caller: string, callee: string) {
  const token = await world.token(caller, `/a2a/${callee}`);
  return connectAgent(`${world.gateway().data}/a2a/${callee}`, { token, takesEarlier: true });
}

const message = (text: string, more: object = {}): SendMessageRequest =>
  SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...more },
  });

const textOf = (answer: Message | Task): string =>
  ('messageId' in answer ? answer.parts : answer.artifacts.flatMap((each) => each.parts))
    .flatMap(({ content }) => (content?.$case === 'text' ? [content.value] : []))
    .join('\n');

/** A body of 0.3 as its clients write it; numbers keep their digits only if nobody reads and writes them anew. */
const body = (method: string, params: string): string =>
  `{ "jsonrpc":"2.0", "id": 7, "method":"${method}", "params": ${params} }`;
const saying = (more = ''): string =>
  body(
    'message/send',
    `{"message":{"kind":"message","messageId":"${randomUUID()}","role":"user","parts":[{"kind":"text","text":"echo hi"},{"kind":"data","data":{"amount":1.50}}]${more}}}`,
  );
const EARLIER = { 'a2a-version': '' };

interface Rpc {
  readonly result?: Readonly<Record<string, unknown>> & {
    readonly kind?: string;
    readonly id?: string;
    readonly contextId?: string;
    readonly status?: { readonly state: string; readonly message?: Readonly<Record<string, unknown>> };
  };
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data: readonly { readonly metadata: unknown }[];
  };
}
const post = async (
  caller: string,
  callee: string,
  text: string,
  headers: Readonly<Record<string, string>> = EARLIER,
) => (await (await world.post(caller, callee, text, headers)).json()) as Rpc;

function answer(
  response: Parameters<Parameters<RawAgent['answerWith']>[0]>[0],
  { rpc }: RawRequest,
  result: string,
): void {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(`{"jsonrpc":"2.0","id":${JSON.stringify(rpc.id)},"result":${result}}`);
}

test('a client and an agent of 0.3 speak as if nothing were between them', async () => {
  const client = await connect('planner', 'elder');
  expect(textOf(await client.sendMessage(message('echo hello there')))).toBe('hello there');
  const task = (await client.sendMessage(message('task well done'))) as Task;
  expect(task.status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
  expect(textOf(task)).toBe('well done');
  expect((await client.getTask({ tenant: '', id: task.id })).status?.state).toBe(
    TaskState.TASK_STATE_COMPLETED,
  );
  const [call] = await world.calls();
  expect(call).toMatchObject({
    operation: 'a2a:message/send',
    decision: 'allow',
    outcome: 'ok',
    revision: 'a2a-0.3',
  });
});

test('a stream of 0.3 comes event by event, and its task can be canceled', async () => {
  const client = await connect('planner', 'elder');
  const events: StreamResponse[] = [];
  for await (const event of client.sendMessageStream(message('stream 3'))) events.push(event);
  expect(events.map(({ payload }) => payload?.$case)).toEqual([
    'task',
    'statusUpdate',
    'artifactUpdate',
    'artifactUpdate',
    'artifactUpdate',
    'statusUpdate',
  ]);
  const states: (TaskState | undefined)[] = [];
  for await (const { payload } of client.sendMessageStream(message('hang'))) {
    if (payload?.$case === 'task')
      await client.cancelTask({ tenant: '', id: payload.value.id, metadata: undefined });
    if (payload?.$case === 'statusUpdate') states.push(payload.value.status?.state);
  }
  expect(states.at(-1)).toBe(TaskState.TASK_STATE_CANCELED);
});

test('what is sent and answered in 0.3 is passed on byte for byte', async () => {
  const result =
    '{ "kind":"message","messageId":"m","role":"agent","parts":[{"kind":"data","data":{"n": 1.0}}] }';
  raw.answerWith((response, request) => answer(response, request, result));
  const sent = saying();
  const headers = { 'a2a-version': '0.3', 'x-a2a-extensions': 'https://ext.example/v1' };
  const response = await world.post('planner', 'raw-plain', sent, headers);
  expect(await response.text()).toBe(`{"jsonrpc":"2.0","id":7,"result":${result}}`);
  expect(raw.requests.at(-1)?.body).toBe(sent);
  expect(raw.requests.at(-1)?.headers).toMatchObject(headers);
});

test('ids of tasks and contexts of 0.3 belong to their caller', async () => {
  const client = await connect('planner', 'elder');
  const task = (await client.sendMessage(message('input'))) as Task;
  const asked = body('tasks/get', JSON.stringify({ id: task.id }));
  expect((await post('planner', 'elder', asked)).result).toMatchObject({
    kind: 'task',
    id: task.id,
    status: { state: 'input-required' },
  });
  expect((await post('rival', 'elder', asked)).error?.code).toBe(-32001);
  const foreign = await post('rival', 'elder', saying(`,"taskId":"${task.id}"`));
  expect(foreign.error?.code).toBe(-32001);
  expect((await post('rival', 'elder', saying(`,"contextId":"${task.contextId}"`))).error?.code).toBe(-32001);
});

test('an agent of 0.3 cannot show one caller the task of another', async () => {
  raw.answerWith((response, request) =>
    answer(
      response,
      request,
      '{"kind":"task","id":"raw-1","contextId":"raw-c","status":{"state":"working"}}',
    ),
  );
  expect((await post('planner', 'raw-elder', saying())).result?.id).toBe('raw-1');
  expect((await post('rival', 'raw-elder', saying())).error?.code).toBe(-32006);
});

test('masks and receipts stand in answers of 0.3 as they do in those of 1.0', async () => {
  raw.answerWith((response, request) =>
    answer(
      response,
      request,
      '{"kind":"task","id":"raw-2","contextId":"raw-d","status":{"state":"completed"},"artifacts":[{"artifactId":"a","parts":[{"kind":"data","data":{"email":"ines@northwind.example","n":1}},{"kind":"text","text":"mail ines@northwind.example"}]}]}',
    ),
  );
  const { result } = await post('planner', 'raw-elder', saying());
  expect(result).toMatchObject({
    kind: 'task',
    id: 'raw-2',
    artifacts: [
      { artifactId: 'a', parts: [{ kind: 'data', data: { email: '[masked]', n: 1 } }, { kind: 'text' }] },
    ],
    metadata: { 'https://countersign.dev/extensions/receipt/v1': expect.anything() as unknown },
  });
  expect(JSON.stringify(result)).not.toContain('northwind');
});

test('a held message of 0.3 is a task in `auth-required`, and is sent as it is once it is approved', async () => {
  const { result } = await post('planner', 'elder-vault', saying());
  expect(result).toMatchObject({
    kind: 'task',
    status: {
      state: 'auth-required',
      message: { kind: 'message', role: 'agent', parts: [{ kind: 'text' }, { kind: 'data', data: {} }] },
    },
  });
  const parts = result?.status?.message?.['parts'] as readonly {
    readonly data?: { readonly approvalId: string };
  }[];
  const asked = body('tasks/get', JSON.stringify({ id: result?.id }));
  expect((await post('planner', 'elder-vault', asked)).result?.status?.state).toBe('auth-required');
  await world.review(parts[1]?.data?.approvalId ?? '', 'approve', 'it is fine');
  const done = await vi.waitUntil(async () => {
    const now = (await post('planner', 'elder-vault', asked)).result;
    return now?.status?.state === 'completed' ? now : null;
  }, SOON);
  expect(done).toMatchObject({
    kind: 'task',
    id: result?.id,
    artifacts: [{ parts: [{ kind: 'text', text: 'hi' }] }],
  });
  // Its words are those of the version that it was opened in.
  const other = body('GetTask', JSON.stringify({ id: result?.id }));
  const listed = (await post('planner', 'elder-vault', body('ListTasks', '{}'), {})).result?.['tasks'];
  expect(listed).toContainEqual({
    id: result?.id,
    contextId: result?.contextId,
    status: { state: 'TASK_STATE_COMPLETED', timestamp: expect.any(String) as string },
  });
  expect((await post('planner', 'elder-vault', other, {})).error).toMatchObject({ code: -32009 });
});

test('a held message of 0.3 can be withdrawn', async () => {
  const { result } = await post('planner', 'elder-vault', saying(',"metadata":{"n":2}'));
  const canceled = await post(
    'planner',
    'elder-vault',
    body('tasks/cancel', JSON.stringify({ id: result?.id })),
  );
  expect(canceled.result).toMatchObject({ kind: 'task', id: result?.id, status: { state: 'canceled' } });
});

test('the official client of 0.3 sees a held stream go on with the real work', async () => {
  const client = await connect('planner', 'elder-vault');
  const states: (TaskState | undefined)[] = [];
  for await (const { payload } of client.sendMessageStream(message('stream 1'))) {
    if (payload?.$case !== 'task' && payload?.$case !== 'statusUpdate') continue;
    states.push(payload.value.status?.state);
    if (payload.value.status?.state !== TaskState.TASK_STATE_AUTH_REQUIRED) continue;
    const { approvals } = await world.admin<{
      approvals: readonly { readonly id: string; readonly state: string }[];
    }>('/approvals?state=pending');
    await world.review(approvals[0]?.id ?? '', 'approve', 'go on');
  }
  expect(states[0]).toBe(TaskState.TASK_STATE_AUTH_REQUIRED);
  expect(states.at(-1)).toBe(TaskState.TASK_STATE_COMPLETED);
});

test('an agent is spoken to in a version that it takes, or not at all', async () => {
  const before = raw.requests.length;
  const current = body(
    'SendMessage',
    '{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"echo hi"}]}}',
  );
  expect((await post('planner', 'raw-elder', current, {})).error).toMatchObject({
    code: -32009,
    message: expect.stringContaining('takes A2A 0.3') as string,
    data: [{ reason: 'VERSION_NOT_SUPPORTED', metadata: { supported: '0.3' } }],
  });
  expect(raw.requests.length).toBe(before);
  expect((await post('planner', 'helper', saying())).error).toMatchObject({
    code: -32009,
    message: expect.stringContaining('send `A2A-Version: 1.0`') as string,
    data: [{ metadata: { supported: '1.0' } }],
  });
  for (const headers of [EARLIER, {}]) {
    const text = headers === EARLIER ? saying() : current;
    expect((await post('planner', 'both', text, headers)).error).toBeUndefined();
  }
});

test('the official client takes whichever version an agent has, by the card that the gateway serves', async () => {
  const earlier = await connect('planner', 'both');
  expect(textOf(await earlier.sendMessage(message('echo in both')))).toBe('in both');
  const current = await world.connect('planner', 'both');
  expect(textOf(await current.sendMessage(message('echo in both')))).toBe('in both');
  const card = (await (
    await fetch(`${world.gateway().data}/a2a/elder/.well-known/agent-card.json`)
  ).json()) as Readonly<Record<string, unknown>>;
  const url = `${world.gateway().data}/a2a/elder`;
  expect(card).toMatchObject({ url, protocolVersion: '0.3.0', security: [{ gateway: [] }] });
  expect(JSON.stringify(card)).not.toContain(elder.url);
});
