// Whatever is malformed, oversized, ambiguous, wrongly signed or unknown gets a specific answer in MCP's own form and
// reaches no upstream: the upstream's own count is the oracle (protocols.md 1.4, audit-log.md D1, D2, D5).
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import {
  badTokens,
  type Gateway,
  type Issuer,
  manifest,
  type RawUpstream,
  spawnGateway,
  startIssuer,
  startRawUpstream,
} from '@countersign/testkit';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modernRequest } from './modern-call.ts';

let issuer: Issuer;
let upstream: RawUpstream;
let gateway: Gateway;
let token: string;
const endpoint = () => `${gateway.data}/mcp/raw`;
const toolCalls = () => upstream.requests.filter(({ body }) => body.includes('tools/call')).length;

beforeAll(async () => {
  issuer = await startIssuer();
  upstream = await startRawUpstream();
  gateway = await spawnGateway({
    config: {
      manifests: {
        'all.yaml': [
          manifest('Team', 'platform', {}),
          manifest('User', 'olive', { email: 'olive@example.com' }),
          manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
          manifest('Agent', 'worker', {
            owner: 'olive',
            team: 'platform',
            purpose: 'tests',
            capabilities: [],
            risk: 'low',
            environment: 'production',
            identities: [{ issuer: 'corp', claim: 'client_id', value: 'worker' }],
          }),
          manifest('MCPServer', 'raw', {
            url: upstream.url,
            team: 'platform',
            environment: 'production',
            risk: 'low',
          }),
        ].join('\n'),
      },
      policies: { 'all.cedar': '@id("all")\npermit (principal, action, resource);' },
      config: { limits: { bodyBytes: 65_536 } },
    },
  });
  token = await issuer.mint({ clientId: 'worker', resource: endpoint() });
});
afterAll(async () => {
  await gateway.dispose();
  await Promise.all([upstream.close(), issuer.close()]);
});

interface Answer {
  readonly status: number;
  readonly code: number | undefined;
  readonly text: string;
}

/** Posts raw bytes; the gateway's answer as status and JSON-RPC code. */
async function post(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(endpoint(), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...headers,
    },
    body: body as NonNullable<RequestInit['body']>,
  });
  const text = await response.text();
  const code = text.startsWith('{')
    ? (JSON.parse(text) as { error?: { code: number } }).error?.code
    : undefined;
  return { status: response.status, code, text };
}

const call = (args = '{}') =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"call","arguments":${args}}}`;

test('the well-formed call of these tests does go through', async () => {
  const before = toolCalls();
  expect(await post(call())).toMatchObject({ status: 200, code: undefined });
  expect(toolCalls()).toBe(before + 1);
});

describe('bodies', () => {
  const bodies: Record<string, [string | Uint8Array, number, number]> = {
    'no JSON': ['hello', 400, -32700],
    empty: ['', 400, -32700],
    'a byte order mark': [`\ufeff${call()}`, 400, -32700],
    'a second value behind the first': [`${call()}${call()}`, 400, -32700],
    'not UTF-8': [
      Buffer.concat([Buffer.from(call().slice(0, -1)), Buffer.from([0xff]), Buffer.from('}')]),
      400,
      -32700,
    ],
    'a lone surrogate': [call('{"a":"\\ud800"}'), 400, -32700],
    'a batch': [`[${call()}]`, 400, -32600],
    'a duplicate method': [
      `{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"call"}}`,
      400,
      -32600,
    ],
    'a duplicate tool name': [
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"safe","name":"call"}}`,
      400,
      -32600,
    ],
    'a duplicate argument': [call('{"a":1,"a":2}'), 400, -32600],
    'a duplicate key by escape': [call('{"a":1,"\\u0061":2}'), 400, -32600],
    'a key that only differs in case (CVE-2026-27896)': [
      `{"jsonrpc":"2.0","id":1,"Method":"tools/call","params":{"name":"call"}}`,
      400,
      -32600,
    ],
    'a key that folds to a known one (U+017F)': [
      `{"jsonrpc":"2.0","id":1,"method":"ping","param\u017f":{"name":"call"}}`,
      400,
      -32600,
    ],
    'a prototype key': [call('{"__proto__":{"isAdmin":true}}'), 400, -32600],
    'no jsonrpc member': ['{"id":1,"method":"ping"}', 400, -32600],
    'an id that is an object': ['{"jsonrpc":"2.0","id":{},"method":"ping"}', 400, -32600],
    'params that are an array': [
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":["call"]}',
      400,
      -32600,
    ],
    'a request and an answer at once': ['{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}', 400, -32600],
    '200,000 brackets': [call(`${'['.repeat(30_000)}${']'.repeat(30_000)}`), 400, -32600],
    'more than the limit': [call(`{"a":"${'x'.repeat(70_000)}"}`), 413, -32600],
    'a number no double can hold': [call('{"a":1e400}'), 400, -32600],
  };
  test.each(Object.entries(bodies))('%s', async (_name, [body, status, code]) => {
    const before = toolCalls();
    expect(await post(body)).toMatchObject({ status, code });
    expect(toolCalls()).toBe(before);
  });
});

