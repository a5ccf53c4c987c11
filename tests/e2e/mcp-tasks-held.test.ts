// Calls that people decide about, of clients that take tasks: each is answered with a task of the gateway's own, which then says
// what became of the call. Nothing is sent before it is approved, and nothing is sent twice (DESIGN section 8).
import { manifest, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { apply } from './apply.ts';
import { type Desk, openDesk } from './desk.ts';
import { entriesOf } from './entries.ts';
import { SOON } from './soon.ts';
import { type Recorded, startTaskWorld, type TaskWorld, type Told } from './task-world.ts';
import { verified } from './verified.ts';

type Json = Readonly<Record<string, unknown>>;

let world: TaskWorld;
let desk: Desk;
/** The server's answer to a call. */
let answer: Json;
beforeAll(async () => {
  world = await startTaskWorld(`
    @id("calls") permit (principal is Agent, action in Action::"mcp", resource);
    @id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent);
    @id("payments") @approve("finance") @expires("10m")
    forbid (principal is Agent, action in Action::"mcp:tools/call", resource) when { principal.purpose == "payer" };
    @id("hasty") @approve("finance") @expires("2s")
    forbid (principal is Agent, action in Action::"mcp:tools/call", resource) when { principal.purpose == "hasty" };
  `);
  desk = openDesk(world.raw.gateway, world.raw.gateway.adminToken ?? '');
  await apply(world.raw.gateway, agent('payer'), agent('hasty'), agent('rival', 'payer'));
  world.raw.upstream.answerWith((response, { body }) => {
    const { id, method } = JSON.parse(body.toString('utf8')) as { id: number; method: string };
    if (body.includes('NEVER-ANSWERED')) return;
    const result = method === 'tools/call' ? answer : {};
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
});
beforeEach(() => {
  answer = { resultType: 'complete', content: [{ type: 'text', text: 'paid' }] };
});
afterAll(() => world.close());

function agent(name: string, purpose = name): string {
  return manifest('Agent', name, {
    owner: 'olive',
    team: 'platform',
    purpose,
    capabilities: [],
    risk: 'low',
    environment: 'production',
    identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
  });
}

const RAW = { server: 'raw', agent: 'payer' };
const TASKS = { server: 'tasks', agent: 'payer' };

async function held(text: string, at = RAW): Promise<Told & { readonly taskId: string }> {
  const told = await world.ask('tools/call', { name: 'call', arguments: { text } }, at);
  expect(told.result).toMatchObject({
    resultType: 'task',
    status: 'working',
    statusMessage: expect.stringContaining('awaiting approval'),
    pollIntervalMs: expect.any(Number),
    ttlMs: expect.any(Number),
  });
  expect(told.result).not.toHaveProperty('result');
  return { ...told, taskId: told.result?.taskId ?? '' };
}

const callOf = async (id: string) => (await world.calls()).find((call) => call.id === id);
const kindsOf = async (id: string): Promise<readonly string[]> => {
  const { entries } = await world.raw.admin<{ entries: { kind: string }[] }>(`/calls/${id}`);
  return entries.map(({ kind }) => kind);
};

describe('a held call', () => {
  test('that is approved is sent once, and its task has the result, as it would have been told', async () => {
    const before = world.raw.received();
    const { taskId, call } = await held('APPROVED');
    const { id } = await desk.pending('APPROVED');
    const waiting = await world.until('working', taskId, RAW);
    expect(waiting['statusMessage']).toContain(id);
    expect(world.raw.received()).toBe(before);
    await desk.review(id, 'approve', 'fiona');
    const done = await world.until('completed', taskId, RAW);
    expect(done).toMatchObject({ resultType: 'complete', taskId, result: answer });
    expect(await world.until('completed', taskId, RAW)).toEqual(done);
    expect(world.raw.received()).toBe(before + 1);
    expect(await callOf(call)).toMatchObject({ decision: 'allow', state: 'completed', outcome: 'ok' });
    expect((await desk.show(id)).consumedBy).toBe(call);
    expect(await kindsOf(call)).toEqual([
      'call.decided',
      'approval.requested',
      'approval.reviewed',
      'call.decided',
      'call.completed',
      'task.settled',
    ]);
    expect(await world.valuesOf(call)).toContain('paid');
  });

  test('that is rejected is never sent, and its task says so as a result', async () => {
    const before = world.raw.received();
    const { taskId, call } = await held('REJECTED');
    await desk.review((await desk.pending('REJECTED')).id, 'reject', 'fiona');
    const { result } = await world.until('completed', taskId, RAW);
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('denied') }] });
    expect(world.raw.received()).toBe(before);
    expect(await callOf(call)).toMatchObject({ decision: 'deny', reason: 'approval_rejected' });
  });

  test('that nobody decided about in time is never sent', async () => {
    const before = world.raw.received();
    const at = { server: 'raw', agent: 'hasty' };
    const { taskId, call } = await held('EXPIRED', at);
    const { result } = await world.until('completed', taskId, at);
    expect(result).toMatchObject({ isError: true });
    expect(world.raw.received()).toBe(before);
    expect(await callOf(call)).toMatchObject({ decision: 'deny', reason: 'approval_expired' });
  });

  test('that its caller cancels is withdrawn: nobody can approve it any more', async () => {
    const before = world.raw.received();
    const { taskId } = await held('CANCELLED');
    const { id } = await desk.pending('CANCELLED');
    const cancelled = await world.ask('tasks/cancel', { taskId }, RAW);
    expect(cancelled.result).toEqual({ resultType: 'complete' });
    expect(await callOf(cancelled.call)).toMatchObject({
      operation: 'mcp:tasks/cancel',
      decision: 'allow',
      outcome: 'ok',
    });
    expect(await world.until('cancelled', taskId, RAW)).not.toHaveProperty('result');
    expect((await desk.show(id)).state).toBe('withdrawn');
    expect((await desk.review(id, 'approve', 'fiona')).status).not.toBe(200);
    expect(world.raw.received()).toBe(before);
  });

  test('that is made again joins the task that waits', async () => {
    const { taskId } = await held('TWICE');
    expect((await held('TWICE')).taskId).toBe(taskId);
    expect(await desk.count('TWICE')).toBe(1);
    const atOnce = await Promise.all(['AT-ONCE', 'AT-ONCE', 'AT-ONCE'].map((text) => held(text)));
    expect(new Set(atOnce.map((one) => one.taskId)).size).toBe(1);
  });

  test('of an agent that was stopped meanwhile is not sent, though it was approved', async () => {
    await apply(world.raw.gateway, agent('stopped', 'payer'));
    const at = { server: 'raw', agent: 'stopped' };
    const before = world.raw.received();
    const { call } = await held('STOPPED', at);
    const { id } = await desk.pending('STOPPED');
    await apply(
      world.raw.gateway,
      agent('stopped', 'payer').replace('"owner"', '"status":"quarantined","owner"'),
    );
    await desk.review(id, 'approve', 'fiona');
    await vi.waitUntil(async () => (await callOf(call))?.decision === 'deny', SOON);
    expect(world.raw.received()).toBe(before);
  });

  test('of a client that takes no tasks keeps its connection', async () => {
    const before = world.raw.received();
    const args = { name: 'call', arguments: { text: 'PLAIN' } };
    // It waits on an event stream, which is no JSON.
    const waiting = world.ask('tools/call', args, { ...RAW, declares: false }).catch(String);
    await desk.review((await desk.pending('PLAIN')).id, 'approve', 'fiona');
    expect(await waiting).toContain(': held for');
    await vi.waitUntil(() => world.raw.received() === before + 1, SOON);
  });
});

