// Servers that break the rules of tasks: nobody is told of somebody else's work, nothing is told that is not on record, and each
// is told what is wrong (ADR 0027).
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entriesOf } from './entries.ts';
import { startTaskWorld, type TaskWorld, type Told } from './task-world.ts';

type Json = Readonly<Record<string, unknown>>;

let world: TaskWorld;
/** What the server answers to each method, and what it got. */
let answers: Record<string, Json | string>;
beforeAll(async () => {
  world = await startTaskWorld(`
    @id("calls") permit (principal is Agent, action in Action::"mcp", resource);
    @id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent);
  `);
  world.raw.upstream.answerWith((response, { body }) => {
    const { id, method } = JSON.parse(body.toString('utf8')) as { id: number; method: string };
    const result = answers[method] ?? {};
    const text = typeof result === 'string' ? result : JSON.stringify(result);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`{"jsonrpc":"2.0","id":${id},"result":${text}}`);
  });
});
beforeEach(() => {
  answers = {};
});
afterAll(() => world.close());

let minted = 0;
const newId = () => `task-${(minted += 1)}`;
const TIMES = { createdAt: '2026-07-28T10:00:00Z', lastUpdatedAt: '2026-07-28T10:00:00Z', ttlMs: 60_000 };
const task = (taskId: string, status = 'working', more: Json = {}): Json => ({
  resultType: 'complete',
  taskId,
  status,
  ...TIMES,
  ...more,
});
const RAW = { server: 'raw' };

async function call(taskId: string, more: Json = {}, agent = 'worker'): Promise<Told> {
  answers['tools/call'] = { ...task(taskId), resultType: 'task', ...more };
  return world.ask('tools/call', { name: 'call', arguments: {} }, { ...RAW, agent });
}

async function poll(taskId: string, answer: Json | string, agent = 'worker'): Promise<Told> {
  answers['tasks/get'] = answer;
  return world.ask('tasks/get', { taskId }, { ...RAW, agent });
}

const REFUSED = { code: -31502 };
const done = (text: string): Json => ({ content: [{ type: 'text', text }] });

