// HTTP+JSON as it stands on the wire: what a caller gets in its words, what is on record of the bytes, and what no well-behaved
// client would send. The agent's own count says that nothing of that reached it.
import { createHash, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registered } from './a2a-bindings.ts';
import { type RawAgent, resultText, startRawAgent, task } from './a2a-raw-agent.ts';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { type RestAgent, startRestAgent } from './a2a-rest-agent.ts';

let world: A2aWorld;
let raw: RawAgent;
let rest: RestAgent;
beforeAll(async () => {
  world = await startA2aWorld();
  raw = await startRawAgent();
  rest = await startRestAgent();
  await world.apply(
    [...registered('raw', [], { url: raw.url }), ...registered('rest', [], { url: rest.url })].join('\n'),
  );
});
afterAll(async () => {
  await raw.close();
  await rest.close();
  await world.close();
});

interface Sent {
  readonly verb?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(agent: string, path: string, { verb = 'POST', body, headers = {} }: Sent = {}) {
  const token = await world.token('planner', `/a2a/${agent}`);
  return fetch(`${world.gateway().data}/a2a/${agent}${path}`, {
    method: verb,
    headers: {
      authorization: `Bearer ${token}`,
      'a2a-version': '1.0',
      ...(body === undefined ? {} : { 'content-type': 'application/a2a+json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}

/** A request line that `fetch` would put right. */
async function sendLine(line: string, agent = 'raw'): Promise<number> {
  const { hostname, port, host } = new URL(world.gateway().data);
  const token = await world.token('planner', `/a2a/${agent}`);
  const socket = connect(Number(port), hostname);
  // Not ended: who is gone is not answered.
  socket.write(
    `${line} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\na2a-version: 1.0\r\nconnection: close\r\n\r\n`,
  );
  return Number(/^HTTP\/1\.1 (\d+)/.exec(await text(socket))?.[1]);
}

const sha256 = (value: string) => createHash('sha256').update(value).digest('hex');
const said = (more: object = {}) => ({
  messageId: randomUUID(),
  role: 'ROLE_USER',
  parts: [{ text: 'hello' }],
  ...more,
});

/** `rx` and `tx` of the newest call's decision, wherever its page shows them. */
async function digests(): Promise<readonly string[]> {
  const [call] = await world.calls();
  const detail = JSON.stringify(await world.admin<object>(`/calls/${call?.id ?? ''}`));
  return [...detail.matchAll(/"sha256\\*":\\*"([0-9a-f]{64})/g)].map(([, digest]) => digest ?? '');
}

test('a body becomes the parameters of the message, byte for byte, and the result the bare body', async () => {
  const reply = '{"message":{"messageId":"r-1","role":"ROLE_AGENT","parts":[{"data":{"x":2.50}}]}}';
  raw.answerWith((response, request) => resultText(response, request, reply));
  const body =
    '{ "message": {"role":"ROLE_USER","messageId":"m-1","parts":[{"data":{"n":12345678901234567890,"x":1.0}}]} }';
  const answer = await send('raw', '/message:send', { body });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/a2a+json');
  expect(answer.headers.get('countersign-call')).toMatch(/^call_/);
  expect(await answer.text()).toBe(reply);
  expect(raw.requests.at(-1)?.body).toBe(`{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":${body}}`);
  expect(await digests()).toContain(sha256(body));
});

test('to an agent over HTTP+JSON the body goes as it came, and that is what the record digests', async () => {
  const reply = '{"message":{"messageId":"r-1","role":"ROLE_AGENT","parts":[{"text":"x"}]}}';
  rest.answerWith((response) =>
    response.writeHead(200, { 'content-type': 'application/a2a+json' }).end(reply),
  );
  const body = `{ "message": ${JSON.stringify(said())} ,"metadata":{"n":1.0}}`;
  expect(await (await send('rest', '/message:send', { body })).text()).toBe(reply);
  expect(rest.requests.at(-1)).toMatchObject({ method: 'POST', target: '/api/message:send', body });
  expect(rest.requests.at(-1)?.headers).toMatchObject({ 'a2a-version': '1.0' });
  expect(rest.requests.at(-1)?.headers['authorization']).toBeUndefined();
  const sent = (await digests()).filter((digest) => digest === sha256(body));
  expect(sent).toHaveLength(2);
});

test('the version may stand in the query, and must be the one of the header', async () => {
  raw.answerWith((response, request) =>
    resultText(response, request, '{"message":{"messageId":"r","role":"ROLE_AGENT","parts":[]}}'),
  );
  const body = JSON.stringify({ message: said() });
  const asked = (query: string, version: string) =>
    send('raw', `/message:send${query}`, { body, headers: { 'a2a-version': version } });
  const token = await world.token('planner', '/a2a/raw');
  const inQuery = await fetch(`${world.gateway().data}/a2a/raw/message:send?A2A-Version=1.0`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });
  expect(inQuery.status).toBe(200);
  expect((await asked('?A2A-Version=1.0', '1.0')).status).toBe(200);
  expect((await asked('?A2A-Version=1.0', '0.3')).status).toBe(400);
  const other = await asked('', '9.9');
  expect(other.status).toBe(400);
  expect(await other.json()).toMatchObject({
    error: { code: 400, status: 'FAILED_PRECONDITION', details: [{ reason: 'VERSION_NOT_SUPPORTED' }] },
  });
});

test('refusals are google.rpc.Status', async () => {
  const denied = await send('recluse', '/message:send', { body: JSON.stringify({ message: said() }) });
  expect(denied.status).toBe(403);
  expect(await denied.json()).toMatchObject({
    error: {
      code: 403,
      status: 'PERMISSION_DENIED',
      details: [{ reason: 'POLICY_DENIED', domain: 'countersign.dev' }],
    },
  });
  const missing = await send('raw', '/tasks/none', { verb: 'GET' });
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({
    error: { status: 'NOT_FOUND', details: [{ reason: 'TASK_NOT_FOUND', domain: 'a2a-protocol.org' }] },
  });
  const anonymous = await fetch(`${world.gateway().data}/a2a/raw/tasks/1`, {
    headers: { 'a2a-version': '1.0' },
  });
  expect(anonymous.status).toBe(401);
  expect(anonymous.headers.get('www-authenticate')).toContain('oauth-protected-resource/a2a/raw');
  expect(await anonymous.json()).toMatchObject({ error: { status: 'UNAUTHENTICATED' } });
  expect((await send('nobody', '/message:send', { body: '{}' })).status).toBe(404);
  const verb = await send('raw', '/tasks/1', { verb: 'PUT', body: '{}' });
  expect([verb.status, verb.headers.get('allow')]).toEqual([405, 'GET']);
});

const good = () => JSON.stringify({ message: said() });
const hostile: [string, () => Promise<number>][] = [
  ['no body', async () => (await send('raw', '/message:send')).status],
  [
    'what follows the body',
    async () => (await send('raw', '/message:send', { body: `${good()},"method":"GetTask"` })).status,
  ],
  ['a body in a body', async () => (await send('raw', '/message:send', { body: `${good()}}{` })).status],
  [
    'a JSON-RPC message',
    async () =>
      (
        await send('raw', '/message:send', {
          body: `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":${good()}}`,
        })
      ).status,
  ],
  [
    'a member twice',
    async () => (await send('raw', '/message:send', { body: '{"message":{},"message":{}}' })).status,
  ],
  [
    'another type',
    async () =>
      (await send('raw', '/message:send', { body: good(), headers: { 'content-type': 'text/plain' } }))
        .status,
  ],
  [
    'an encoded body',
    async () =>
      (await send('raw', '/message:send', { body: good(), headers: { 'content-encoding': 'gzip' } })).status,
  ],
  ['a tenant of its own', async () => (await send('raw', '/other/message:send', { body: good() })).status],
  [
    'a tenant in path and body',
    async () => (await send('raw', '/a/message:send', { body: `{"tenant":"b",${good().slice(1)}` })).status,
  ],
  [
    'a token in the query',
    async () => (await send('raw', '/message:send?access_token=x', { body: good() })).status,
  ],
  [
    'a field in the query',
    async () => (await send('raw', '/message:send?tenant=x', { body: good() })).status,
  ],
  [
    '200,000 lists in each other',
    async () => (await send('raw', '/message:send', { body: `{"message":${'['.repeat(200_000)}` })).status,
  ],
  [
    'a body of 5 MB',
    async () => (await send('raw', '/message:send', { body: `{"x":"${'x'.repeat(5_000_000)}"}` })).status,
  ],
  [
    'a body where none belongs',
    async () => (await send('raw', '/tasks/1:subscribe', { verb: 'DELETE', body: '{}' })).status,
  ],
  ['a path to elsewhere', () => sendLine('GET /a2a/raw/../helper/tasks/1')],
  ['an encoded path to elsewhere', () => sendLine('GET /a2a/raw/%2e%2e/helper/tasks/1')],
  ['a path encoded twice', () => sendLine('GET /a2a/raw/tasks/%252e%252e%252f1')],
  ['an empty segment', () => sendLine('GET /a2a/raw//tasks/1')],
  ['a byte that is no text', () => sendLine('GET /a2a/raw/tasks/%ff')],
  ['a line break in a name', () => sendLine('GET /a2a/raw/tasks/a%0d%0aX-Y:%201')],
  ['an absolute address', () => sendLine('GET http://evil.example/a2a/raw/tasks/1')],
];

test.each(hostile)('reaches nobody: %s', async (_name, attempt) => {
  const before = raw.requests.length;
  expect(await attempt()).toSatisfy((status: number) => status >= 400 && status < 500);
  expect(raw.requests.length).toBe(before);
});

test("an agent's errors over HTTP+JSON are told as what they are", async () => {
  const failing = (status: number, error: unknown) =>
    rest.answerWith((response) =>
      response.writeHead(status, { 'content-type': 'application/a2a+json' }).end(JSON.stringify({ error })),
    );
  const ask = async () => {
    const answer = await send('rest', '/message:send', { body: good() });
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'UNSUPPORTED_OPERATION',
    domain: 'a2a-protocol.org',
  };
  failing(400, { code: 400, status: 'FAILED_PRECONDITION', message: 'not this one', details: [info] });
  expect(await ask()).toMatchObject({ status: 400, error: { message: 'not this one', details: [info] } });
  failing(500, { code: 500, status: 'INTERNAL', message: 'broken', details: [] });
  expect(await ask()).toMatchObject({ status: 500, error: { status: 'INTERNAL', message: 'broken' } });
  // The gateway's own credential was refused: nobody's business.
  failing(401, { code: 401, status: 'UNAUTHENTICATED', message: 'secret token `abc` expired', details: [] });
  const refused = await ask();
  expect(refused.status).toBe(500);
  expect(JSON.stringify(refused)).not.toContain('abc');
});

const badly: [string, string, string][] = [
  ['no JSON', 'application/json', '<html>'],
  ['two bodies', 'application/json', '{"message":{"messageId":"r","role":"ROLE_AGENT","parts":[]}}{}'],
  ['what would become another member', 'application/json', '{"message":{}},"id":2,"x":{}'],
  ['a list', 'application/json', '[]'],
  ['a page', 'text/html', '{}'],
  ['a task under two names', 'application/json', '{"task":{"id":"t","status":{}},"message":{"parts":[]}}'],
];

test.each(badly)('an answer that is %s is withheld', async (_name, type, body) => {
  rest.answerWith((response) => response.writeHead(200, { 'content-type': type }).end(body));
  const answer = await send('rest', '/message:send', { body: good() });
  expect(answer.status).toBe(500);
  expect(await answer.json()).toMatchObject({ error: { details: [{ reason: 'INVALID_AGENT_RESPONSE' }] } });
});

test('events are relayed as they come, and an error event ends the stream as one', async () => {
  const first = JSON.stringify({ task: task('s-1', 'c-1', 'TASK_STATE_WORKING') });
  let goOn = (): void => undefined;
  rest.answerWith((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${first}\n\n`);
    goOn = () =>
      response.end(
        `event: error\ndata: ${JSON.stringify({ error: { code: 500, status: 'INTERNAL', message: 'gave up', details: [] } })}\n\n`,
      );
  });
  const answer = await send('rest', '/message:stream', { body: good() });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const read = async (): Promise<string> =>
    Buffer.from((await reader.read()).value ?? new Uint8Array()).toString('utf8');
  expect(await read()).toContain(`data: ${first}`);
  goOn();
  let last = '';
  for (let next = await read(); next !== ''; next = await read()) last += next;
  expect(last).toContain('event: error');
  expect(last).toContain('gave up');
});