describe('a task of the gateway’s own', () => {
  test('of somebody else is not found, in the words of one that never was, and what they ask changes nothing', async () => {
    const { taskId } = await held('FOREIGN');
    const unknown = await world.ask('tasks/get', { taskId: 'never-was' }, RAW);
    for (const method of ['tasks/get', 'tasks/cancel', 'tasks/update']) {
      const params = method === 'tasks/update' ? { taskId, inputResponses: {} } : { taskId };
      const foreign = await world.ask(method, params, { ...RAW, agent: 'rival' });
      expect(foreign.error).toEqual(unknown.error);
    }
    expect((await world.ask('tasks/get', { taskId }, TASKS)).error).toEqual(unknown.error);
    expect((await desk.pending('FOREIGN')).state).toBe('pending');
  });

  test('takes no answers, and no server hears of it', async () => {
    const { taskId } = await held('UPDATED');
    const before = world.raw.upstream.requests.length;
    const inputResponses = { x: { action: 'accept', content: { secret: 'yes' } } };
    const updated = await world.ask('tasks/update', { taskId, inputResponses }, RAW);
    expect(updated.result).toEqual({ resultType: 'complete' });
    expect(await callOf(updated.call)).toMatchObject({ operation: 'mcp:tasks/update', decision: 'allow' });
    expect(world.raw.upstream.requests.length).toBe(before);
  });
});

