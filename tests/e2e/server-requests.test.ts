// What a server asks of its client, and what the client answers: each decided, on record before it goes on, and bound to
// who was asked what (DESIGN section 5, protocols.md 1.2 and 1.4).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundleReport } from '@countersign/audit';
import { manifest, runCli, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type Ask, type AskingServer, startAskingServer } from './asking-server.ts';
import { type Desk, openDesk } from './desk.ts';
import { type EventReader, eventsOf } from './event-reader.ts';
import { type CallRow, type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent)
when { principal.name != "silent" };
@id("no-passwords") forbid (principal is Server, action == Action::"mcp:elicitation", resource)
when { context.input.fields.contains("password") };
@id("large-samples") @approve("finance") @expires("10m")
forbid (principal is Server, action == Action::"mcp:sampling", resource)
when { context.input has maxTokens && context.input.maxTokens > 1000 };
@id("no-home") forbid (principal, action == Action::"mcp:roots/answer", resource)
when { context.input.uris.contains("file:///home") };
@id("accounts") @approve("finance") @expires("10m")
forbid (principal, action == Action::"mcp:elicitation/answer", resource) when { context.input.fields.contains("iban") };
@id("redacted") @redact("input.ssn")
permit (principal, action == Action::"mcp:elicitation/answer", resource) when { context.input.fields.contains("ssn") };
`;

interface Recorded extends CallRow {
  readonly operation: string;
  readonly parent: string | null;
  readonly chain: string;
  readonly agent: string;
  readonly upstream: string;
  readonly sentence: string;
}

let world: RawWorld;
let server: AskingServer;
let silent: AskingServer;
let desk: Desk;
let url: string;
beforeAll(async () => {
  world = await startRawWorld({ hold: { maxSeconds: 20 } }, { 'all.cedar': POLICIES });
  desk = openDesk(world.gateway, world.gateway.adminToken ?? '');
  [server, silent] = await Promise.all([startAskingServer(), startAskingServer()]);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    manifest('MCPServer', 'asking', { ...place, url: server.url, labels: ['vendor'] }),
    manifest('MCPServer', 'silent', { ...place, url: silent.url }),
    manifest('MCPServer', 'masked', { ...place, url: silent.url, mask: ['result.email'] }),
    agent('other'),
  );
  url = `${world.gateway.data}/mcp/asking`;
});
afterAll(async () => {
  await world.close();
  await Promise.all([server.close(), silent.close()]);
});

function agent(name: string, status = 'active'): string {
  return manifest('Agent', name, {
    status,
    owner: 'olive',
    team: 'platform',
    purpose: 'tests',
    capabilities: [],
    risk: 'low',
    environment: 'production',
    identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
  });
}

interface Options {
  readonly session?: string;
  readonly agent?: string;
  readonly signal?: AbortSignal;
  readonly to?: string;
}

async function send(method: 'GET' | 'POST' | 'DELETE', message: object | null, options: Options = {}) {
  const { session, agent: name = 'worker', signal, to = url } = options;
  const token = await world.issuer.mint({ clientId: name, resource: to });
  return fetch(to, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...(message === null ? {} : { 'content-type': 'application/json' }),
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
    },
    ...(message === null ? {} : { body: JSON.stringify({ jsonrpc: '2.0', ...message }) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function openSession(options: Options = {}): Promise<string> {
  const clientInfo = { name: 't', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const response = await send('POST', { id: 0, method: 'initialize', params }, options);
  await response.text();
  const session = response.headers.get('mcp-session-id');
  if (session === null) throw new Error(`no session: ${response.status}`);
  return session;
}

interface Working {
  readonly session: string;
  readonly call: string;
  readonly events: EventReader;
  readonly ask: Ask;
}

/** A call of the tool, with its stream open. */
async function working(options: Options = {}, at: AskingServer = server): Promise<Working> {
  const session = options.session ?? (await openSession(options));
  const called = at.called();
  const asked = await send(
    'POST',
    { id: 7, method: 'tools/call', params: { name: 'work', arguments: {} } },
    { ...options, session },
  );
  return {
    session,
    call: asked.headers.get('countersign-call') ?? '',
    events: eventsOf(asked),
    ask: await called,
  };
}

const done = { result: { content: [{ type: 'text', text: 'done' }] } };
const form = (message: string, ...fields: string[]) => ({
  method: 'elicitation/create',
  params: {
    message,
    requestedSchema: {
      type: 'object',
      properties: Object.fromEntries(fields.map((name) => [name, { type: 'string' }])),
    },
  },
});
const sample = (text: string, maxTokens: number) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens },
});
const filled = (content: object) => ({ result: { action: 'accept', content } });
const roots = (...uris: string[]) => ({ result: { roots: uris.map((uri) => ({ uri })) } });

const detail = (id: string) =>
  world.admin<{ call: Recorded; entries: readonly Entry[] }>(`/calls/${id}`).then(({ call }) => call);
interface Entry {
  readonly kind: string;
}
/** The newest calls of an operation. */
async function recorded(operation: string): Promise<Recorded[]> {
  const { calls } = await world.admin<{ calls: Recorded[] }>('/calls?limit=100');
  return calls.filter((call) => call.operation === operation);
}
/** The call with all that it carried, as text. */
async function valuesOf(id: string): Promise<string> {
  const response = await fetch(`${world.gateway.admin}/api/v1/calls/${id}/reveal`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.gateway.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'test' }),
  });
  expect(response.status).toBe(200);
  return response.text();
}
const newest = async (operation: string) => (await recorded(operation))[0];

describe('on the stream of a call', () => {
  test.each([
    ['mcp:elicitation', form('your name?', 'name'), filled({ name: 'Ines' })],
    [
      'mcp:sampling',
      sample('a haiku', 100),
      { result: { role: 'assistant', model: 'm', content: { type: 'text', text: 'snow' } } },
    ],
    ['mcp:roots', { method: 'roots/list' }, roots('file:///work')],
  ])('%s is decided and recorded, and so is its answer', async (operation, request, answer) => {
    const { session, call, events, ask } = await working();
    ask.say({ id: operation, ...request });
    expect(await events.next()).toEqual({ jsonrpc: '2.0', id: operation, ...request });
    const asked = await newest(operation);
    expect(asked).toMatchObject({
      parent: call,
      chain: (await detail(call)).chain,
      agent: 'worker',
      upstream: 'asking',
      decision: 'allow',
      state: 'open',
    });
    expect(asked?.sentence).toMatch(/^Server asking .* asked agent worker .* permitted by policy asks\.$/);

    expect((await send('POST', { id: operation, ...answer }, { session })).status).toBe(202);
    expect(server.to(operation)).toMatchObject([answer]);
    expect(await newest(operation)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const said = await newest(`${operation}/answer`);
    expect(said).toMatchObject({ parent: asked?.id, chain: asked?.chain, state: 'completed', outcome: 'ok' });
    expect(said?.sentence).toMatch(/^Agent worker .* server asking .* permitted by policy calls\.$/);

    ask.end({ id: 7, ...done });
    expect(await events.rest()).toMatchObject([{ id: 7 }]);
  });

  test('what policy forbids is refused to the server; the client never sees it', async () => {
    const { events, ask } = await working();
    ask.say({ id: 'pw', ...form('your password?', 'password') });
    await expect.poll(() => server.to('pw'), SOON).toMatchObject([{ error: { code: -31403 } }]);
    ask.end({ id: 7, ...done });
    expect(await events.rest()).toMatchObject([{ id: 7 }]);
    expect(events.raw()).not.toContain('password');
    expect(await newest('mcp:elicitation')).toMatchObject({ decision: 'deny', reason: 'forbidden' });
  });

  test('what no policy permits is denied, however much the agent may do there', async () => {
    const { events, ask } = await working({ to: `${world.gateway.data}/mcp/silent` }, silent);
    ask.say({ id: 1, method: 'roots/list' });
    await expect.poll(() => silent.to(1), SOON).toMatchObject([{ error: { code: -31403 } }]);
    ask.end({ id: 7, ...done });
    expect(await events.rest()).toMatchObject([{ id: 7 }]);
    expect(await newest('mcp:roots')).toMatchObject({ decision: 'deny', reason: 'no_permit' });
  });

  test('where something is masked, what the server says could repeat it: decided, and withheld', async () => {
    const { ask, events } = await working({ to: `${world.gateway.data}/mcp/masked` }, silent);
    ask.say({ id: 'mask', ...form('is it ines@northwind.example?', 'name') });
    await expect.poll(() => silent.to('mask'), SOON).toMatchObject([{ error: { code: -31451 } }]);
    expect(await newest('mcp:elicitation')).toMatchObject({ decision: 'allow', outcome: 'withheld' });
    ask.end({ id: 7, ...done });
    await events.rest();
    expect(events.raw()).not.toContain('northwind');
  });

  test.each([
    ['a method that nobody knows', { method: 'made/up' }, -32601],
    ['a request for a task', { method: 'roots/list', params: { task: {} } }, -32601],
    ['params in another form', { method: 'elicitation/create', params: { message: {} } }, -32602],
    [
      'a question of which two readers could see two',
      { method: 'elicitation/create', params: { message: 'name?', Message: 'password?' } },
      -32600,
    ],
  ])('%s is refused to the server', async (_, request, code) => {
    const { events, ask } = await working();
    ask.say({ id: `odd${code}`, ...request });
    await expect.poll(() => server.to(`odd${code}`).at(-1), SOON).toMatchObject({ error: { code } });
    ask.end({ id: 7, ...done });
    expect(await events.rest()).toMatchObject([{ id: 7 }]);
  });

  test('a held question waits for people while the stream goes on, and reaches the client once approved', async () => {
    const { session, events, ask } = await working();
    ask.say({ id: 'big', ...sample('A LONG STORY', 5000) });
    const held = await desk.pending('A LONG STORY');
    expect(held).toMatchObject({ agent: 'worker' });
    ask.say({ method: 'notifications/message', params: { level: 'info', data: 'meanwhile' } });
    expect(await events.next()).toMatchObject({ params: { data: 'meanwhile' } });
    expect((await send('POST', { id: 'big', result: { content: {} } }, { session })).status).toBe(400);

    expect(await desk.review(held.id, 'approve', 'fiona')).toMatchObject({ status: 200 });
    expect(await events.next()).toMatchObject({ id: 'big', method: 'sampling/createMessage' });
    expect(await detail(held.call)).toMatchObject({ state: 'open', reason: 'grant_redeemed' });
    const error = { code: -1, message: 'the user said no' };
    expect((await send('POST', { id: 'big', error }, { session })).status).toBe(202);
    expect(server.to('big')).toMatchObject([{ error }]);
    expect(await detail(held.call)).toMatchObject({ state: 'completed', outcome: 'protocol_error' });
    ask.end({ id: 7, ...done });
    await events.rest();
  });

  test('a held question that people reject is refused to the server', async () => {
    const { events, ask } = await working();
    ask.say({ id: 'no', ...sample('A REJECTED STORY', 5000) });
    const held = await desk.pending('A REJECTED STORY');
    await desk.review(held.id, 'reject', 'fiona');
    await expect.poll(() => server.to('no'), SOON).toMatchObject([{ error: { code: -31403 } }]);
    ask.end({ id: 7, ...done });
    expect(await events.rest()).toMatchObject([{ id: 7 }]);
    expect(await detail(held.call)).toMatchObject({ decision: 'deny', reason: 'approval_rejected' });
  });

  test('a held question that the server takes back is withdrawn', async () => {
    const { events, ask } = await working();
    ask.say({ id: 'back', ...sample('A STORY TAKEN BACK', 5000) });
    const held = await desk.pending('A STORY TAKEN BACK');
    ask.say({ method: 'notifications/cancelled', params: { requestId: 'back' } });
    await expect.poll(async () => (await desk.show(held.id)).state, SOON).toBe('withdrawn');
    ask.end({ id: 7, ...done });
    expect(await events.rest()).toMatchObject([{ id: 7 }]);
    expect(server.to('back')).toEqual([]);
  });

  test('a question that the server takes back is over: the client is told, and its answer comes too late', async () => {
    const { session, events, ask } = await working();
    ask.say({ id: 'late', ...form('quick?', 'name') });
    await events.next();
    const cancelled = { method: 'notifications/cancelled', params: { requestId: 'late' } };
    ask.say(cancelled);
    expect(await events.next()).toMatchObject(cancelled);
    await expect.poll(() => newest('mcp:elicitation'), SOON).toMatchObject({ outcome: 'aborted' });
    expect((await send('POST', { id: 'late', ...filled({ name: 'x' }) }, { session })).status).toBe(400);
    expect(server.to('late')).toEqual([]);
    ask.end({ id: 7, ...done });
    await events.rest();
  });

  test('a client that goes away has not answered: recorded as aborted, and the server is told', async () => {
    const leave = new AbortController();
    const { events, ask } = await working({ signal: leave.signal });
    ask.say({ id: 'gone', ...form('there?', 'name') });
    await events.next();
    leave.abort();
    await ask.closed;
    await expect.poll(() => newest('mcp:elicitation'), SOON).toMatchObject({ outcome: 'aborted' });
    await expect.poll(() => server.to('gone'), SOON).toMatchObject([{ error: { code: -31504 } }]);
  });

  test('an id that is in use is not asked under again', async () => {
    const { session, events, ask } = await working();
    ask.say({ id: 5, ...form('first?', 'name') });
    ask.say({ id: 5, ...form('SECOND?', 'name') });
    ask.say({ id: '5', ...form('of another id', 'name') });
    expect(await events.next()).toMatchObject({ id: 5, params: { message: 'first?' } });
    expect(await events.next()).toMatchObject({ id: '5' });
    expect((await send('POST', { id: 5, ...filled({}) }, { session })).status).toBe(202);
    ask.end({ id: 7, ...done });
    await events.rest();
    expect(events.raw()).not.toContain('SECOND');
  });
});

describe('on the standalone stream', () => {
  test('a question begins a chain of its own; its answer and a ping go back', async () => {
    const session = await openSession();
    const listened = server.listened();
    const events = eventsOf(await send('GET', null, { session }));
    const ask = await listened;
    ask.say({ id: 'get', ...form('who are you?', 'name') });
    expect(await events.next()).toMatchObject({ id: 'get' });
    expect(await newest('mcp:elicitation')).toMatchObject({ parent: null, state: 'open' });
    expect((await send('POST', { id: 'get', ...filled({ name: 'Ines' }) }, { session })).status).toBe(202);
    expect(server.to('get')).toMatchObject([filled({ name: 'Ines' })]);

    ask.say({ id: 'alive', method: 'ping' });
    expect(await events.next()).toMatchObject({ id: 'alive', method: 'ping' });
    expect((await send('POST', { id: 'alive', result: {} }, { session })).status).toBe(202);
    expect((await send('POST', { id: 'alive', result: {} }, { session })).status).toBe(400);
    expect(server.to('alive')).toHaveLength(1);
    await events.cancel();
  });

  test('the end of the session ends what was asked in it', async () => {
    const session = await openSession();
    const listened = server.listened();
    const events = eventsOf(await send('GET', null, { session }));
    (await listened).say({ id: 'end', ...form('still?', 'name') });
    await events.next();
    expect((await send('DELETE', null, { session })).status).toBe(200);
    await expect.poll(() => newest('mcp:elicitation'), SOON).toMatchObject({ outcome: 'aborted' });
    await events.cancel();
  });
});

describe('an answer', () => {
  test('to what was never asked, of another session, of another agent, or given twice, goes nowhere', async () => {
    const { session, events, ask } = await working();
    const [foreign, others] = [await openSession(), await openSession({ agent: 'other' })];
    ask.say({ id: 'q', ...form('name?', 'name') });
    await events.next();
    const answer = { id: 'q', ...filled({ name: 'SMUGGLED' }) };
    const statuses = async (...sent: [object, Options][]) =>
      Promise.all(sent.map(async ([message, options]) => (await send('POST', message, options)).status));
    expect(
      await statuses(
        [{ ...answer, id: 'unknown' }, { session }],
        [answer, { session: foreign }],
        [answer, { session: others, agent: 'other' }],
        [answer, { session, agent: 'other' }],
        [answer, {}],
        [{ id: 'q', result: {}, error: { code: 1, message: '' } }, { session }],
        [{ id: 'q', result: { action: 'accept', content: 'SMUGGLED' } }, { session }],
      ),
    ).toEqual([400, 400, 400, 404, 400, 400, 400]);
    expect(server.to('q')).toEqual([]);

    const twice = await statuses(
      [{ id: 'q', ...filled({ name: 'one' }) }, { session }],
      [{ id: 'q', ...filled({ name: 'one' }) }, { session }],
    );
    expect(twice.toSorted((a, b) => a - b)).toEqual([202, 400]);
    expect(server.to('q')).toHaveLength(1);
    expect(JSON.stringify(server.answers)).not.toContain('SMUGGLED');
    ask.end({ id: 7, ...done });
    await events.rest();
  });

  test('that policy forbids stays here: the client is refused, and the server is told that none will come', async () => {
    const { session, events, ask } = await working();
    ask.say({ id: 'r', method: 'roots/list' });
    await events.next();
    const refused = await send('POST', { id: 'r', ...roots('file:///home') }, { session });
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: -31403 } }]);
    await expect.poll(() => server.to('r'), SOON).toMatchObject([{ error: { code: -31403 } }]);
    expect(JSON.stringify(server.answers)).not.toContain('file:///home"');
    expect(await newest('mcp:roots/answer')).toMatchObject({ decision: 'deny', reason: 'forbidden' });
    expect(await newest('mcp:roots')).toMatchObject({ state: 'completed', outcome: 'withheld' });
    ask.end({ id: 7, ...done });
    await events.rest();
  });

  test('that a guard holds is sent once people approve it', async () => {
    const { session, events, ask } = await working();
    ask.say({ id: 'h', ...form('where to?', 'iban') });
    await events.next();
    const sent = send('POST', { id: 'h', ...filled({ iban: 'DE00 HELD' }) }, { session });
    const held = await desk.pending('DE00 HELD');
    expect(server.to('h')).toEqual([]);
    await desk.review(held.id, 'approve', 'fiona');
    expect((await sent).status).toBe(202);
    expect(server.to('h')).toMatchObject([filled({ iban: 'DE00 HELD' })]);
    ask.end({ id: 7, ...done });
    await events.rest();
  });

  test('is stored without what must not be stored', async () => {
    const { session, events, ask } = await working();
    ask.say({ id: 's', ...form('number?', 'ssn') });
    await events.next();
    const answer = { id: 's', ...filled({ ssn: '078-05-1120', name: 'Ines' }) };
    expect((await send('POST', answer, { session })).status).toBe(202);
    expect(server.to('s')).toMatchObject([filled({ ssn: '078-05-1120' })]);
    for (const operation of ['mcp:elicitation', 'mcp:elicitation/answer']) {
      const { id } = (await newest(operation)) ?? { id: '' };
      const shown = await valuesOf(id);
      expect(shown, operation).not.toContain('078-05-1120');
      expect(shown, operation).toContain('Ines');
    }
    ask.end({ id: 7, ...done });
    await events.rest();
  });

  test('of an agent that was stopped meanwhile is not sent', async () => {
    const { session, events, ask } = await working({ agent: 'other' });
    ask.say({ id: 'stop', ...form('name?', 'name') });
    await events.next();
    await apply(world.gateway, agent('other', 'quarantined'));
    expect((await send('POST', { id: 'stop', ...filled({}) }, { session, agent: 'other' })).status).toBe(403);
    await expect.poll(() => server.to('stop'), SOON).toMatchObject([{ error: {} }]);
    await events.cancel();
  });
});

test('what a server asked brings its labels to whom it asked', async () => {
  const { call } = await world.admin<{ call: { labels: readonly string[] } }>(
    `/calls/${(await recorded('mcp:sampling')).find(({ decision }) => decision === 'allow')?.id ?? ''}`,
  );
  expect(call.labels).toContain('vendor');
});

test('an auditor makes these decisions again, also those in which a server asked', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-asked-'));
  const [bundle, trust] = [join(folder, 'bundle.jsonl'), join(folder, 'trust.txt')];
  const made = await world.gateway.cli('export', '--out', bundle, '--reason', 'a test');
  expect(made.code, made.stderr).toBe(0);
  const { stdout: key } = await world.gateway.cli('log', 'key');
  await writeFile(trust, `log ${key.trim().split('\n').at(-1)}\nquorum none\n`);
  const { code, stdout } = await runCli(['verify', '--json', bundle, '--trust', trust]);
  expect(code, stdout).toBe(0);
  const { decisions } = JSON.parse(stdout) as BundleReport;
  // Two are known by what people said; one was refused by the gateway alone.
  expect(decisions).toMatchObject({ mismatched: 0 });
  expect(Object.keys(decisions.notReplayed)).not.toEqual(expect.arrayContaining(['unreadable']));
  expect(decisions.replayed).toBeGreaterThan(40);
  await rm(folder, { recursive: true });
});

test('what is open when the gateway dies counts as unknown, and its answer is refused afterwards', async () => {
  const { session, events, ask } = await working();
  ask.say({ id: 'crash', ...form('name?', 'name') });
  await events.next();
  const asked = await newest('mcp:elicitation');
  const { config, dataDir, adminToken } = world.gateway;
  await world.gateway.kill('SIGKILL');
  const gateway = await spawnGateway({ config, dataDir });
  try {
    const headers = { authorization: `Bearer ${adminToken}` };
    const shown = await fetch(`${gateway.admin}/api/v1/calls/${asked?.id}`, { headers });
    expect(await shown.json()).toMatchObject({ call: { state: 'unknown' } });
    const to = `${gateway.data}/mcp/asking`;
    const answer = { id: 'crash', ...filled({ name: 'x' }) };
    expect((await send('POST', answer, { session, to })).status).toBe(400);
    expect(server.to('crash')).toEqual([]);
  } finally {
    await gateway.stop();
  }
});
