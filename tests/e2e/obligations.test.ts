// What is not stored and what is not returned: masked in every form that a result takes and in every later delivery of it,
// redacted whatever is decided; and neither value is anywhere in the data folder.
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Message as AgentMessage, SendMessageRequest, type Task, TaskState } from '@a2a-js/sdk';
import {
  connectAgent,
  connectV1,
  connectV2,
  type Gateway,
  type Issuer,
  manifest,
  type RunningProcess,
  spawnGateway,
  startFixtureAgent,
  startIssuer,
  startMcpServer,
} from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDesk } from './desk.ts';
import { eventsOf } from './event-reader.ts';
import { openLegacySession } from './legacy-call.ts';
import { type PollingPerson, startPollingPerson } from './polling-person.ts';

/** What the fixtures answer with, and what the tests send. */
const EMAIL = 'ines@northwind.example';
const SSN = '078-05-1120';
const MASKED = { name: 'Ines Halvorsen', email: '[masked]' };

const POLICIES = `
@id("all") permit (principal, action, resource);
@id("typed") @redact("input.nested.name") @mask("result.input.nested.name")
permit (principal, action == Action::"fixture/typed", resource);
@id("nobody-fails") forbid (principal, action == Action::"fixture/fail", resource);
@id("echo-is-guarded") @approve("finance") @expires("10m")
forbid (principal, action == Action::"fixture/echo", resource);
@id("vault-has-no-names") @mask("result.person.name")
permit (principal, action in Action::"a2a:message", resource == Agent::"vault");
@id("vault-is-guarded") @approve("finance") @expires("10m")
forbid (principal, action in Action::"a2a:message", resource == Agent::"vault");
`;

let gateway: Gateway;
let adminToken: string;
let issuer: Issuer;
let polling: PollingPerson;
let behind: RunningProcess[];
beforeAll(async () => {
  issuer = await startIssuer();
  const fixture = await startMcpServer('fixture');
  const agent = await startFixtureAgent();
  polling = await startPollingPerson(EMAIL);
  behind = [fixture, agent];
  gateway = await spawnGateway({
    config: {
      manifests: { 'all.yaml': manifests(issuer, fixture.url, polling.url, agent.url) },
      policies: { 'all.cedar': POLICIES },
      config: { hold: { maxSeconds: 0 }, limits: { responseBytes: 262_144 } },
    },
  });
  adminToken = gateway.adminToken ?? '';
});
afterAll(async () => {
  await gateway.dispose();
  await Promise.all([...behind.map((each) => each.stop()), polling.close(), issuer.close()]);
});

function manifests(from: Issuer, fixture: string, poll: string, agent: string): string {
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  const registered = (name: string) =>
    manifest('Agent', name, {
      ...place,
      owner: 'olive',
      purpose: 'tests',
      identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
    });
  const mask = ['result.person.email'];
  return [
    manifest('Team', 'platform', {}),
    manifest('Group', 'finance', {}),
    manifest('User', 'olive', { email: 'olive@example.com' }),
    manifest('User', 'fiona', { email: 'fiona@example.com', groups: ['finance'] }),
    manifest('Issuer', 'corp', { issuer: from.url, jwksUri: from.jwksUri, kind: 'mixed' }),
    ...['worker', 'helper', 'vault'].map(registered),
    manifest('MCPServer', 'fixture', {
      ...place,
      url: fixture,
      tools: {
        person: { mask: ['result.rows[].email'], redact: ['input.ssn'] },
        fail: { redact: ['input.message'] },
        echo: { redact: ['input.text'] },
      },
    }),
    manifest('MCPServer', 'polling', { ...place, url: poll, mask: ['result.email'] }),
    manifest('A2AAgent', 'helper', { url: agent, mask }),
    manifest('A2AAgent', 'vault', { url: agent, mask }),
  ].join('\n');
}

const token = (endpoint: string) =>
  issuer.mint({ clientId: 'worker', resource: `${gateway.data}${endpoint}` });