describe('a server', () => {
  test('that answers with a task of its own is asked about that one, under the name that the client has', async () => {
    const told = await world.ask(
      'tools/call',
      { name: 'confirm_delete', arguments: { filename: 'OWN-TASK' } },
      TASKS,
    );
    const taskId = told.result?.taskId ?? '';
    await desk.review((await desk.pending('OWN-TASK')).id, 'approve', 'fiona');
    const asked = await world.until('input_required', taskId, TASKS);
    expect(asked['taskId']).toBe(taskId);
    const inputResponses = { confirm: { action: 'accept', content: { confirm: 'yes' } } };
    expect((await world.ask('tasks/update', { taskId, inputResponses }, TASKS)).result).toBeDefined();
    const done = await world.until('completed', taskId, TASKS);
    expect(done).toMatchObject({ taskId, result: { content: [{ text: 'deleted: {"confirm":"yes"}' }] } });
    const settled = (await entriesOf(world.raw.gateway, 'task.settled')).filter(
      (entry) => 'call' in entry && entry.call === told.call,
    );
    expect(settled).toHaveLength(1);
    const foreign = await world.ask('tasks/get', { taskId }, { ...TASKS, agent: 'rival' });
    expect(foreign.error).toMatchObject({ code: -32602 });
    for (const { params } of await world.arrived()) expect(params['taskId']).not.toBe(taskId);
  });

  describe('that asks before it answers', () => {
    const question = (message: string) => ({
      method: 'elicitation/create',
      params: { mode: 'form', message, requestedSchema: { type: 'object', properties: {} } },
    });
    const asks = (inputRequests: object) => ({
      resultType: 'input_required',
      inputRequests,
      requestState: 'of-the-server',
    });
    const accept = (content: object) => ({ action: 'accept', content });
    const lastBody = () => {
      const sent = world.raw.upstream.requests.findLast(({ body }) => body.includes('"tools/call"'));
      return (JSON.parse(sent?.body.toString('utf8') ?? '{}') as { params?: Json }).params;
    };
    const update = (taskId: string, inputResponses: object, at = RAW) =>
      world.ask('tasks/update', { taskId, inputResponses }, at);

    test('asks in the task: questions, answers and the call that brings them are decided, and people approve each round', async () => {
      answer = asks({ pin: question('Your PIN?') });
      const { taskId, call } = await held('ASKING');
      await desk.review((await desk.pending('ASKING')).id, 'approve', 'fiona');
      const asked = await world.until('input_required', taskId, RAW);
      expect(asked['inputRequests']).toEqual({ pin: question('Your PIN?') });
      expect(JSON.stringify(asked)).not.toContain('of-the-server');
      const put = (await world.calls()).find(({ operation }) => operation === 'mcp:elicitation');
      expect(put).toMatchObject({ parent: call, decision: 'allow', state: 'open' });

      const before = world.raw.received();
      answer = asks({ pin: question('Once more?') });
      expect((await update(taskId, { pin: accept({ pin: 'first' }), unasked: accept({}) })).result).toEqual({
        resultType: 'complete',
      });
      const { id } = await desk.pending('"first"');
      expect(world.raw.received()).toBe(before);
      await desk.review(id, 'approve', 'fiona');
      const again = await world.until('input_required', taskId, RAW);
      expect(again['inputRequests']).toEqual({ '2:pin': question('Once more?') });
      expect(lastBody()).toMatchObject({
        inputResponses: { pin: accept({ pin: 'first' }) },
        requestState: 'of-the-server',
      });
      expect(JSON.stringify(lastBody())).not.toContain('unasked');
      expect(await callOf(put?.id ?? '')).toMatchObject({ outcome: 'ok' });

      answer = { resultType: 'complete', content: [{ type: 'text', text: 'paid' }] };
      await update(taskId, { '2:pin': accept({ pin: 'second' }) });
      await desk.review((await desk.pending('"second"')).id, 'approve', 'fiona');
      expect(await world.until('completed', taskId, RAW)).toMatchObject({ result: answer });
      expect(lastBody()).toMatchObject({ inputResponses: { pin: accept({ pin: 'second' }) } });
      const settled = (await entriesOf(world.raw.gateway, 'task.settled')).filter(
        (entry) => 'call' in entry && entry.call === call,
      );
      expect(settled).toMatchObject([{ body: { state: 'completed' } }]);
    });

    test('waits until all is answered; what has not the form of an answer, or comes from somebody else, is none', async () => {
      answer = asks({ a: question('A?'), b: question('B?') });
      const { taskId } = await held('PARTS');
      await desk.review((await desk.pending('PARTS')).id, 'approve', 'fiona');
      await world.until('input_required', taskId, RAW);
      const before = world.raw.received();
      expect((await update(taskId, { a: 'yes' })).error).toMatchObject({
        message: expect.stringContaining('has not the form'),
      });
      expect((await update(taskId, { a: accept({}) }, { ...RAW, agent: 'rival' })).error).toBeDefined();
      await update(taskId, { a: accept({ part: 'PART-A' }) });
      const half = await world.until('input_required', taskId, RAW);
      expect(half['inputRequests']).toEqual({ b: question('B?') });
      expect(world.raw.received()).toBe(before);
      answer = { resultType: 'complete', content: [{ type: 'text', text: 'paid' }] };
      await update(taskId, { b: accept({}) });
      await desk.review((await desk.pending('PART-A')).id, 'approve', 'fiona');
      await world.until('completed', taskId, RAW);
      expect(lastBody()).toMatchObject({ inputResponses: { a: accept({ part: 'PART-A' }), b: accept({}) } });
    });

    test('may be cancelled while it waits for answers: the call is not made again', async () => {
      answer = asks({ a: question('A?') });
      const { taskId } = await held('NO-ANSWER');
      await desk.review((await desk.pending('NO-ANSWER')).id, 'approve', 'fiona');
      await world.until('input_required', taskId, RAW);
      const before = world.raw.received();
      await world.ask('tasks/cancel', { taskId }, RAW);
      await world.until('cancelled', taskId, RAW);
      await update(taskId, { a: accept({}) });
      expect(world.raw.received()).toBe(before);
    });

    test('and what it was rejected for by people is told as the result', async () => {
      answer = asks({ a: question('A?') });
      const { taskId } = await held('SECOND-THOUGHTS');
      await desk.review((await desk.pending('SECOND-THOUGHTS')).id, 'approve', 'fiona');
      await world.until('input_required', taskId, RAW);
      const before = world.raw.received();
      await update(taskId, { a: accept({ why: 'REJECT-ME' }) });
      await desk.review((await desk.pending('REJECT-ME')).id, 'reject', 'fiona');
      expect(await world.until('completed', taskId, RAW)).toMatchObject({ result: { isError: true } });
      expect(world.raw.received()).toBe(before);
    });
  });

  test('whose results are masked has them masked in the task, too', async () => {
    const at = { server: 'masked', agent: 'payer' };
    const told = await world.ask('tools/call', { name: 'person', arguments: { note: 'MASKED' } }, at);
    const taskId = told.result?.taskId ?? '';
    await desk.review((await desk.pending('MASKED')).id, 'approve', 'fiona');
    const done = await world.until('completed', taskId, at);
    expect(done).toMatchObject({ result: { structuredContent: { name: 'Ines Halvorsen' } } });
    expect(JSON.stringify(done)).not.toContain('ines@northwind.example');
  });
});

