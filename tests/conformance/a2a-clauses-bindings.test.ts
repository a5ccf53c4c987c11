// What the specification of A2A 1.0 demands of each binding, clause by clause, on the wire: errors, content types, paths, ids, cards. The
// gateway stands in front of an agent on the official SDK, and of one that answers as it is told to.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { A2AService } from '@a2a-js/sdk/server/grpc';
import { connectA2a, withGenerated } from '@countersign/testkit';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BindingsWorld, registered, startBindingsWorld } from '../e2e/a2a-bindings.ts';
import { type RawAgent, startRawAgent } from '../e2e/a2a-raw-agent.ts';
import {
  type Answered,
  clauseTable,
  heldTo,
  infoOf,
  kindsOf,
  open,
  saying,
  taskOf,
  type Wire,
  wireOf,
} from './a2a-clauses.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));

let world: BindingsWorld;
let raw: RawAgent;
let wire: Wire;
beforeAll(async () => {
  [world, raw] = await Promise.all([startBindingsWorld(), startRawAgent()]);
  await world.apply(registered('raw', [], { url: raw.url }).join('\n'));
  wire = wireOf(world);
});
afterAll(async () => {
  await raw.close();
  await world.close();
});
afterEach(({ task }) => heldTo(task.name));

/** Section 5.4: code, status of HTTP, reason. */
const ERRORS: readonly (readonly [code: number, http: number, reason: string])[] = [
  [-32001, 404, 'TASK_NOT_FOUND'],
  [-32002, 400, 'TASK_NOT_CANCELABLE'],
  [-32003, 400, 'PUSH_NOTIFICATION_NOT_SUPPORTED'],
  [-32004, 400, 'UNSUPPORTED_OPERATION'],
  [-32005, 400, 'CONTENT_TYPE_NOT_SUPPORTED'],
  [-32006, 500, 'INVALID_AGENT_RESPONSE'],
  [-32007, 400, 'EXTENDED_AGENT_CARD_NOT_CONFIGURED'],
  [-32008, 400, 'EXTENSION_SUPPORT_REQUIRED'],
  [-32009, 400, 'VERSION_NOT_SUPPORTED'],
];

test("5.4 each error of an agent's is itself in every binding, with its ErrorInfo", async () => {
  for (const [code, http, reason] of ERRORS) {
    const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'a2a-protocol.org' };
    raw.answerWith((response, { rpc }) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, error: { code, message: 'so', data: [info] } })),
    );
    const told = await wire.rpc('SendMessage', saying('x'), { callee: 'raw' });
    expect([told.status, told.body.error]).toEqual([200, { code, message: 'so', data: [info] }]);
    const rest = await wire.rest('POST', '/message:send', { body: saying('x'), callee: 'raw' });
    expect([rest.status, rest.body.error?.code, rest.body.error?.details]).toEqual([
      http,
      http,
      infoOf(reason),
    ]);
  }
});

test('5.5 members are in camelCase and states by their names in the proto', async () => {
  const { text } = await wire.rpc('SendMessage', saying('task x'));
  expect(text).toContain('"contextId"');
  expect(text).toContain('"TASK_STATE_COMPLETED"');
  expect(text).not.toMatch(/"[a-z]+_[a-z_]+":/);
});

test('8.2 the card stands at the well-known path, open to everybody, and leads to the gateway', async () => {
  const response = await fetch(`${world.gateway().data}/a2a/helper/.well-known/agent-card.json`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('json'),
  ]);
  const { supportedInterfaces } = (await response.json()) as { supportedInterfaces: { url: string }[] };
  expect(supportedInterfaces[0]?.url).toBe(`${world.gateway().data}/a2a/helper`);
});

test('8.4 the signature of the card verifies with the official SDK', async () => {
  const as = { clientId: 'planner', tokenEndpoint: world.issuer.tokenEndpoint };
  const { client } = await connectA2a({ gateway: world.gateway().data, agent: 'helper', credentials: as });
  expect(client.protocolVersion).toBe('1.0');
});

test('9.1 answers are application/json, streams text/event-stream', async () => {
  expect((await wire.rpc('SendMessage', saying('echo x'))).type).toBe('application/json');
  expect((await wire.rpc('SendStreamingMessage', saying('echo x'))).type).toBe('text/event-stream');
});

test('9.4.2 every event of a stream is an answer with the id of its request', async () => {
  for (const id of ['a string', 7]) {
    const { events: found } = await wire.rpc('SendStreamingMessage', saying('stream 2'), { id });
    expect(found.map((event) => [event['jsonrpc'], event['id']])).toEqual(found.map(() => ['2.0', id]));
    expect(found.length).toBeGreaterThan(3);
  }
});

test('9.5 the errors of JSON-RPC have its codes, those of A2A an ErrorInfo in `data`', async () => {
  const post = async (body: string) =>
    ((await (await world.post('planner', 'helper', body)).json()) as Answered['body']).error?.code;
  expect(await post('{"jsonrpc":"2.0"')).toBe(-32700);
  expect(await post('{"id":1,"method":"GetTask","params":{}}')).toBe(-32600);
  expect(await post('{"jsonrpc":"2.0","id":1,"method":"NoSuch","params":{}}')).toBe(-32601);
  const { error } = (await wire.rpc('GetTask', { id: 'absent' })).body;
  expect([error?.code, error?.data]).toEqual([-32001, infoOf('TASK_NOT_FOUND')]);
});

