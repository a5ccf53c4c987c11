// Tasks of MCP 2026-07-28 (extension `io.modelcontextprotocol/tasks`): bound to their principal before it is told of them, their
// results on record before they are told, what is asked within them decided (ADR 0027).
import { spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entriesOf } from './entries.ts';
import { type Recorded, startTaskWorld, type TaskWorld } from './task-world.ts';
import { verified } from './verified.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent) when { principal.name != "silent" };
@id("no-cancel") forbid (principal, action == Action::"mcp:tasks/cancel", resource)
when { context.input.tool == "failing_job" };
@id("no-iban") forbid (principal, action == Action::"mcp:elicitation/answer", resource)
when { context.input.fields.contains("iban") };
@id("redacted") @redact("input.ssn")
permit (principal, action == Action::"mcp:elicitation/answer", resource) when { context.input.fields.contains("ssn") };
`;

let world: TaskWorld;
beforeAll(async () => {
  world = await startTaskWorld(POLICIES);
});
afterAll(() => world.close());

async function created(
  tool: string,
  args: object = {},
  options = {},
): Promise<{ taskId: string; call: string }> {
  const told = await world.ask('tools/call', { name: tool, arguments: args }, options);
  expect(told.result).toMatchObject({ resultType: 'task', status: expect.any(String) });
  return { taskId: told.result?.taskId ?? '', call: told.call };
}

const isOf = (entry: object, call: string): boolean => (entry as { readonly call?: unknown }).call === call;
const settledOf = async (call: string) =>
  (await entriesOf(world.raw.gateway, 'task.settled')).filter((entry) => isOf(entry, call));

describe('a task', () => {
  test('is made, polled and told with its result, which is on record once', async () => {
    const { taskId, call } = await created('slow_compute', { seconds: 0.1, label: 'a' });
    const done = await world.until('completed', taskId);
    expect(done).toMatchObject({ resultType: 'complete', result: { content: [{ text: 'computed a' }] } });
    expect(await world.until('completed', taskId)).toEqual(done);
    expect(await settledOf(call)).toMatchObject([{ body: { state: 'completed' } }]);
    const row = (await world.calls()).find(({ id }) => id === call);
    expect(row).toMatchObject({ operation: 'mcp:tools/call', state: 'completed', outcome: 'ok' });
    expect(await world.valuesOf(call)).toContain('computed a');
  });

  test('that failed tells its error, and its failed tool its result', async () => {
    const broken = await created('protocol_error_job');
    expect(await world.until('failed', broken.taskId)).toMatchObject({ error: { code: -32603 } });
    expect(await settledOf(broken.call)).toMatchObject([{ body: { state: 'failed' } }]);
    const failing = await created('failing_job');
    expect(await world.until('completed', failing.taskId)).toMatchObject({ result: { isError: true } });
  });

  test('of somebody else is not found, in the same words as one that never was, and the attempt is on record', async () => {
    const { taskId } = await created('slow_compute', { seconds: 30 });
    const before = (await world.arrived()).length;
    const unknown = await world.ask('tasks/get', { taskId: 'never-was' });
    expect(unknown.error).toMatchObject({ code: -32602, message: 'Failed to retrieve task: Task not found' });
    for (const method of ['tasks/get', 'tasks/cancel', 'tasks/update']) {
      const params = method === 'tasks/update' ? { taskId, inputResponses: {} } : { taskId };
      const foreign = await world.ask(method, params, { agent: 'other' });
      expect(foreign.error).toEqual(unknown.error);
      expect(foreign.status).toBe(unknown.status);
    }
    expect((await world.ask('tasks/get', { taskId }, { server: 'silent' })).error).toEqual(unknown.error);
    expect((await world.arrived()).length).toBe(before);
    const denied = (await world.calls()).filter(({ reason }) => reason === 'foreign_task');
    expect(denied.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['mcp:tasks/get', 'mcp:tasks/cancel', 'mcp:tasks/update']),
    );
    expect((await world.until('working', taskId)).taskId).toBe(taskId);
  });

  test('is cancelled where policy permits it, under its own call', async () => {
    const { taskId, call } = await created('slow_compute', { seconds: 30 });
    const cancelled = await world.ask('tasks/cancel', { taskId });
    expect(cancelled.result).toEqual({ resultType: 'complete' });
    const row = (await world.calls()).find(({ id }) => id === cancelled.call);
    expect(row).toMatchObject({
      operation: 'mcp:tasks/cancel',
      decision: 'allow',
      parent: call,
      outcome: 'ok',
    });
    await world.until('cancelled', taskId);
    expect(await settledOf(call)).toMatchObject([{ body: { state: 'canceled' } }]);
    const kept = await created('failing_job');
    const before = (await world.arrived()).filter(({ method }) => method === 'tasks/cancel').length;
    expect((await world.ask('tasks/cancel', { taskId: kept.taskId })).error).toMatchObject({ code: -31403 });
    expect((await world.arrived()).filter(({ method }) => method === 'tasks/cancel').length).toBe(before);
  });
});

describe('a client that did not declare tasks', () => {
  test('gets none: an answer that is one is refused, and says why', async () => {
    const told = await world.ask('tools/call', { name: 'unasked', arguments: {} }, { declares: false });
    expect(told.error).toMatchObject({ code: -31502, message: expect.stringContaining('did not declare') });
    expect(told.result).toBeUndefined();
    const plain = await world.ask('tools/call', { name: 'slow_compute', arguments: {} }, { declares: false });
    expect(plain.result).toMatchObject({ resultType: 'complete' });
  });

  test('is told what it lacks where it asks about one', async () => {
    const { taskId } = await created('slow_compute', { seconds: 30 });
    for (const method of ['tasks/get', 'tasks/cancel', 'tasks/update']) {
      const params = method === 'tasks/update' ? { taskId, inputResponses: {} } : { taskId };
      const told = await world.ask(method, params, { declares: false });
      expect(told).toMatchObject({
        status: 400,
        error: {
          code: -32021,
          data: { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
        },
      });
    }
  });
});

describe('what a task asks', () => {
  test('is a call of its server under the task, asked once however often it is polled; the answer one under it', async () => {
    const { taskId, call } = await created('confirm_delete', { filename: 'a.txt' });
    const asked = await world.until('input_required', taskId);
    expect(asked['inputRequests']).toMatchObject({ confirm: { method: 'elicitation/create' } });
    expect(await world.until('input_required', taskId)).toEqual(asked);
    const question = (await world.calls()).filter(({ parent }) => parent === call);
    expect(question).toMatchObject([{ operation: 'mcp:elicitation', decision: 'allow', state: 'open' }]);
    const inputResponses = {
      confirm: { action: 'accept', content: { confirm: 'yes' } },
      other: { action: 'accept', content: { secret: 'not asked for' } },
    };
    const updated = await world.ask('tasks/update', { taskId, inputResponses });
    expect(updated.result).toEqual({ resultType: 'complete' });
    expect(await world.until('completed', taskId)).toMatchObject({
      result: { content: [{ text: 'deleted: {"confirm":"yes"}' }] },
    });
    const calls = await world.calls();
    expect(calls.find(({ id }) => id === question[0]?.id)).toMatchObject({
      state: 'completed',
      outcome: 'ok',
    });
    expect(calls.find(({ parent }) => parent === question[0]?.id)).toMatchObject({
      operation: 'mcp:elicitation/answer',
      state: 'completed',
      outcome: 'ok',
    });
    expect(calls.find(({ id }) => id === updated.call)).toMatchObject({
      operation: 'mcp:tasks/update',
      outcome: 'ok',
    });
    const sent = (await world.arrived()).filter(({ method }) => method === 'tasks/update').at(-1);
    expect(sent?.params['inputResponses']).toEqual({ confirm: inputResponses.confirm });
  });

  test('is answered one by one, each once', async () => {
    const { taskId } = await created('multi_input');
    await world.until('input_required', taskId);
    const answer = { action: 'accept', content: { value: '1' } };
    await world.ask('tasks/update', { taskId, inputResponses: { first: answer } });
    const left = await world.until('input_required', taskId);
    expect(Object.keys(left['inputRequests'] as object)).toEqual(['second']);
    await world.ask('tasks/update', { taskId, inputResponses: { first: answer, second: answer } });
    const sent = (await world.arrived()).filter(({ method }) => method === 'tasks/update').at(-1);
    expect(sent?.params['inputResponses']).toEqual({ second: answer });
    await world.until('completed', taskId);
  });

  test('is answered with what must not be stored, and the record is without it, also that of the update', async () => {
    const { taskId, call } = await created('confirm_delete', { filename: 'a.txt' });
    await world.until('input_required', taskId);
    const inputResponses = { confirm: { action: 'accept', content: { confirm: 'yes', ssn: '078-05-1120' } } };
    const updated = await world.ask('tasks/update', { taskId, inputResponses });
    expect(updated.result).toEqual({ resultType: 'complete' });
    const sent = (await world.arrived()).filter(({ method }) => method === 'tasks/update').at(-1);
    expect(sent?.params['inputResponses']).toEqual(inputResponses);
    const recorded = await world.valuesOf(updated.call);
    expect(recorded).toContain('confirm');
    expect(recorded).not.toContain('078-05-1120');
    const calls = await world.calls();
    const question = calls.find(
      ({ parent, operation }) => parent === call && operation === 'mcp:elicitation',
    );
    const answer = calls.find(({ parent }) => parent === question?.id);
    expect(await world.valuesOf(answer?.id ?? '')).not.toContain('078-05-1120');
  });

  test('is not told where policy forbids it, and nothing is answered', async () => {
    const { taskId } = await created('confirm_delete', { filename: 'a.txt' }, { server: 'silent' });
    const told = await world.ask('tasks/get', { taskId }, { server: 'silent' });
    expect(told.error).toMatchObject({ code: -31403 });
    expect(JSON.stringify(told)).not.toContain('Delete a.txt');
  });

  test('is not answered with what policy forbids to leave', async () => {
    const { taskId } = await created('confirm_delete', { filename: 'a.txt' });
    await world.until('input_required', taskId);
    const before = (await world.arrived()).length;
    const inputResponses = { confirm: { action: 'accept', content: { iban: 'DE00' } } };
    expect((await world.ask('tasks/update', { taskId, inputResponses })).error).toMatchObject({
      code: -31403,
    });
    expect((await world.arrived()).length).toBe(before);
    const fit = { confirm: { action: 'decline' } };
    expect((await world.ask('tasks/update', { taskId, inputResponses: fit })).result).toBeDefined();
    await world.until('completed', taskId);
  });
});

test('what is masked of a result is masked in the task, and the words around it are left out', async () => {
  const { taskId } = await created('person', {}, { server: 'masked' });
  const done = await world.until('completed', taskId, { server: 'masked' });
  expect(JSON.stringify(done)).not.toContain('ines@northwind.example');
  expect(done).toMatchObject({ taskId, result: { structuredContent: { name: 'Ines Halvorsen' } } });
  expect(done).not.toHaveProperty('statusMessage');
});

test('receipts of the call stand in the result that its task came to', async () => {
  const { taskId, call } = await created('slow_compute', { seconds: 0 }, { server: 'inline' });
  const done = await world.until('completed', taskId, { server: 'inline' });
  const receipts = (done as { result: { _meta: Record<string, { decided: string; completed: string }> } })
    .result._meta;
  expect(receipts['dev.countersign/receipt']).toEqual({
    decided: expect.any(String),
    completed: expect.any(String),
  });
  expect(call).not.toBe('');
});

test('a task survives the process, and is settled once; what it asked is asked again', async () => {
  const { taskId, call } = await created('slow_compute', { seconds: 0.2, label: 'b' });
  const asking = await created('confirm_delete', { filename: 'b.txt' });
  await world.until('input_required', asking.taskId);
  const { config, dataDir, adminToken } = world.raw.gateway;
  await world.raw.gateway.kill('SIGKILL');
  const gateway = await spawnGateway({ config, dataDir });
  try {
    const at = { base: gateway.data };
    const done = await world.until('completed', taskId, at);
    expect(done).toMatchObject({ result: { content: [{ text: 'computed b' }] } });
    expect((await world.ask('tasks/get', { taskId }, { ...at, agent: 'other' })).error).toMatchObject({
      code: -32602,
    });
    await world.until('input_required', asking.taskId, at);
    const inputResponses = { confirm: { action: 'accept', content: { confirm: 'yes' } } };
    await world.ask('tasks/update', { taskId: asking.taskId, inputResponses }, at);
    await world.until('completed', asking.taskId, at);
    const headers = { authorization: `Bearer ${adminToken}` };
    const response = await fetch(`${gateway.admin}/api/v1/calls?limit=100`, { headers });
    const { calls } = (await response.json()) as { calls: Recorded[] };
    const asked = calls.filter(
      ({ parent, operation }) => parent === asking.call && operation === 'mcp:elicitation',
    );
    expect(asked.map(({ state }) => state)).toEqual(['completed', 'unknown']);
    const settled = (await entriesOf(gateway, 'task.settled')).filter((entry) => isOf(entry, call));
    expect(settled).toHaveLength(1);
    await verified(gateway);
  } finally {
    await gateway.stop();
  }
});