test('a held call survives the process, and is sent once by the next; what may have been sent is not sent again', async () => {
  const sent = await held('NEVER-ANSWERED');
  const unsent = world.raw.received();
  await desk.review((await desk.pending('NEVER-ANSWERED')).id, 'approve', 'fiona');
  await vi.waitUntil(() => world.raw.received() === unsent + 1, SOON);
  expect(await world.until('working', sent.taskId, RAW)).toMatchObject({
    statusMessage: expect.stringContaining('being carried out'),
  });
  const before = world.raw.received();
  const [approved, rejected] = [await held('SURVIVES'), await held('SURVIVES-NOT')];
  const done = await held('DONE');
  await desk.review((await desk.pending('DONE')).id, 'approve', 'fiona');
  const told = await world.until('completed', done.taskId, RAW);
  const [yes, no] = [await desk.pending('"SURVIVES"'), await desk.pending('SURVIVES-NOT')];
  const complete = answer;
  const params = { mode: 'form', message: 'Sure?', requestedSchema: { type: 'object', properties: {} } };
  const inputRequests = { sure: { method: 'elicitation/create', params } };
  answer = { resultType: 'input_required', inputRequests, requestState: 's' };
  const asking = await held('STILL-ASKING');
  await desk.review((await desk.pending('STILL-ASKING')).id, 'approve', 'fiona');
  await world.until('input_required', asking.taskId, RAW);
  answer = complete;
  const { config, dataDir, adminToken } = world.raw.gateway;
  await world.raw.gateway.kill('SIGKILL');
  const gateway = await spawnGateway({ config, dataDir });
  try {
    const at = { ...RAW, base: gateway.data };
    expect(await world.until('completed', done.taskId, at)).toEqual(told);
    expect(await world.until('working', approved.taskId, at)).toMatchObject({
      statusMessage: expect.stringContaining(yes.id),
    });
    expect(await world.until('failed', sent.taskId, at)).toMatchObject({
      error: { message: expect.stringContaining('outcome is unknown') },
    });
    const there = openDesk(gateway, adminToken ?? '');
    expect(await world.until('input_required', asking.taskId, at)).toMatchObject({ inputRequests });
    const inputResponses = { sure: { action: 'accept', content: { sure: 'AFTER-RESTART' } } };
    await world.ask('tasks/update', { taskId: asking.taskId, inputResponses }, at);
    await there.review((await there.pending('AFTER-RESTART')).id, 'approve', 'fiona');
    expect(await world.until('completed', asking.taskId, at)).toMatchObject({ result: answer });
    await there.review(yes.id, 'approve', 'fiona');
    await there.review(no.id, 'reject', 'fiona');
    expect(await world.until('completed', approved.taskId, at)).toMatchObject({ result: answer });
    expect(await world.until('completed', rejected.taskId, at)).toMatchObject({ result: { isError: true } });
    expect(world.raw.received()).toBe(before + 4);
    const response = await fetch(`${gateway.admin}/api/v1/calls?limit=100`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    const { calls } = (await response.json()) as { calls: Recorded[] };
    expect(calls.find(({ id }) => id === approved.call)).toMatchObject({ decision: 'allow', outcome: 'ok' });
    expect(calls.find(({ id }) => id === sent.call)).toMatchObject({ decision: 'allow', state: 'unknown' });
    await verified(gateway);
  } finally {
    await gateway.stop();
  }
});
