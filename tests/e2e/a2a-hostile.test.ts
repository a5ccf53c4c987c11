// Agents that answer badly, and ids that collide: what a caller is told of it, what reaches the agent, and that nobody is
// shown what belongs to somebody else.
import { randomUUID } from 'node:crypto';
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { events, json, type RawAgent, resultText, startRawAgent, task } from './a2a-raw-agent.ts';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';

let world: A2aWorld;
let agent: RawAgent;
beforeAll(async () => {
  world = await startA2aWorld();
  agent = await startRawAgent();
  // The same agent process under two names: to the gateway these are two agents. `sealed` is guarded.
  await register('raw', []);
  await register('twin', []);
  await register('sealed', ['sensitive']);
});
afterAll(async () => {
  await agent.close();
  await world.close();
});

function register(name: string, labels: readonly string[]): Promise<void> {
  const spec = {
    owner: 'olive',
    team: 'platform',
    purpose: 'answers badly',
    capabilities: ['errands'],
    risk: 'medium',
    environment: 'production',
    labels,
    identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
  };
  return world.apply(manifest('Agent', name, spec) + manifest('A2AAgent', name, { url: agent.url }));
}

function send(message: Readonly<Record<string, unknown>> = {}, method = 'SendMessage'): string {
  const said = { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text: 'hello' }], ...message };
  return JSON.stringify({ jsonrpc: '2.0', id: 'q', method, params: { message: said } });
}

const get = (id: string) => JSON.stringify({ jsonrpc: '2.0', id: 'g', method: 'GetTask', params: { id } });

type Answer = {
  readonly result?: {
    readonly task?: { readonly id: string; readonly contextId: string };
    readonly id?: string;
  };
  readonly error?: { readonly code: number; readonly message: string };
};

async function ask(caller: string, callee: string, body: string): Promise<Answer> {
  return (await (await world.post(caller, callee, body)).json()) as Answer;
}

test('bytes pass as they are in both directions, with the headers of the gateway and none of the credentials', async () => {
  const body = `{"params":{"message":{"role":"ROLE_USER","messageId":"m-1","parts":[{"data":{"n":12345678901234567890,"x":1.0}}]}},"method":"SendMessage" ,"jsonrpc":"2.0","id":1}`;
  const reply = `{"message":{"messageId":"r-1","role":"ROLE_AGENT","parts":[{"data":{"n":98765432109876543210,"x":2.50}}]}}`;
  agent.answerWith((response, request) => resultText(response, request, reply));
  const response = await world.post('planner', 'raw', body, { cookie: 'secret=1', 'x-other': '1' });
  expect(await response.text()).toBe(`{"jsonrpc":"2.0","id":1,"result":${reply}}`);
  const request = agent.requests.at(-1);
  expect(request?.body).toBe(body);
  expect(request?.headers).toMatchObject({
    'a2a-version': '1.0',
    'countersign-call': expect.stringMatching(/^call_/),
  });
  expect(request?.headers['countersign-call-token']).toBeDefined();
  for (const name of ['authorization', 'cookie', 'x-other']) expect(request?.headers[name]).toBeUndefined();
});