test('10.2, 10.6 over gRPC, errors are statuses with an ErrorInfo, and the version is in the metadata', async () => {
  const client = new Client(String(world.gateway().ready['grpc']), credentials.createInsecure());
  const token = await world.token('planner', '/a2a/helper');
  const bytes = A2AService.getTask.requestSerialize({ tenant: 'helper', id: 'absent' });
  const ask = async (version: string) => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    metadata.set('a2a-version', version);
    const { promise, resolve } = Promise.withResolvers<{ code: number; details: string }>();
    const asIs = (value: Buffer): Buffer => value;
    client
      .makeUnaryRequest('/lf.a2a.v1.A2AService/GetTask', asIs, asIs, bytes, metadata, () => undefined)
      .on('status', ({ code, metadata: trailers }) =>
        resolve({ code, details: String(trailers.get('grpc-status-details-bin')[0]) }),
      );
    return promise;
  };
  const [absent, old] = [await ask('1.0'), await ask('0.2')];
  client.close();
  expect(absent.code).toBe(status.NOT_FOUND);
  expect(absent.details).toMatch(/TASK_NOT_FOUND.*a2a-protocol\.org/s);
  expect(old.details).toMatch(/VERSION_NOT_SUPPORTED.*a2a-protocol\.org/s);
});

test('11.1 HTTP+JSON takes and gives application/a2a+json, and takes application/json', async () => {
  for (const type of ['application/a2a+json', 'application/json']) {
    const headers = { 'content-type': type };
    const answer = await wire.rest('POST', '/message:send', { body: saying('echo x'), headers });
    expect([answer.status, answer.type]).toEqual([200, 'application/a2a+json']);
  }
});

test('11.3 every operation has its path and verb, SubscribeToTask by GET and by POST', async () => {
  const { id } = await open(wire, 'hang');
  expect((await wire.rest('GET', `/tasks/${id}`)).status).toBe(200);
  expect((await wire.rest('GET', '/tasks')).status).toBe(200);
  expect((await wire.rest('GET', '/extendedAgentCard')).status).toBe(200);
  expect((await wire.rest('POST', `/tasks/${id}:cancel`, { body: {} })).status).toBe(200);
  for (const verb of ['GET', 'POST']) {
    const { body } = await wire.rest(verb, `/tasks/${id}:subscribe`);
    expect(body.error?.details).toEqual(infoOf('UNSUPPORTED_OPERATION'));
  }
  expect((await wire.rest('GET', '/message:send')).status).toBeGreaterThanOrEqual(400);
  expect((await wire.rest('GET', '/no-such-thing/at/all')).status).toBe(404);
});

test('11.5 what has no body says its parameters in the query, in camelCase', async () => {
  const { contextId } = await open(wire, 'task one');
  await open(wire, 'task two', { contextId });
  const { text } = await wire.rest('GET', `/tasks?contextId=${contextId}&pageSize=1&includeArtifacts=true`);
  const listed = JSON.parse(text) as { tasks: { artifacts: unknown[] }[]; totalSize: number };
  expect([listed.tasks.length, listed.tasks[0]?.artifacts.length, listed.totalSize]).toEqual([1, 1, 2]);
});

test('11.6 errors of HTTP+JSON are google.rpc.Status', async () => {
  const { status: http, body } = await wire.rest('GET', '/tasks/absent');
  expect([http, body.error]).toMatchObject([
    404,
    {
      code: 404,
      status: 'NOT_FOUND',
      message: expect.any(String) as unknown,
      details: infoOf('TASK_NOT_FOUND'),
    },
  ]);
});

test('11.7 streams of HTTP+JSON are bare events', async () => {
  const streamed = await wire.rest('POST', '/message:stream', { body: saying('stream 1') });
  expect(streamed.type).toBe('text/event-stream');
  expect(kindsOf(streamed)).toEqual(['task', 'statusUpdate', 'artifactUpdate', 'statusUpdate']);
  expect(streamed.events.every((event) => Object.keys(event).length === 1)).toBe(true);
});

test('4.4.6 a tenant that the card does not name is nobody', async () => {
  expect((await wire.rpc('SendMessage', { ...saying('echo x'), tenant: 'other' })).body.error?.code).toBe(
    -32602,
  );
  const { status: http } = await wire.rest('POST', '/other/message:send', { body: saying('echo x') });
  expect(http).toBeGreaterThanOrEqual(400);
  expect(taskOf(await wire.rpc('SendMessage', { ...saying('task x'), tenant: '' })).status.state).toBe(
    'TASK_STATE_COMPLETED',
  );
});

test('docs/conformance.md lists these clauses', async () => {
  const document = await readFile(DOCUMENT, 'utf8');
  await expect(withGenerated(document, 'a2a-bindings', clauseTable())).toMatchFileSnapshot(DOCUMENT);
});