describe('messages', () => {
  const messages: Record<string, [object, number, number]> = {
    'an unknown method': [{ id: 1, method: 'tools/execute' }, 200, -32601],
    'a method of another revision': [{ id: 1, method: 'server/discover' }, 200, -32601],
    'an answer to a task, which this revision has not': [
      { id: 1, method: 'tasks/update', params: { taskId: 'x', inputResponses: {} } },
      200,
      -32601,
    ],
    'a call sent as a notification': [{ method: 'tools/call', params: { name: 'call' } }, 400, -32601],
    'an unknown notification': [{ method: 'notifications/mine' }, 400, -32601],
    'a call without a name': [{ id: 1, method: 'tools/call', params: {} }, 400, -32602],
    'a call with a wrongly typed name': [{ id: 1, method: 'tools/call', params: { name: 7 } }, 400, -32602],
    'an entity smuggled into the arguments': [
      {
        id: 1,
        method: 'tools/call',
        params: { name: 'call', arguments: { a: { __entity: { type: 'User', id: 'x' } } } },
      },
      200,
      -32602,
    ],
    'an answer with data in it': [
      { id: 1, result: { action: 'accept', content: { secret: 1 } } },
      400,
      -32601,
    ],
    inputResponses: [
      { id: 1, method: 'tools/call', params: { name: 'call', inputResponses: {} } },
      200,
      -32601,
    ],
  };
  test.each(Object.entries(messages))('%s', async (_name, [message, status, code]) => {
    const before = toolCalls();
    const answer = await post(JSON.stringify({ jsonrpc: '2.0', ...message }));
    expect(answer, answer.text).toMatchObject({ status });
    expect([code, undefined]).toContain(answer.code);
    expect(answer.text).not.toBe('');
    expect(toolCalls()).toBe(before);
  });
});