const bad: [string, Parameters<RawAgent['answerWith']>[0]][] = [
  ['an answer to another request', (response) => json(response, { jsonrpc: '2.0', id: 'other', result: {} })],
  ['no JSON', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('<html>')],
  [
    'an HTTP error',
    (response) => response.writeHead(500, { 'content-type': 'text/plain' }).end('a stack trace'),
  ],
  ['a redirect', (response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end()],
  [
    'a stream that was not asked for',
    (response, request) => events(response, request, [{ task: task('t', 'c', 'TASK_STATE_WORKING') }]),
  ],
  ['a task without an id', (response, request) => resultText(response, request, '{"task":{"status":{}}}')],
  ['a result of no kind', (response, request) => resultText(response, request, '{"kind":"task"}')],
  [
    'a task under two names',
    (response, request) =>
      resultText(response, request, '{"task":{"id":"t1","status":{}},"message":{"parts":[]}}'),
  ],
  [
    'an id that two readers read differently',
    (response, request) =>
      resultText(response, request, '{"task":{"id":"t1","contextId":"a","context_id":"b","status":{}}}'),
  ],
];

test.each(bad)('%s is withheld, and the record says so', async (_name, answer) => {
  agent.answerWith(answer);
  const { error } = await ask('planner', 'raw', send());
  expect(error?.code).toSatisfy((code: number) => code === -32006);
  expect(error?.message).not.toContain('stack trace');
  const [call] = await world.calls();
  expect(call).toMatchObject({ decision: 'allow', state: 'completed' });
  expect(['withheld', 'upstream_error']).toContain(call?.outcome);
});

test("an agent that hands one caller's task to another is not believed", async () => {
  agent.answerWith((response, request) =>
    resultText(response, request, JSON.stringify({ task: task('shared-task', 'c-1', 'TASK_STATE_WORKING') })),
  );
  expect((await ask('planner', 'raw', send())).result?.task?.id).toBe('shared-task');
  const stolen = await ask('rival', 'raw', send());
  expect(stolen.result).toBeUndefined();
  expect(stolen.error).toMatchObject({ code: -32006 });
  expect((await ask('rival', 'raw', get('shared-task'))).error).toMatchObject({ code: -32001 });
});

test('two agents with the same task id: each caller reaches its own', async () => {
  agent.answerWith((response, request) =>
    resultText(response, request, JSON.stringify({ task: task('1', 'one-context', 'TASK_STATE_WORKING') })),
  );
  const first = (await ask('planner', 'raw', send())).result?.task;
  const second = (await ask('planner', 'twin', send())).result?.task;
  expect(first).toMatchObject({ id: '1', contextId: 'one-context' });
  expect(second?.id).not.toBe('1');
  agent.answerWith((response, request) =>
    resultText(
      response,
      request,
      JSON.stringify(task(request.rpc.params.id ?? '', 'one-context', 'TASK_STATE_COMPLETED')),
    ),
  );
  expect((await ask('planner', 'twin', get(second?.id ?? ''))).result?.id).toBe(second?.id);
  expect(agent.requests.at(-1)?.rpc.params.id).toBe('1');
});

test('an agent with one context for everybody: each caller has its own name for it', async () => {
  let count = 0;
  agent.answerWith((response, request) => {
    count += 1;
    resultText(
      response,
      request,
      JSON.stringify({ task: task(`everybody-${count}`, 'everybody', 'TASK_STATE_INPUT_REQUIRED') }),
    );
  });
  const planner = (await ask('planner', 'raw', send())).result?.task;
  const rival = (await ask('rival', 'raw', send())).result?.task;
  expect(planner?.contextId).toBe('everybody');
  expect(rival?.contextId).not.toBe('everybody');
  await ask('rival', 'raw', send({ contextId: rival?.contextId, referenceTaskIds: [rival?.id] }));
  expect(agent.requests.at(-1)?.rpc.params.message).toMatchObject({ contextId: 'everybody' });
  expect((await ask('rival', 'raw', send({ contextId: 'everybody' }))).error).toMatchObject({ code: -32001 });
  expect((await ask('rival', 'raw', send({ referenceTaskIds: [planner?.id] }))).error).toMatchObject({
    code: -32001,
  });
});

test('an answer about another task than the one asked for is withheld', async () => {
  agent.answerWith((response, request) =>
    resultText(response, request, JSON.stringify({ task: task('mine', 'c-2', 'TASK_STATE_WORKING') })),
  );
  await ask('planner', 'raw', send());
  agent.answerWith((response, request) =>
    resultText(response, request, JSON.stringify(task('not-mine', 'c-2', 'TASK_STATE_COMPLETED'))),
  );
  expect((await ask('planner', 'raw', get('mine'))).error).toMatchObject({ code: -32006 });
});

test('a stream that breaks off, or goes on with another task, ends with an error and is on record', async () => {
  agent.answerWith((response, request) => {
    events(response, request, [{ task: task('s-1', 'c-3', 'TASK_STATE_WORKING') }]);
    response.socket?.end();
  });
  const broken = await (await world.post('planner', 'raw', send({}, 'SendStreamingMessage'))).text();
  expect(broken).toContain('"id":"s-1"');
  expect(broken).toContain('broke off');
  expect((await world.calls())[0]).toMatchObject({ state: 'completed', outcome: 'aborted' });
  agent.answerWith((response, request) => {
    events(response, request, [
      { task: task('s-2', 'c-3', 'TASK_STATE_WORKING') },
      { statusUpdate: { taskId: 's-3', contextId: 'c-3', status: { state: 'TASK_STATE_COMPLETED' } } },
    ]);
    response.end();
  });
  const changed = await (await world.post('planner', 'raw', send({}, 'SendStreamingMessage'))).text();
  expect(changed).toContain('-32006');
  expect((await world.calls())[0]).toMatchObject({ state: 'completed', outcome: 'withheld' });
});

test('the token of a call is good for the agent that got it until its task is settled', async () => {
  agent.answerWith((response, request) =>
    resultText(response, request, JSON.stringify({ task: task('long-work', 'c-4', 'TASK_STATE_WORKING') })),
  );
  await ask('planner', 'raw', send());
  const [asked] = await world.calls();
  const token = String(agent.requests.at(-1)?.headers['countersign-call-token']);
  const onward = (caller: string) =>
    world.post(caller, 'helper', send(), { 'countersign-call-token': token });
  await onward('raw');
  expect((await world.calls())[0]).toMatchObject({
    agent: 'raw',
    link: 'verified',
    parent: asked?.id,
    chain: asked?.chain,
  });
  await onward('rival');
  expect((await world.calls())[0]).toMatchObject({ agent: 'rival', reason: 'invalid_call_token' });
  agent.answerWith((response, request) =>
    resultText(response, request, JSON.stringify(task('long-work', 'c-4', 'TASK_STATE_COMPLETED'))),
  );
  await ask('planner', 'raw', get('long-work'));
  await ask('planner', 'raw', get('long-work'));
  await onward('raw');
  expect((await world.calls())[0]).toMatchObject({ agent: 'raw', reason: 'invalid_call_token' });
  const { entries } = await world.admin<{ entries: { kind: string }[] }>(`/calls/${asked?.id ?? ''}`);
  expect(entries.filter(({ kind }) => kind === 'task.settled')).toHaveLength(1);
});

test('an approved message reaches the agent once, as it was sent, whatever it answers', async () => {
  const before = agent.requests.length;
  agent.answerWith((response) => response.writeHead(503).end());
  const body = send({ parts: [{ data: { cents: 'N' } }] }).replace('"N"', '100000000000000000001');
  const opened = (await ask('planner', 'sealed', body)).result?.task;
  expect(agent.requests).toHaveLength(before);
  const approvals = await world.admin<{ approvals: { id: string }[] }>('/approvals?state=pending');
  await world.review(approvals.approvals[0]?.id ?? '', 'approve', 'go');
  let state = '';
  for (const deadline = Date.now() + 30_000; state !== 'TASK_STATE_FAILED' && Date.now() < deadline; ) {
    const { result } = (await ask('planner', 'sealed', get(opened?.id ?? ''))) as {
      result: { status: { state: string } };
    };
    state = result.status.state;
  }
  expect(state).toBe('TASK_STATE_FAILED');
  await world.restart('SIGKILL');
  expect((await ask('planner', 'sealed', get(opened?.id ?? ''))).result).toMatchObject({
    status: { state: 'TASK_STATE_FAILED' },
  });
  expect(agent.requests.slice(before).map((request) => request.body)).toEqual([body]);
});

test('a card that points elsewhere is not followed', async () => {
  const other = await startRawAgent();
  agent.pointTo(`${other.url}/rpc`);
  // Another registration has another card to fetch.
  await register('pointer', []);
  expect((await ask('planner', 'pointer', send())).error).toMatchObject({ code: -32006 });
  expect(other.requests).toHaveLength(0);
  const card = await fetch(`${world.gateway().data}/a2a/pointer/.well-known/agent-card.json`);
  expect(card.status).toBe(502);
  await other.close();
});

test('the whole log verifies', async () => {
  const verified = await world.gateway().cli('verify', '--json');
  expect([verified.code, verified.stdout.slice(-2000)]).toMatchObject([0, expect.any(String)]);
});