async function admin<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${gateway.admin}/api/v1${path}`, {
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

interface Detail {
  readonly call: {
    readonly id: string;
    readonly outcome: string | null;
    readonly decision: string;
    readonly reason: string;
  };
  readonly request: { readonly params: string | null };
  readonly result: string | null;
  readonly error: string | null;
  readonly why: {
    readonly determining: readonly {
      readonly reads: readonly { readonly path: string; readonly value?: unknown }[];
    }[];
  } | null;
}

async function newest(): Promise<Detail> {
  const { calls } = await admin<{ calls: { id: string }[] }>('/calls?limit=1');
  return admin<Detail>(`/calls/${calls[0]?.id}/reveal`, { reason: 'a test' });
}

/** A fetch that keeps what came over the wire, byte for byte. */
function listening() {
  let heard = '';
  const listen: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const hear = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        heard += Buffer.from(chunk).toString('latin1');
        out.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(hear), response);
  };
  return { fetch: listen, heard: () => heard };
}

const CLIENTS = [
  ['the v1 client', (url: string, options: object) => connectV1(url, options)],
  ['the v2 client, legacy', (url: string, options: object) => connectV2(url, options)],
  [
    'the v2 client, 2026-07-28',
    (url: string, options: object) => connectV2(url, { ...options, era: '2026-07-28' }),
  ],
] as const;

describe.each(CLIENTS)('%s', (_name, connect) => {
  async function connected() {
    const wire = listening();
    const client = await connect(`${gateway.data}/mcp/fixture`, {
      token: await token('/mcp/fixture'),
      fetch: wire.fetch,
    });
    // What the tools say of their results is known to the client, so that it checks them.
    await client.listTools();
    return { client, heard: wire.heard };
  }
  const value = { rows: [MASKED], total: 1, contact: 'write to [masked]', asked: null };

  test('gets a result masked in its structure, in the text that repeats it, and in what else repeats a value', async () => {
    const { client, heard } = await connected();
    const result = await client.callTool({ name: 'person', arguments: { how: 'twin' } });
    expect(result).toMatchObject({
      structuredContent: value,
      content: [{ type: 'text', text: JSON.stringify(value) }],
    });
    expect(heard()).not.toContain(EMAIL);
    const { call, result: recorded } = await newest();
    expect(call.outcome).toBe('ok');
    expect(JSON.parse(recorded ?? '')).toMatchObject({ structuredContent: value });
    await client.close();
  });

  test('gets a streamed one masked, and of its progress the numbers alone', async () => {
    const { client, heard } = await connected();
    const steps: unknown[] = [];
    const result = await client.callTool({ name: 'person', arguments: { how: 'stream' } }, undefined, {
      onprogress: (step: unknown) => void steps.push(step),
    });
    expect(result).toMatchObject({ structuredContent: value });
    expect(steps.every((step) => !JSON.stringify(step).includes('message'))).toBe(true);
    expect(heard()).not.toContain(EMAIL);
    await client.close();
  });

  test('gets a note in the place of prose beside a structure', async () => {
    const { client, heard } = await connected();
    const result = await client.callTool({ name: 'person', arguments: { how: 'both' } });
    expect(result).toMatchObject({
      structuredContent: value,
      content: [{ text: expect.stringContaining('mask_failed') }],
    });
    expect(heard()).not.toContain(EMAIL);
    expect(await newest()).toMatchObject({
      call: { outcome: 'ok' },
      error: expect.stringContaining('1 part(s)'),
    });
    await client.close();
  });

  test.each(['prose', 'error'])(
    'gets nothing of a result that is %s alone, and is told that the call was carried out',
    async (how) => {
      const { client, heard } = await connected();
      const result = await client.callTool({ name: 'person', arguments: { how } });
      expect(result).toMatchObject({
        isError: true,
        content: [{ text: expect.stringMatching(/was carried out.*mask_failed/) }],
      });
      expect(heard()).not.toContain(EMAIL);
      expect(await newest()).toMatchObject({
        call: { outcome: 'withheld' },
        result: null,
        error: expect.stringMatching(/^mask_failed/),
      });
      await client.close();
    },
  );

  test('sends what is not stored, and gets back what it sent', async () => {
    const { client } = await connected();
    const nested = { name: `secret ${SSN}`, depth: 1 };
    const sent = { count: 1, nested: { ...nested, name: 'b' }, anything: 'c' };
    expect(await client.callTool({ name: 'typed', arguments: sent })).toMatchObject({
      structuredContent: { input: { nested: { name: '[masked]' } } },
    });
    const answer = await client.callTool({ name: 'person', arguments: { how: 'twin', ssn: SSN } });
    expect(answer).toMatchObject({ structuredContent: { asked: SSN } });
    const { request, result } = await newest();
    expect(JSON.parse(request.params ?? '')).toMatchObject({
      arguments: { how: 'twin', ssn: { countersign: 'redacted' } },
    });
    expect(result).toContain('"asked":"[redacted]"');
    await client.close();
  });
});

describe('what is not stored', () => {
  async function call(name: string, args: object) {
    const client = await connectV2(`${gateway.data}/mcp/fixture`, { token: await token('/mcp/fixture') });
    const result = await client
      .callTool({ name, arguments: args as Record<string, unknown> })
      .catch((error: unknown) => error as Error);
    await client.close();
    return result;
  }

  test('is not stored of a call that is denied by policy', async () => {
    expect(await call('fail', { message: `about ${SSN}` })).toMatchObject({ isError: true });
    const { call: row, request } = await newest();
    expect(row).toMatchObject({ decision: 'deny', reason: 'forbidden' });
    expect(JSON.parse(request.params ?? '')).toMatchObject({
      arguments: { message: { countersign: 'redacted' } },
    });
  });

  test('is not stored of a call that never came before policy, nor of why', async () => {
    await call('person', { how: SSN, ssn: SSN });
    const { call: row, request } = await newest();
    expect(row).toMatchObject({ decision: 'deny', reason: 'invalid_arguments' });
    expect(JSON.stringify(row)).not.toContain(SSN);
    expect(request.params).not.toContain(SSN);
  });

  test('is shown to reviewers in outline, and sent whole once they approve', async () => {
    expect(await call('echo', { text: SSN })).toMatchObject({ isError: true });
    const { call: row } = await newest();
    expect(row.decision).toBe('hold');
    const desk = openDesk(gateway, adminToken);
    const request = await desk.pending('redacted');
    expect(request.params).not.toContain(SSN);
    const shown = JSON.parse(request.params) as { arguments: { text: object } };
    expect(shown.arguments.text).toEqual({
      countersign: 'redacted',
      type: 'string',
      length: SSN.length,
      hmac: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    await desk.review(request.id, 'approve', 'fiona');
    expect(await call('echo', { text: SSN })).toMatchObject({ content: [{ text: SSN }] });
    expect((await newest()).request.params).not.toContain(SSN);
  });
});

describe('a resumed stream', () => {
  const session = async () => openLegacySession(`${gateway.data}/mcp/polling`, () => token('/mcp/polling'));
  async function resume(id: string, lastEventId: string) {
    const response = await fetch(`${gateway.data}/mcp/polling`, {
      headers: {
        authorization: `Bearer ${await token('/mcp/polling')}`,
        accept: 'text/event-stream',
        'mcp-protocol-version': '2025-11-25',
        'mcp-session-id': id,
        'last-event-id': lastEventId,
      },
    });
    const events = eventsOf(response);
    return { messages: await events.rest(), raw: events.raw() };
  }

  test('brings the answer masked, each time, and nothing of what the server says around it', async () => {
    const own = await session();
    await (await own.call(7, 'person', {})).text();
    for (let times = 0; times < 2; times += 1) {
      const { messages, raw } = await resume(own.id, 'first-7');
      expect(raw).not.toContain(EMAIL);
      expect(messages).toMatchObject([
        { method: 'notifications/progress', params: { progress: 1 } },
        { id: 7, result: { structuredContent: { email: '[masked]' } } },
      ]);
    }
    expect(await newest()).toMatchObject({ call: { outcome: 'ok' } });
  });

  test('brings an answer that was given already to nobody, and its notifications without their words', async () => {
    const own = await session();
    const answered = await (await own.call(8, 'person now', {})).text();
    expect(answered).toContain('[masked]');
    expect(answered).not.toContain(EMAIL);
    const { messages, raw } = await resume(own.id, 'first-8');
    expect(raw).not.toContain(EMAIL);
    expect(messages).toMatchObject([{ method: 'notifications/progress' }]);
  });
});

describe('an answer that cannot be looked through', () => {
  async function told(name: string) {
    const session = await openLegacySession(`${gateway.data}/mcp/polling`, () => token('/mcp/polling'));
    const response = await session.call(9, name, {});
    const text = await response.text();
    expect(text).not.toContain(EMAIL);
    expect(text).toMatch(/was carried out.*mask_failed/);
    expect(await newest()).toMatchObject({ call: { outcome: 'withheld' }, result: null });
    return response.status;
  }

  test('is withheld where it is too large to be read whole', async () => {
    expect(await told('large')).toBe(200);
  });

  test('is withheld where it is an error, whose status a client sees all the same', async () => {
    expect(await told('gone')).toBe(404);
  });
});

describe('an agent behind the gateway', () => {
  async function connected(name: string) {
    const wire = listening();
    const client = await connectAgent(`${gateway.data}/a2a/${name}`, {
      token: await token(`/a2a/${name}`),
      fetch: wire.fetch,
    });
    return { client, heard: wire.heard };
  }
  const message = (text: string) =>
    SendMessageRequest.fromJSON({
      message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] },
    });
  const partsOf = (parts: AgentMessage['parts']) => parts.map(({ content }) => content?.value);
  const TOLD = [
    { person: MASKED },
    JSON.stringify({ person: MASKED }),
    expect.stringContaining('mask_failed'),
  ];

  test('answers with a message that is masked', async () => {
    const { client, heard } = await connected('helper');
    const answer = (await client.sendMessage(message('person'))) as AgentMessage;
    expect(partsOf(answer.parts)).toEqual(TOLD);
    expect(heard()).not.toContain(EMAIL);
  });

  test('is masked in its task, and again whenever the task is asked for', async () => {
    const { client, heard } = await connected('helper');
    const task = (await client.sendMessage(message('records'))) as Task;
    const polled = await client.getTask({ tenant: '', id: task.id });
    for (const each of [task, polled]) expect(partsOf(each.artifacts[0]?.parts ?? [])).toEqual(TOLD);
    expect(heard()).not.toContain(EMAIL);
  });

  test('is masked in every event of a stream', async () => {
    const { client, heard } = await connected('helper');
    const events: string[] = [];
    for await (const event of client.sendMessageStream(message('records')))
      events.push(JSON.stringify(event));
    expect(events.join()).toContain('[masked]');
    expect(events.join() + heard()).not.toContain(EMAIL);
  });

  test('is masked in what a held message brings once it is released', async () => {
    const { client, heard } = await connected('vault');
    const task = (await client.sendMessage(message('records'))) as Task;
    expect(task.status?.state).toBe(TaskState.TASK_STATE_AUTH_REQUIRED);
    const desk = openDesk(gateway, adminToken);
    const request = await desk.pending('records');
    await desk.review(request.id, 'approve', 'fiona');
    const ended = async () => (await client.getTask({ tenant: '', id: task.id })).status?.state;
    await expect.poll(ended, { timeout: 15_000 }).toBe(TaskState.TASK_STATE_COMPLETED);
    const done = await client.getTask({ tenant: '', id: task.id });
    // By the registry and by the permit that let the message through: the poll itself is permitted by nothing of it.
    const person = { name: '[masked]', email: '[masked]' };
    const told = [{ person }, JSON.stringify({ person }), expect.stringContaining('mask_failed')];
    expect(partsOf(done.artifacts[0]?.parts ?? [])).toEqual(told);
    expect(heard()).not.toContain(EMAIL);
    expect(heard()).not.toContain(MASKED.name);
  });
});

test('neither what was masked nor what was redacted is anywhere in the data folder', async () => {
  const files = (await readdir(gateway.dataDir, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  expect(files.map(({ name }) => name)).toContain('countersign.db');
  for (const { name, parentPath } of files) {
    const bytes = await readFile(join(parentPath, name));
    for (const secret of [EMAIL, SSN]) expect(bytes.includes(secret), `${name} holds ${secret}`).toBe(false);
  }
});