describe('headers', () => {
  const modern = (headers: Record<string, string>) => {
    const { body, headers: own } = modernRequest({ token, tool: 'call', args: {} });
    return post(body, { ...(own as Record<string, string>), ...headers });
  };
  test('a version that nobody speaks', async () => {
    expect(await post(call(), { 'mcp-protocol-version': '1999-01-01' })).toMatchObject({
      status: 400,
      code: -32022,
    });
  });
  test.each([
    ['Mcp-Method that is not the body’s', { 'mcp-method': 'ping' }],
    ['Mcp-Name that is not the body’s', { 'mcp-name': 'harmless' }],
    [
      'a base64 Mcp-Name that is not the body’s',
      { 'mcp-name': `=?base64?${Buffer.from('harmless').toString('base64')}?=` },
    ],
    ['a version header that is not the body’s', { 'mcp-protocol-version': '2025-11-25' }],
  ])('%s', async (_name, headers) => {
    const before = toolCalls();
    expect(await modern(headers)).toMatchObject({ status: 400, code: -32020 });
    expect(toolCalls()).toBe(before);
  });
  test('of 2026-07-28, without a version in the body', async () => {
    const { body, headers } = modernRequest({ token, tool: 'call', args: {} });
    const { params, ...rest } = JSON.parse(String(body)) as { params: Record<string, unknown> };
    const without = JSON.stringify({ ...rest, params: { ...params, _meta: {} } });
    expect(await post(without, headers as Record<string, string>)).toMatchObject({
      status: 400,
      code: -32602,
    });
  });
  test('a content type that is no JSON, an encoded body, a query, a method', async () => {
    expect(await post(call(), { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await post(call(), { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect((await fetch(`${endpoint()}?access_token=${token}`, { method: 'POST' })).status).toBe(400);
    expect((await fetch(endpoint(), { method: 'PUT' })).status).toBe(405);
    expect((await fetch(`${gateway.data}/mcp/nobody`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${gateway.data}/nothing`)).status).toBe(404);
  });
  test('an Origin of somebody’s web page', async () => {
    expect(await post(call(), { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
  });
  test('a Host that is not the gateway’s (DNS rebinding)', async () => {
    expect((await rawPost({ host: 'evil.example' })).status).toBe(403);
  });
  test('two Authorization headers, or two of any other', async () => {
    const before = toolCalls();
    expect((await rawPost({ authorization: [`Bearer ${token}`, `Bearer ${token}`] })).status).toBe(400);
    expect((await rawPost({ authorization: `Bearer ${token}`, 'mcp-session-id': ['a', 'b'] })).status).toBe(
      400,
    );
    expect(toolCalls()).toBe(before);
  });
});

describe('tokens', () => {
  test('without one, the answer is a challenge that names where to learn more (RFC 9728)', async () => {
    const response = await fetch(endpoint(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: call(),
    });
    expect(response.status).toBe(401);
    const challenge = response.headers.get('www-authenticate') ?? '';
    const metadata = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const document = (await (await fetch(metadata)).json()) as {
      resource: string;
      authorization_servers: string[];
    };
    expect(document).toMatchObject({ resource: endpoint(), authorization_servers: [issuer.url] });
  });
  test('every bad token gets the same 401, and none reaches the upstream', async () => {
    const before = toolCalls();
    const bad = await badTokens(issuer, { clientId: 'worker', resource: endpoint() });
    const told = new Set<string>();
    for (const { fault, token: wrong } of bad) {
      const answer = await post(call(), { authorization: `Bearer ${wrong}` });
      expect(answer.status, fault).toBe(401);
      told.add(answer.text);
    }
    expect(bad.length).toBeGreaterThan(30);
    expect(told.size).toBe(1);
    expect(toolCalls()).toBe(before);
  });
  test('a server that did not ask for the call token gets only the name of the call', async () => {
    await post(call());
    const headers = upstream.requests.at(-1)?.headers;
    expect(headers?.['countersign-call']).toMatch(/^call_[0-9a-f]{32}$/);
    expect(headers?.['countersign-call-token']).toBeUndefined();
  });
  test('the token of the caller never reaches the upstream', async () => {
    await post(call());
    for (const { headers, body } of upstream.requests) {
      expect(headers['authorization']).toBeUndefined();
      expect(headers['cookie']).toBeUndefined();
      expect(body.toString()).not.toContain(token);
    }
  });
});

test('what policy saw is what is sent: the upstream receives the very bytes', async () => {
  const odd = `{ "id" : 1e0,  "method":"tools/call", "jsonrpc":"2.0","params":{"name":"call","arguments":{"n":1.0,"big":0.1e1 , "s":"\\u00e9\u00e9"}} }`;
  expect((await post(odd)).status).toBe(200);
  expect(upstream.requests.at(-1)?.body.toString()).toBe(odd);
});

test('refusals before a caller is known are counted in the log, not recorded one by one', async () => {
  const admin = { headers: { authorization: `Bearer ${gateway.adminToken}` } };
  const response = await fetch(`${gateway.admin}/api/v1/calls?limit=200`, admin);
  const { calls } = (await response.json()) as { calls: { reason: string }[] };
  const reasons = new Set(calls.map(({ reason }) => reason));
  expect([...reasons].toSorted()).toEqual(['permitted', 'unrepresentable_input']);

  // Counts are written every few seconds and at the end.
  await gateway.stop();
  const db = new Database(join(gateway.dataDir, 'countersign.db'), { readonly: true });
  const headers = db.prepare<[], { header: Buffer }>('SELECT header FROM entries').all();
  db.close();
  const counted: Record<string, number> = {};
  for (const { header } of headers) {
    const { kind, body } = JSON.parse(header.toString()) as {
      kind: string;
      body: { code: string; count: number };
    };
    if (kind === 'reject.summary') counted[body.code] = (counted[body.code] ?? 0) + body.count;
  }
  expect(counted['unauthenticated']).toBeGreaterThan(30);
  for (const code of ['malformed_request', 'request_too_large', 'ambiguous_credentials', 'not_acceptable']) {
    expect(counted[code], code).toBeGreaterThan(0);
  }
  for (const code of ['bad_origin', 'unknown_operation', 'unknown_upstream']) {
    expect(counted[code], code).toBeGreaterThan(0);
  }
  const verified = await gateway.cli('verify', '--json');
  expect(verified.code, verified.stdout).toBe(0);
});

function rawPost(headers: Record<string, string | string[]>): Promise<{ status: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number }>();
  const url = new URL(endpoint());
  const sent = httpRequest(
    {
      port: url.port,
      path: url.pathname,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
    },
    (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    },
  );
  sent.on('error', reject);
  sent.end(call());
  return promise;
}
