// Questions of servers that ask for a task (2025-11-25, `params.task` of sampling and elicitation): their client answers with a task
// of its own, and the server asks about that. Polls carry nothing, what the task came to is an answer like any other (ADR 0027).
import { connectV1, manifest, spawnGateway } from '@countersign/testkit';
import type { RequestTaskStore } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apply } from './apply.ts';
import { type Ask, type AskingServer, startAskingServer } from './asking-server.ts';
import { type EventReader, eventsOf } from './event-reader.ts';
import { knownLegacySession, type LegacySession, openLegacySession } from './legacy-call.ts';
import { type CallRow, type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';
import { startTaskAskingServer } from './task-asking-server.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent);
@id("no-iban") forbid (principal, action == Action::"mcp:elicitation/answer", resource)
when { context.input.fields.contains("iban") };
`;

interface Recorded extends CallRow {
  readonly operation: string;
  readonly parent: string | null;
}

let world: RawWorld;
let server: AskingServer;
let official: Awaited<ReturnType<typeof startTaskAskingServer>>;
beforeAll(async () => {
  [world, server, official] = await Promise.all([
    startRawWorld({}, { 'all.cedar': POLICIES }),
    startAskingServer(),
    startTaskAskingServer(),
  ]);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    manifest('MCPServer', 'asking', { ...place, url: server.url }),
    manifest('MCPServer', 'masked', { ...place, url: server.url, mask: ['result.email'] }),
    manifest('MCPServer', 'official', { ...place, url: official.url }),
  );
});
afterAll(async () => {
  await world.close();
  await Promise.all([server.close(), official.close()]);
});

const endpoint = (name: string) => `${world.gateway.data}/mcp${name === '' ? '' : `/${name}`}`;
const token = (name: string, clientId = 'worker') =>
  world.issuer.mint({ clientId, resource: endpoint(name) });
const newest = async (operation: string): Promise<Recorded | undefined> => {
  const { calls } = await world.admin<{ calls: Recorded[] }>('/calls?limit=100');
  return calls.find((call) => call.operation === operation);
};

interface Working {
  readonly session: LegacySession;
  readonly events: EventReader;
  readonly ask: Ask;
}

async function working(name = 'asking', tool = 'work'): Promise<Working> {
  const session = await openLegacySession(endpoint(name), () => token(name));
  const called = server.called();
  const response = await session.call(7, tool, {});
  return { session, events: eventsOf(response), ask: await called };
}

const question = {
  method: 'elicitation/create',
  params: {
    message: 'your name?',
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
    task: { ttl: 60_000 },
  },
};
const TIMES = { createdAt: '2026-01-01T00:00:00Z', lastUpdatedAt: '2026-01-01T00:00:00Z', ttl: 60_000 };
const task = (taskId: string, status = 'working') => ({ taskId, status, ...TIMES, pollInterval: 10 });
const wordy = (of: object) => ({ ...of, statusMessage: 'the secret is 4711', other: 'the secret is 4711' });
const related = (taskId: string) => ({ 'io.modelcontextprotocol/related-task': { taskId } });
const done = { result: { content: [{ type: 'text', text: 'done' }] } };

/** What reached the server under this id. */
const reached = (id: string | number) => vi.waitUntil(() => server.to(id)[0], SOON);

let made = 0;
/** A question that its client has made a task of. */
async function asked({ session, events, ask }: Working): Promise<string> {
  made += 1;
  const taskId = `task-${made}`;
  ask.say({ id: `question-${made}`, ...question });
  expect(await events.next()).toMatchObject({ id: `question-${made}`, params: { task: { ttl: 60_000 } } });
  const answered = await session.post({ id: `question-${made}`, result: { task: wordy(task(taskId)) } });
  expect(answered.status).toBe(202);
  return taskId;
}

describe('a question that becomes a task', () => {
  test('is polled without a decision and without words, and has its outcome when its answer is fetched', async () => {
    const at = await working();
    const taskId = await asked(at);
    expect((await reached(`question-${made}`)).result).toEqual({ task: task(taskId) });
    const call = await newest('mcp:elicitation');
    expect(call).toMatchObject({ decision: 'allow', state: 'open' });

    at.ask.say({ id: 'get', method: 'tasks/get', params: { taskId } });
    expect(await at.events.next()).toMatchObject({ id: 'get', method: 'tasks/get', params: { taskId } });
    await at.session.post({ id: 'get', result: wordy(task(taskId, 'completed')) });
    expect((await reached('get')).result).toEqual(task(taskId, 'completed'));

    at.ask.say({ id: 'list', method: 'tasks/list' });
    await at.events.next();
    await at.session.post({
      id: 'list',
      result: { tasks: [wordy(task(taskId)), wordy(task('another-server-s'))], _meta: { a: 'secret' } },
    });
    expect((await reached('list')).result).toEqual({ tasks: [task(taskId)] });
    expect(await newest('mcp:elicitation/answer')).not.toMatchObject({ parent: call?.id });

    at.ask.say({ id: 'result', method: 'tasks/result', params: { taskId } });
    await at.events.next();
    const answer = { action: 'accept', content: { name: 'Ines' }, _meta: related(taskId) };
    await at.session.post({ id: 'result', result: answer });
    expect((await reached('result')).result).toEqual(answer);
    expect(await newest('mcp:elicitation')).toMatchObject({ id: call?.id, outcome: 'ok' });
    expect(await newest('mcp:elicitation/answer')).toMatchObject({
      parent: call?.id,
      decision: 'allow',
      outcome: 'ok',
    });
    at.ask.end({ id: at.ask.id, ...done });
    await at.session.end();
  });

  test('may be answered at once, as if nobody had asked for a task', async () => {
    const { session, events, ask } = await working();
    ask.say({ id: 'plain', ...question });
    await events.next();
    await session.post({ id: 'plain', result: { action: 'accept', content: { name: 'Ines' } } });
    expect((await reached('plain')).result).toMatchObject({ action: 'accept' });
    ask.end({ id: ask.id, ...done });
    await session.end();
  });

  test('what it came to is decided: an answer that may not leave stays, and the server is told so', async () => {
    const at = await working();
    const taskId = await asked(at);
    at.ask.say({ id: 'iban', method: 'tasks/result', params: { taskId } });
    await at.events.next();
    const refused = await at.session.post({
      id: 'iban',
      result: { action: 'accept', content: { iban: 'DE00' } },
    });
    expect(refused.status).toBe(403);
    expect(await reached('iban')).toMatchObject({
      error: { message: expect.stringContaining('not let through') },
    });
    expect(await newest('mcp:elicitation/answer')).toMatchObject({ decision: 'deny' });
    expect(await newest('mcp:elicitation')).toMatchObject({ outcome: 'withheld' });
    expect(JSON.stringify(server.answers)).not.toContain('DE00');
    at.ask.end({ id: at.ask.id, ...done });
    await at.session.end();
  });

  test('is nobody else’s: another session’s server finds none, and its client is not asked', async () => {
    const [mine, theirs] = [await working(), await working()];
    const taskId = await asked(mine);
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
      theirs.ask.say({ id: method, method, params: { taskId } });
      expect(await reached(method)).toMatchObject({ error: { code: -32602, message: 'Task not found' } });
    }
    for (const { ask, events, session } of [mine, theirs]) {
      ask.end({ id: ask.id, ...done });
      expect(await events.rest()).toMatchObject([{ id: 7 }]);
      await session.end();
    }
  });

  test('comes to nothing where the server cancels it', async () => {
    const at = await working();
    const taskId = await asked(at);
    at.ask.say({ id: 'cancel', method: 'tasks/cancel', params: { taskId } });
    await at.events.next();
    await at.session.post({ id: 'cancel', result: wordy(task(taskId, 'cancelled')) });
    expect((await reached('cancel')).result).toEqual(task(taskId, 'cancelled'));
    expect(await newest('mcp:elicitation')).toMatchObject({ outcome: 'aborted' });
    at.ask.end({ id: at.ask.id, ...done });
    await at.session.end();
  });

  test('has an outcome when its session ends before anybody fetched it', async () => {
    const at = await working();
    await asked(at);
    at.ask.end({ id: at.ask.id, ...done });
    await at.session.end();
    await vi.waitFor(
      async () => expect(await newest('mcp:elicitation')).toMatchObject({ outcome: 'aborted' }),
      SOON,
    );
  });

  test('is refused under a name that the session has a task of, and where no task was asked for', async () => {
    const at = await working();
    const taskId = await asked(at);
    at.ask.say({ id: 'twice', ...question });
    await at.events.next();
    expect((await at.session.post({ id: 'twice', result: { task: task(taskId) } })).status).toBe(400);
    const { task: _, ...params } = question.params;
    at.ask.say({ id: 'untasked', ...question, params });
    await at.events.next();
    expect((await at.session.post({ id: 'untasked', result: { task: task('new') } })).status).toBe(400);
    expect([server.to('twice'), server.to('untasked')]).toEqual([[], []]);
    at.ask.end({ id: at.ask.id, ...done });
    await at.session.end();
  });

  test('notifies how it stands, without words', async () => {
    const at = await working();
    const taskId = await asked(at);
    const said = await at.session.post({
      method: 'notifications/tasks/status',
      params: wordy(task(taskId, 'completed')),
    });
    expect(said.status).toBe(202);
    const notice = await vi.waitUntil(
      () => server.answers.find(({ method }) => method === 'notifications/tasks/status'),
      SOON,
    );
    expect(notice.params).toEqual(task(taskId, 'completed'));
    at.ask.end({ id: at.ask.id, ...done });
    await at.session.end();
  });
});

test('what a server wants beside two numbers in `task` is no question that can be put', async () => {
  const { session, events, ask } = await working();
  ask.say({ id: 'odd', ...question, params: { ...question.params, task: { ttl: 1, note: 'hello' } } });
  expect(await reached('odd')).toMatchObject({ error: { code: expect.any(Number) } });
  ask.say({ id: 'roots', method: 'roots/list', params: { task: {} } });
  expect(await reached('roots')).toMatchObject({ error: { code: -32601 } });
  ask.end({ id: ask.id, ...done });
  expect(await events.rest()).toMatchObject([{ id: 7 }]);
  await session.end();
});

test('at the endpoint for all servers, the client’s tasks keep the client’s names', async () => {
  await vi.waitUntil(async () => {
    const session = await openLegacySession(endpoint(''), () => token(''));
    const listed = await (await session.post({ id: 1, method: 'tools/list' })).text();
    await session.end();
    return listed.includes('asking__work');
  }, SOON);
  const at = await working('', 'asking__work');
  at.ask.say({ id: 1, ...question });
  expect(await at.events.next()).toMatchObject({ id: 'asking:1' });
  await at.session.post({ id: 'asking:1', result: { task: task('mine') } });
  at.ask.say({ id: 'u-get', method: 'tasks/get', params: { taskId: 'mine' } });
  expect(await at.events.next()).toMatchObject({ id: 'asking:"u-get"', params: { taskId: 'mine' } });
  await at.session.post({ id: 'asking:"u-get"', result: task('mine', 'completed') });
  expect((await reached('u-get')).result).toEqual(task('mine', 'completed'));
  at.ask.say({ id: 'u-result', method: 'tasks/result', params: { taskId: 'mine' } });
  await at.events.next();
  const answer = { action: 'decline', _meta: related('mine') };
  await at.session.post({ id: 'asking:"u-result"', result: answer });
  expect((await reached('u-result')).result).toEqual(answer);
  at.ask.end({ id: at.ask.id, ...done });
  await at.session.end();
});

test('the official server and the official client, unmodified, come to the same as without a gateway', async () => {
  const run = async (url: string, bearer?: string) => {
    const tasks = {
      list: {},
      cancel: {},
      requests: { elicitation: { create: {} }, sampling: { createMessage: {} } },
    };
    const client = await connectV1(url, {
      ...(bearer === undefined ? {} : { token: bearer }),
      client: { capabilities: { elicitation: {}, sampling: {}, tasks }, taskStore: new InMemoryTaskStore() },
    });
    const asTask = async (store: RequestTaskStore | undefined, result: object) => {
      if (store === undefined) throw new Error('no task was asked for');
      const created = await store.createTask({ ttl: 60_000 });
      void store.storeTaskResult(created.taskId, 'completed', { ...result });
      return { task: created };
    };
    client.setRequestHandler(ElicitRequestSchema, (_, { taskStore }) =>
      asTask(taskStore, { action: 'accept', content: { name: 'Ines' } }),
    );
    client.setRequestHandler(CreateMessageRequestSchema, (_, { taskStore }) =>
      asTask(taskStore, { role: 'assistant', model: 'm', content: { type: 'text', text: 'snow' } }),
    );
    const all = [];
    for (const name of ['ask-name', 'ask-model'])
      all.push((await client.callTool({ name, arguments: {} })).content);
    await client.close();
    return all;
  };
  const direct = await run(official.url);
  expect(JSON.stringify(direct)).toMatch(/completed.*Ines.*completed.*snow/);
  expect(await run(endpoint('official'), await token('official'))).toEqual(direct);
  expect(await newest('mcp:sampling/answer')).toMatchObject({ decision: 'allow', outcome: 'ok' });
});

test('after the gateway was killed a server finds no task of its client, whose question counts as unknown: nobody waits for either', async () => {
  const { session, events, ask } = await working();
  const taskId = await asked({ session, events, ask });
  await reached(`question-${made}`);
  const { config, dataDir, adminToken } = world.gateway;
  await world.gateway.kill('SIGKILL');
  await events.rest().catch(() => undefined);
  const gateway = await spawnGateway({ config, dataDir });
  try {
    const url = `${gateway.data}/mcp/asking`;
    const fresh = () => world.issuer.mint({ clientId: 'worker', resource: url });
    const again = knownLegacySession(url, fresh, session.id);
    const called = server.called();
    const rest = eventsOf(await again.call(8, 'work', {}));
    const asking = await called;
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
      const id = `${method} after the restart`;
      asking.say({ id, method, params: { taskId } });
      expect(await reached(id)).toMatchObject({ error: { code: -32602, message: 'Task not found' } });
    }
    // What the client still says of it reaches nobody.
    expect((await again.post({ id: `question-${made}`, result: { action: 'accept' } })).status).not.toBe(202);
    asking.end({ id: asking.id, ...done });
    expect(await rest.rest()).toMatchObject([{ id: 8 }]);
    const response = await fetch(`${gateway.admin}/api/v1/calls?limit=100`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    const { calls } = (await response.json()) as { calls: Recorded[] };
    const [question] = calls.filter(({ operation }) => operation === 'mcp:elicitation');
    expect(question).toMatchObject({ decision: 'allow', state: 'unknown' });
  } finally {
    await gateway.stop();
  }
});
