import { afterEach, describe, expect, it } from 'vitest';
import { type Answered, type StdioWorld, startStdioWorld } from '../testing/stdio-world.ts';

let world: StdioWorld;
afterEach(() => world.close());

interface Told {
  readonly result?: { readonly content: readonly { readonly text: string }[] };
}

/** What a tool of the server written by hand says. */
async function said<T = unknown>(answer: Answered): Promise<T> {
  if (!answer.ok) throw new Error(answer.failure?.reason);
  const text = await answer.text();
  const { result } = JSON.parse(text) as Told;
  return JSON.parse(result?.content[0]?.text ?? text) as T;
}

const pidOf = async (answer: Promise<Answered>): Promise<number> =>
  (await said<{ pid: number }>(await answer)).pid;

describe('sessions of the older revisions', () => {
  it('are opened with the words of the client and of the server', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann', { roots: {} });
    expect(await said(await world.call(session, 1, { a: 1 }))).toEqual({ a: 1 });
    const lines = (await world.journal()).flatMap(({ line }) => line ?? []);
    expect(lines[0]).toContain('"capabilities":{"roots":{}}');
    expect(lines[1]).toBe('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    expect(lines[2]).toBe(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"do","arguments":{"a":1},"_meta":{"progressToken":7}}}',
    );
  });

  it('have a process each, also those of one principal, and it ends with its session', async () => {
    world = await startStdioWorld();
    const [one, two] = [await world.open('ann'), await world.open('ann')];
    const pids = [
      await pidOf(world.call(one, 1, { what: 'pid' })),
      await pidOf(world.call(two, 1, { what: 'pid' })),
    ];
    expect(new Set(pids).size).toBe(2);
    expect((await world.post({}, { session: one, method: 'DELETE' })).status).toBe(200);
    await world.until((journal) => journal.some(({ pid, ended }) => pid === pids[0] && ended === true));
    const late = await world.call(one, 2, {});
    expect([late.status, await late.text()]).toEqual([404, expect.stringContaining('Session not found')]);
    expect(await said(await world.call(two, 2, {}))).toEqual({});
  });

  it('are not found by another principal', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann');
    const answer = await world.post({ id: 1, method: 'ping' }, { session, principal: 'bob' });
    expect(answer.status).toBe(404);
  });

  it('bring progress of a call on its own stream, and then its answer', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann');
    const answer = await world.call(session, 'c', { what: 'progress', steps: 2 });
    expect(answer.type).toBe('text/event-stream');
    const events = (await answer.text()).split('\n\n').filter((event) => event !== '');
    expect(events.map((event) => /"progress":\d|"id":"c"/.exec(event)?.[0])).toEqual([
      '"progress":1',
      '"progress":2',
      '"id":"c"',
    ]);
  });

  it('put what the server asks on the stream of the only call that is open, and bring the answer back', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann', { elicitation: {} });
    const answer = await world.call(session, 1, { what: 'ask' });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain('"id":"ask-1","method":"elicitation/create"');
    const told = await world.post({ id: 'ask-1', result: { action: 'decline' } }, { session });
    expect([told.status, await told.text()]).toEqual([202, '']);
    expect((await reader.read()).value).toContain(String.raw`{\"action\":\"decline\"}`);
  });

  it('put what belongs to no call on the standalone stream, and keep it until the client listens', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann');
    const first = await world.post({}, { session, method: 'GET' });
    const reader = first.body.pipeThrough(new TextDecoderStream()).getReader();
    expect(await said(await world.call(session, 1, { what: 'log', data: 'hello' }))).toBe('logged');
    expect((await reader.read()).value).toContain('hello');
  });

  it('refuse a second request under an id that is open, and send nothing of it', async () => {
    world = await startStdioWorld();
    const session = await world.open('ann');
    const open = world.call(session, 1, { what: 'hang' });
    await world.until((journal) => journal.some(({ line }) => line?.includes('hang') === true));
    const second = await world.call(session, 1, { what: 'second' });
    expect(second.failure).toMatchObject({ code: 'malformed_request', isSent: false });
    expect(JSON.stringify(await world.journal())).not.toContain('second');
    await world.post({ method: 'notifications/cancelled', params: { requestId: 1 } }, { session });
    expect((await open).failure).toMatchObject({ isSent: true });
  });
});