describe('a server', () => {
  test('cannot give one caller’s task to another, nor the same task twice', async () => {
    const taskId = newId();
    expect((await call(taskId)).result).toMatchObject({ taskId });
    const stolen = await call(taskId, {}, 'other');
    expect(stolen.error).toMatchObject(REFUSED);
    expect(JSON.stringify(stolen)).not.toContain(taskId);
    expect((await call(taskId)).error).toMatchObject(REFUSED);
    expect((await poll(taskId, task(taskId), 'other')).error).toMatchObject({ code: -32602 });
    expect((await poll(taskId, task(taskId))).result).toMatchObject({ taskId, status: 'working' });
  });

  test.each<[string, Json]>([
    ['with its result', { result: done('early') }],
    ['with content', done('early')],
    ['without an id', { taskId: undefined }],
    ['with an id that is none', { taskId: 7 }],
    ['with a state that is not known', { status: 'thinking' }],
    ['with questions', { inputRequests: {} }],
  ])('cannot make a task %s', async (_, more) => {
    expect((await call(newId(), more)).error).toMatchObject(REFUSED);
  });

  test('cannot tell of another task than the one that was asked for', async () => {
    const [mine, theirs] = [newId(), newId()];
    await call(mine);
    await call(theirs, {}, 'other');
    const told = await poll(mine, task(theirs, 'completed', { result: done('of the other') }));
    expect(told.error).toMatchObject(REFUSED);
    expect(JSON.stringify(told)).not.toContain('of the other');
    const twice = `{"taskId":"${mine}","status":"working","TaskId":"${theirs}"}`;
    expect((await poll(mine, twice)).error).toMatchObject(REFUSED);
  });

  test.each<[string, string, Json]>([
    ['a result before the end', 'working', { result: done('early') }],
    ['an error of work that goes on', 'working', { error: { code: 1, message: 'x' } }],
    ['an end without a result', 'completed', {}],
    ['a result that is none', 'completed', { result: 'text' }],
    ['a result and an error', 'completed', { result: done('x'), error: { code: 1, message: 'x' } }],
    ['questions after the end', 'completed', { result: done('x'), inputRequests: {} }],
    [
      'a result that is a task',
      'completed',
      { result: { resultType: 'task', taskId: 'x', status: 'working' } },
    ],
    ['a result that asks', 'completed', { result: { resultType: 'input_required', inputRequests: {} } }],
  ])('cannot tell %s', async (_, status, more) => {
    const taskId = newId();
    await call(taskId);
    expect((await poll(taskId, task(taskId, status, more))).error).toMatchObject(REFUSED);
  });

  test('tells one result of a task: the one that is on record', async () => {
    const taskId = newId();
    const { call: id } = await call(taskId);
    const first = await poll(taskId, task(taskId, 'completed', { result: done('first') }));
    expect(first.result).toMatchObject({ result: done('first') });
    const second = await poll(taskId, task(taskId, 'completed', { result: done('second') }));
    expect(second.error).toMatchObject(REFUSED);
    expect(JSON.stringify(second)).not.toContain('second');
    expect(
      (await poll(taskId, task(taskId, 'failed', { error: { code: -32603, message: 'second' } }))).error,
    ).toMatchObject(REFUSED);
    const settled = await entriesOf(world.raw.gateway, 'task.settled');
    expect(settled.filter((entry) => (entry as { readonly call?: unknown }).call === id)).toHaveLength(1);
    expect(await world.valuesOf(id)).toContain('first');
  });

  test('cannot ask something else under a key that it used, nor what is no question', async () => {
    const ask = (message: string): Json => ({
      method: 'elicitation/create',
      params: { message, requestedSchema: {} },
    });
    const taskId = newId();
    await call(taskId);
    const asks = (question: Json) =>
      poll(taskId, task(taskId, 'input_required', { inputRequests: { q: question } }));
    expect((await asks(ask('your name?'))).result).toMatchObject({ status: 'input_required' });
    const other = await asks(ask('your password?'));
    expect(other.error).toMatchObject(REFUSED);
    expect(JSON.stringify(other)).not.toContain('password');
    expect((await asks({ method: 'tools/call', params: {} })).error).toMatchObject(REFUSED);
    const before = world.raw.received();
    const answer = { action: 'accept', content: { name: 'Ines' } };
    const wrong = await world.ask('tasks/update', { taskId, inputResponses: { q: { name: 'Ines' } } }, RAW);
    expect(wrong.error).toMatchObject({ code: -32602 });
    answers['tasks/update'] = { resultType: 'complete' };
    const taken = await world.ask('tasks/update', { taskId, inputResponses: { q: answer } }, RAW);
    expect(taken.result).toEqual({ resultType: 'complete' });
    expect(world.raw.received()).toBe(before);
  });
});

test('on the streams of others, nothing is told of a task, and nothing is asked for it', async () => {
  const taskId = newId();
  await call(taskId, {}, 'other');
  const related = { _meta: { 'io.modelcontextprotocol/related-task': { taskId } } };
  const status = {
    taskId,
    status: 'working',
    createdAt: TIMES.createdAt,
    lastUpdatedAt: TIMES.lastUpdatedAt,
    ttl: 5,
  };
  const events = [
    { method: 'notifications/tasks/status', params: { ...status, statusMessage: 'of the other' } },
    { method: 'notifications/message', params: { level: 'info', data: 'of the other', ...related } },
    {
      id: 77,
      method: 'elicitation/create',
      params: { message: 'of the other', requestedSchema: {}, ...related },
    },
    { method: 'notifications/message', params: { level: 'info', data: 'of this call' } },
  ];
  const { upstream } = world.raw;
  const refusals: string[] = [];
  upstream.answerWith((response, { body }) => {
    const message = JSON.parse(body.toString('utf8')) as { id: number; method?: string };
    if (message.method === undefined) {
      refusals.push(body.toString('utf8'));
      response.writeHead(202).end();
      return;
    }
    const answer = { id: message.id, result: done('done') };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const one of [...events, answer])
      response.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...one })}\n\n`);
    response.end();
  });
  const told = await world.raw.post({ id: 5, method: 'tools/call', params: { name: 'call', arguments: {} } });
  const text = await told.text();
  expect(text).toContain('done');
  expect(text).toContain('of this call');
  expect(text).not.toContain('of the other');
  expect(text).not.toContain(taskId);
  await expect.poll(() => refusals, { timeout: 15_000 }).toEqual([expect.stringContaining('"id":77')]);
});
