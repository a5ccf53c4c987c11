// Tasks of MCP 2025-11-25, with the official client and the official server, unmodified: as without a gateway between them,
// but that nobody learns of somebody else's tasks, and that no result is told before it is on record (ADR 0027).
import { connectV1, manifest } from '@countersign/testkit';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { entriesOf } from './entries.ts';
import { openLegacySession } from './legacy-call.ts';
import { startTaskWorld, type TaskWorld } from './task-world.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent) when { principal.name != "silent" };
@id("no-cancel") forbid (principal, action == Action::"mcp:tasks/cancel", resource)
when { resource.name == "silent" && context.input.tool == "work" };
`;

let world: TaskWorld;
beforeAll(async () => {
  world = await startTaskWorld(POLICIES, 'tasks-2025');
});
afterAll(() => world.close());

async function connected(agent = 'worker', server = 'tasks') {
  const token = await world.token(agent, server);
  const client = await connectV1(world.url(server), { token, client: { capabilities: { elicitation: {} } } });
  client.fallbackRequestHandler = () => Promise.resolve({ action: 'accept', content: { name: 'Ines' } });
  return { client, tasks: client.experimental.tasks };
}

type Connected = Awaited<ReturnType<typeof connected>>;

/** Calls a tool as a task, and follows it to its end. */
async function run({ tasks }: Connected, name: string, args: Record<string, unknown> = {}) {
  const seen: string[] = [];
  let taskId = '';
  for await (const message of tasks.callToolStream({ name, arguments: args }, CallToolResultSchema, {
    task: { ttl: 60_000 },
  })) {
    if (message.type === 'taskCreated') taskId = message.task.taskId;
    seen.push(message.type);
    if (message.type === 'result') return { taskId, seen, text: JSON.stringify(message.result) };
    if (message.type === 'error') return { taskId, seen, text: message.error.message };
  }
  throw new Error('the stream of the task ended without an end');
}

/** Makes a task and leaves it. */
async function made({ tasks }: Connected, ms: number): Promise<string> {
  const stream = tasks.callToolStream({ name: 'work', arguments: { ms } }, CallToolResultSchema, {
    task: {},
  });
  for await (const message of stream) if (message.type === 'taskCreated') return message.task.taskId;
  throw new Error('no task was made');
}

const callOf = async (operation: string) =>
  (await world.calls()).find((call) => call.operation === operation);
const settledOf = async (call: string | undefined) =>
  (await entriesOf(world.raw.gateway, 'task.settled')).filter(
    (entry) => (entry as { readonly call?: unknown }).call === call,
  );

describe('the official client', () => {
  test('runs a tool as a task; its result is on record, once', async () => {
    const agent = await connected();
    const { taskId, seen, text } = await run(agent, 'work', { ms: 50 });
    expect(seen).toEqual(expect.arrayContaining(['taskCreated', 'taskStatus', 'result']));
    expect(text).toContain('the work is done');
    const call = (await callOf('mcp:tools/call'))?.id;
    expect(await settledOf(call)).toMatchObject([{ body: { state: 'completed' } }]);
    const again = await agent.tasks.getTaskResult(taskId, CallToolResultSchema);
    expect(again._meta).toMatchObject({ 'io.modelcontextprotocol/related-task': { taskId } });
    expect(await settledOf(call)).toHaveLength(1);
    expect(await world.valuesOf(call ?? '')).toContain('the work is done');
    await agent.client.close();
  });

  test('is told of work that failed', async () => {
    const agent = await connected();
    expect((await run(agent, 'work', { ms: 20, fail: true })).text).toContain('failed');
    await agent.client.close();
  });

  test('cancels a task, where policy permits it', async () => {
    const agent = await connected();
    const taskId = await made(agent, 60_000);
    const call = (await callOf('mcp:tools/call'))?.id;
    expect(await agent.tasks.cancelTask(taskId)).toMatchObject({ taskId, status: 'cancelled' });
    expect(await callOf('mcp:tasks/cancel')).toMatchObject({
      decision: 'allow',
      parent: call,
      outcome: 'ok',
    });
    expect(await settledOf(call)).toMatchObject([{ body: { state: 'canceled' } }]);
    await agent.client.close();
    const silent = await connected('worker', 'silent');
    const kept = await made(silent, 60_000);
    await expect(silent.tasks.cancelTask(kept)).rejects.toThrow(/denied/);
    expect(await silent.tasks.getTask(kept)).toMatchObject({ status: 'working' });
    await silent.client.close();
  });

  test('answers what a task asks: both are calls under the call of the task', async () => {
    const agent = await connected();
    const { text } = await run(agent, 'ask');
    expect(text).toContain('Hello, Ines!');
    const call = (await callOf('mcp:tools/call'))?.id;
    const question = await callOf('mcp:elicitation');
    expect(question).toMatchObject({ parent: call, decision: 'allow', outcome: 'ok' });
    expect(await callOf('mcp:elicitation/answer')).toMatchObject({ parent: question?.id, outcome: 'ok' });
    await agent.client.close();
  });

  test('is not asked where policy says no, and the tool learns why', async () => {
    const agent = await connected('worker', 'silent');
    expect((await run(agent, 'ask')).text).toMatch(/denied by policy|failed/);
    expect(await callOf('mcp:elicitation')).toMatchObject({ decision: 'deny' });
    await agent.client.close();
  });
});

describe('somebody else', () => {
  test('is listed none of the tasks, and finds none', async () => {
    const [mine, theirs] = await Promise.all([connected(), connected('other')]);
    const taskId = await made(mine, 60_000);
    const own = await made(theirs, 60_000);
    const ids = async ({ tasks }: Connected) => (await tasks.listTasks()).tasks.map((task) => task.taskId);
    expect(await ids(mine)).toContain(taskId);
    expect(await ids(mine)).not.toContain(own);
    expect(await ids(theirs)).toEqual([own]);
    const unknown = await theirs.tasks.getTask('never-was').catch((error: unknown) => String(error));
    for (const attempt of [
      () => theirs.tasks.getTask(taskId),
      () => theirs.tasks.getTaskResult(taskId, CallToolResultSchema),
      () => theirs.tasks.cancelTask(taskId),
    ])
      expect(await attempt().catch((error: unknown) => String(error))).toBe(unknown);
    expect(await mine.tasks.getTask(taskId)).toMatchObject({ status: 'working' });
    await Promise.all([mine.client.close(), theirs.client.close()]);
  });
});

test('what is masked of a result is masked in the task, and its server’s words around it are left out', async () => {
  const agent = await connected('worker', 'masked');
  const { taskId, text } = await run(agent, 'person');
  expect(text).not.toContain('ines@northwind.example');
  expect(text).toContain('Ines Halvorsen');
  for (const told of [await agent.tasks.getTask(taskId), await agent.tasks.listTasks()])
    expect(JSON.stringify(told)).not.toContain('ines@northwind.example');
  const result = await agent.tasks.getTaskResult(taskId, CallToolResultSchema);
  expect(result._meta).toMatchObject({ 'io.modelcontextprotocol/related-task': { taskId } });
  await agent.client.close();
});

test('a task is asked for with two numbers at most', async () => {
  const session = await openLegacySession(world.url('tasks'), () => world.token('worker', 'tasks'));
  const call = async (task: unknown) => {
    const params = { name: 'work', arguments: { ms: 10 }, task };
    const response = await session.post({ id: 9, method: 'tools/call', params });
    return response.text();
  };
  expect(await call({ ttl: 5, note: 'what nobody sees' })).toContain('-32602');
  expect(await call('x')).toContain('-32602');
  expect(await call({ ttl: 60_000 })).toContain('"taskId"');
});

test('a task belongs to the server that it was made at, by the name that it has here', async () => {
  await apply(
    world.raw.gateway,
    manifest('MCPServer', 'second', {
      team: 'platform',
      environment: 'production',
      risk: 'low',
      url: world.tasks.url,
    }),
  );
  const agent = await connected('worker', 'second');
  const { taskId } = await run(agent, 'work', { ms: 10 });
  const first = await connected();
  // One process behind two names: what is bound at one is not found at the other.
  await expect(first.tasks.getTask(taskId)).rejects.toThrow(/not found/);
  await Promise.all([agent.client.close(), first.client.close()]);
});