describe('requests of 2026-07-28', () => {
  it('of one principal share a process under ids of their own, and those of two never do', async () => {
    world = await startStdioWorld({ env: { MODERN: '1' } });
    const answers = await Promise.all([
      world.modern('ann', 1, { what: 'pid' }),
      world.modern('ann', 1, { what: 'pid' }),
      world.modern('bob', 1, { what: 'pid' }),
    ]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(texts.every((text) => text.includes('"id":1'))).toBe(true);
    const pids = texts.map((text) => /pid\\":(\d+)/.exec(text)?.[1]);
    expect(pids[0]).toBe(pids[1]);
    expect(pids[0]).not.toBe(pids[2]);
  });

  it('get their progress under their own token', async () => {
    world = await startStdioWorld({ env: { MODERN: '1' } });
    const text = await (await world.modern('ann', 'x', { what: 'progress', steps: 1 })).text();
    expect(text).toContain('"progressToken":"mine"');
    expect(text).toContain('"id":"x"');
  });

  it('are cancelled at the server when their caller goes away', async () => {
    world = await startStdioWorld({ env: { MODERN: '1' } });
    const gone = new AbortController();
    const answer = world.modern('ann', 9, { what: 'hang' }, gone.signal);
    await world.until((journal) => journal.some(({ line }) => line?.includes('hang') === true));
    gone.abort();
    expect((await answer).failure).toMatchObject({ isSent: true });
    await world.until((journal) =>
      journal.some(
        ({ line }) => line?.includes('"method":"notifications/cancelled","params":{"requestId":1') === true,
      ),
    );
  });

  it('without a principal start nothing', async () => {
    world = await startStdioWorld({ env: { MODERN: '1' } });
    const answer = await world.post(
      { id: 1, method: 'tools/list' },
      { headers: { 'mcp-protocol-version': '2026-07-28' } },
    );
    expect(answer.failure).toMatchObject({ isSent: false });
    expect(await world.journal()).toEqual([]);
  });

  it('that a server does not know are answered with the status that says so, and leave no process behind', async () => {
    world = await startStdioWorld();
    const discover = () =>
      world.post(
        { id: 'd', method: 'server/discover', params: {} },
        { principal: 'ann', headers: { 'mcp-protocol-version': '2026-07-28' } },
      );
    const answer = await discover();
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { jsonrpc: '2.0', id: 'd', error: { code: -32601, message: 'Method not found' } },
    ]);
    await world.until((journal) => journal.some(({ ended }) => ended === true));
    expect((await discover()).status).toBe(404);
    expect((await world.journal()).filter(({ started }) => started === true)).toHaveLength(1);
  });
});

describe('a shared process', () => {
  it('is opened once, by the gateway, and serves sessions of several principals under ids of their own', async () => {
    world = await startStdioWorld({ processes: 'shared' });
    const [ann, bob] = [await world.open('ann', { elicitation: {} }), await world.open('bob')];
    const pids = [
      await pidOf(world.call(ann, 1, { what: 'pid' })),
      await pidOf(world.call(bob, 1, { what: 'pid' })),
    ];
    expect(pids[0]).toBe(pids[1]);
    const lines = (await world.journal()).flatMap(({ line }) => line ?? []);
    expect(lines.filter((line) => line.includes('"initialize"'))).toHaveLength(1);
    expect(lines[0]).toContain('"capabilities":{}');
    const [one, two] = await Promise.all([
      world.call(ann, 5, { what: 'progress', steps: 1 }),
      world.call(bob, 5, { what: 'progress', steps: 1 }),
    ]);
    for (const text of [await one.text(), await two.text()]) {
      expect(text).toContain('"progressToken":7');
      expect(text).toContain('"id":5');
    }
  });

  it('does not offer what would be the state of one session', async () => {
    world = await startStdioWorld({ processes: 'shared' });
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    };
    const opened = await world.post({ id: 1, method: 'initialize', params }, { principal: 'ann' });
    expect(await opened.json()).toMatchObject({
      id: 1,
      result: {
        capabilities: { tools: {}, resources: { listChanged: true } },
        serverInfo: { name: 'by hand' },
      },
    });
    const session = opened.session ?? '';
    const refused = await world.post(
      { id: 2, method: 'logging/setLevel', params: { level: 'debug' } },
      { session },
    );
    expect(await refused.json()).toMatchObject({ id: 2, error: { code: -32601 } });
    expect(JSON.stringify(await world.journal())).not.toContain('setLevel');
  });

  it('is refused what it asks, and what it says of nobody in particular reaches nobody', async () => {
    world = await startStdioWorld({ processes: 'shared' });
    const session = await world.open('ann', { elicitation: {} });
    const standalone = await world.post({}, { session, method: 'GET' });
    expect(await said(await world.call(session, 1, { what: 'ask' }))).toMatchObject({ code: -32601 });
    await (await world.call(session, 2, { what: 'log', data: 'whose is it' })).text();
    await world.post({}, { session, method: 'DELETE' });
    expect(await new Response(standalone.body).text()).toBe('');
  });

  it('is told of a cancellation under the id that it knows, and of no other', async () => {
    world = await startStdioWorld({ processes: 'shared' });
    const [ann, bob] = [await world.open('ann'), await world.open('bob')];
    const open = world.call(ann, 1, { what: 'hang' });
    await world.until((journal) => journal.some(({ line }) => line?.includes('hang') === true));
    const cancel = { method: 'notifications/cancelled', params: { requestId: 1 } };
    await world.post(cancel, { session: bob });
    await world.post(cancel, { session: ann });
    expect((await open).ok).toBe(false);
    const cancelled = (await world.journal()).flatMap(({ line }) =>
      line?.includes('cancelled') === true ? [line] : [],
    );
    expect(cancelled).toEqual([
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}',
    ]);
  });

  it('that died is started again for the next call, and its sessions go on', async () => {
    world = await startStdioWorld({ processes: 'shared' });
    const [ann, bob] = [await world.open('ann'), await world.open('bob')];
    const other = world.call(bob, 1, { what: 'hang' });
    await world.until((journal) => journal.some(({ line }) => line?.includes('hang') === true));
    const died = await world.call(ann, 1, { what: 'die' });
    expect(died.failure).toMatchObject({ code: 'upstream_unavailable', isSent: true });
    expect(died.failure?.reason).toContain('SIGKILL');
    expect((await other).failure).toMatchObject({ isSent: true });
    expect(await said(await world.call(ann, 2, { again: true }))).toEqual({ again: true });
    const lines = (await world.journal()).flatMap(({ line }) => line ?? []);
    expect(lines.filter((line) => line.includes('"die"'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('"hang"'))).toHaveLength(1);
  });
});
