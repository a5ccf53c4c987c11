// gRPC as it stands on the wire: statuses and trailers, calls that are given up, bytes that no well-behaved client or agent
// would send. What the agent received says that nothing of that reached it.
import { randomUUID } from 'node:crypto';
import { SendMessageRequest, SendMessageResponse, StreamResponse } from '@a2a-js/sdk';
import { A2AService } from '@a2a-js/sdk/server/grpc';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { registered } from './a2a-bindings.ts';
import { type GrpcAgent, startGrpcAgent } from './a2a-grpc-agent.ts';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { SOON } from './soon.ts';

let world: A2aWorld;
let agent: GrpcAgent;
let client: Client;
beforeAll(async () => {
  world = await startA2aWorld({ config: { dataPlane: { port: 0, grpc: { port: 0 } } } });
  agent = await startGrpcAgent();
  const at = { cardUrl: agent.url, url: agent.grpcUrl, binding: 'GRPC' };
  await world.apply(registered('agent', [], at).join('\n'));
  client = new Client(String(world.gateway().ready['grpc']), credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await agent.close();
  await world.close();
});

const asIs = (bytes: Buffer): Buffer => bytes;
const { requestSerialize, responseSerialize, responseDeserialize } = A2AService.sendMessage;

function request(more: object = {}, tenant = 'agent'): Buffer {
  const message = { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text: 'hello' }], ...more };
  return requestSerialize(SendMessageRequest.fromJSON({ tenant, message }));
}

const reply = (json: object): Buffer => responseSerialize(SendMessageResponse.fromJSON(json));
const MESSAGE = { message: { messageId: 'r', role: 'ROLE_AGENT', parts: [{ text: 'hi' }] } };

interface Ended {
  readonly code: number;
  readonly details: string;
  readonly message: Buffer | undefined;
  readonly trailers: Metadata;
}

async function headersFor(changes: Readonly<Record<string, string | null>>): Promise<Metadata> {
  const token = await world.token('planner', '/a2a/agent');
  const metadata = new Metadata();
  const said = { authorization: `Bearer ${token}`, 'a2a-version': '1.0', ...changes };
  for (const [name, value] of Object.entries(said)) if (value !== null) metadata.set(name, value);
  return metadata;
}

async function call(
  bytes: Buffer,
  changes: Readonly<Record<string, string | null>> = {},
  { method = 'SendMessage', deadline }: { readonly method?: string; readonly deadline?: number } = {},
): Promise<Ended> {
  const metadata = await headersFor(changes);
  const { promise, resolve } = Promise.withResolvers<Ended>();
  let message: Buffer | undefined;
  client
    .makeUnaryRequest(
      `/lf.a2a.v1.A2AService/${method}`,
      asIs,
      asIs,
      bytes,
      metadata,
      deadline === undefined ? {} : { deadline },
      (_error, value) => {
        message = value;
      },
    )
    .on('status', ({ code, details, metadata: trailers }) => resolve({ code, details, message, trailers }));
  return promise;
}

test('a message goes on as the same bytes that policy read, and its answer comes back with receipts', async () => {
  agent.answerWith((_call, callback) => callback(null, reply(MESSAGE)));
  const ended = await call(
    request({ parts: [{ data: { n: 0.1, deep: [null, { '': -7 }] } }, { raw: 'AAEC' }] }),
  );
  expect(ended).toMatchObject({ code: status.OK });
  expect(responseDeserialize(ended.message ?? Buffer.alloc(0)).payload?.$case).toBe('message');
  const sent = SendMessageRequest.toJSON(
    A2AService.sendMessage.requestDeserialize(agent.received.at(-1)?.message ?? Buffer.alloc(0)),
  );
  expect(sent).toMatchObject({
    message: { parts: [{ data: { n: 0.1, deep: [null, { '': -7 }] } }, { raw: 'AAEC' }] },
  });
  // Which agent is meant was the gateway's to know.
  expect(sent).not.toHaveProperty('tenant');
  const { metadata } = agent.received.at(-1) ?? {};
  expect(metadata?.get('a2a-version')).toEqual(['1.0']);
  expect(metadata?.get('authorization')).toEqual([]);
  expect(metadata?.get('countersign-call')).toEqual(ended.trailers.get('countersign-call'));
  expect(metadata?.get('countersign-call-token')).toHaveLength(1);
  expect(ended.trailers.get('countersign-receipt')).toHaveLength(1);
});

test('refusals are statuses with their ErrorInfo', async () => {
  const denied = await call(request({}, 'recluse'), {
    authorization: `Bearer ${await world.token('planner', '/a2a/recluse')}`,
  });
  expect(denied).toMatchObject({
    code: status.PERMISSION_DENIED,
    details: expect.stringContaining('denied by policy'),
  });
  const details = String(denied.trailers.get('grpc-status-details-bin')[0]);
  expect(details).toContain('POLICY_DENIED');
  expect(details).toContain('countersign.dev');
  const anonymous = await call(request(), { authorization: null });
  expect(anonymous.code).toBe(status.UNAUTHENTICATED);
  expect(String(anonymous.trailers.get('www-authenticate')[0])).toContain(
    'oauth-protected-resource/a2a/agent',
  );
  const version = await call(request(), { 'a2a-version': '0.3' });
  expect(version.code).toBe(status.FAILED_PRECONDITION);
  expect(String(version.trailers.get('grpc-status-details-bin')[0])).toContain('VERSION_NOT_SUPPORTED');
  expect((await call(Buffer.alloc(0), {}, { method: 'BecomeRoot' })).code).toBe(status.UNIMPLEMENTED);
});

test.each(['', 'x'])(
  'a refusal that is cut short within a character is told, and nobody else suffers (%j)',
  async (before) => {
    const bytes = A2AService.getTask.requestSerialize({
      tenant: 'agent',
      id: `${before}${'\u{1f5dd}'.repeat(1_500)}`,
      historyLength: undefined,
    });
    const ended = await call(bytes, {}, { method: 'GetTask' });
    expect(ended.code).toBe(status.NOT_FOUND);
    expect(ended.details.isWellFormed()).toBe(true);
  },
);

/** A field with bytes, of any message. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function nested(levels: number): Buffer {
  let value: Buffer = Buffer.from([0x08, 0x00]);
  for (let i = 0; i < levels; i += 1) value = field(6, field(1, value));
  return field(2, field(5, field(4, value)));
}

const hostile: [string, () => Buffer, Readonly<Record<string, string | null>>?][] = [
  ['no agent named', () => request({}, '')],
  ['an agent that is not there', () => request({}, 'nobody')],
  ['a path for an agent', () => request({}, '../agent')],
  ['a tenant of its own', () => request({}, 'agent/other')],
  ['no message', () => field(1, Buffer.from('agent'))],
  ['an unknown field', () => Buffer.concat([request(), field(15, Buffer.from('x'))])],
  [
    'an unknown field deep inside',
    () => Buffer.concat([request(), field(2, field(5, field(15, Buffer.from('x'))))]),
  ],
  [
    'a second message that changes the first',
    () => Buffer.concat([request(), field(2, field(3, Buffer.from('a-task-of-another')))]),
  ],
  ['a role that does not exist', () => Buffer.concat([request(), field(2, Buffer.from([0x20, 0x07]))])],
  ['text that is no UTF-8', () => Buffer.concat([request(), field(2, field(1, Buffer.from([0xff])))])],
  ['bytes that are no message', () => Buffer.from('POST / HTTP/1.1')],
  ['two thousand lists in each other', () => Buffer.concat([field(1, Buffer.from('agent')), nested(2_000)])],
  ['five million bytes', () => request({ parts: [{ text: 'x'.repeat(5_000_000) }] })],
  ['two versions', () => request(), { 'a2a-version': '1.0, 1.0' }],
  ['no version', () => request(), { 'a2a-version': null }],
  ['the token of another agent', () => request({}, 'helper')],
];

test.each(hostile)('reaches nobody: %s', async (_name, bytes, headers = {}) => {
  const before = agent.received.length;
  const { code } = await call(bytes(), headers);
  expect(code).not.toBe(status.OK);
  expect([status.UNAVAILABLE, status.UNKNOWN, status.INTERNAL]).not.toContain(code);
  expect(agent.received.length).toBe(before);
});

test('a caller that gives up, or whose deadline passes, ends the call at the agent', async () => {
  agent.answerWith(() => undefined);
  const before = agent.cancelled();
  const late = await call(request(), {}, { deadline: Date.now() + 500 });
  expect(late.code).toBe(status.DEADLINE_EXCEEDED);
  await vi.waitUntil(() => agent.cancelled() === before + 1, SOON);

  agent.streamWith((stream) => {
    stream.write(
      Buffer.from(
        A2AService.sendStreamingMessage.responseSerialize(
          StreamResponse.fromJSON({
            task: { id: randomUUID(), contextId: randomUUID(), status: { state: 'TASK_STATE_WORKING' } },
          }),
        ),
      ),
    );
  });
  const stream = client.makeServerStreamRequest(
    '/lf.a2a.v1.A2AService/SendStreamingMessage',
    asIs,
    asIs,
    request(),
    await headersFor({}),
  );
  const gone = Promise.withResolvers<ServiceError>();
  stream.on('error', (error: ServiceError) => gone.resolve(error));
  stream.once('data', () => stream.cancel());
  expect((await gone.promise).code).toBe(status.CANCELLED);
  await vi.waitUntil(() => agent.cancelled() === before + 2, SOON);
  await vi.waitUntil(async () => (await world.calls())[0]?.outcome === 'aborted', SOON);
});

test("an agent's statuses are told as what they are, and those about the gateway's credential are not told", async () => {
  agent.answerWith((_call, callback) =>
    callback({ code: status.INVALID_ARGUMENT, details: 'not like this' }),
  );
  expect(await call(request())).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'not like this' });
  agent.answerWith((_call, callback) =>
    callback({ code: status.UNAUTHENTICATED, details: 'token abc expired' }),
  );
  const refused = await call(request());
  expect(refused.code).toBe(status.INTERNAL);
  expect(refused.details).not.toContain('abc');
});

test('an answer before a status other than OK is none: the call ended with that status', async () => {
  agent.answerWith((_call, callback) => {
    callback({ code: status.NOT_FOUND, details: 'no such thing' }, reply(MESSAGE));
  });
  expect(await call(request())).toMatchObject({ code: status.NOT_FOUND, details: 'no such thing' });
  expect((await world.calls())[0]).toMatchObject({ outcome: 'protocol_error' });
  agent.answerWith((_call, callback) => {
    callback({ code: status.UNAUTHENTICATED, details: 'token abc expired' }, reply(MESSAGE));
  });
  const refused = await call(request());
  expect(refused.code).toBe(status.INTERNAL);
  expect(refused.details).not.toContain('abc');
});

const badly: [string, () => Buffer][] = [
  ['no message', () => Buffer.from('<html>')],
  ['empty', () => Buffer.alloc(0)],
  ['a task without a name', () => reply({ task: { status: { state: 'TASK_STATE_WORKING' } } })],
];

test.each(badly)('an answer that is %s is withheld', async (_name, bytes) => {
  agent.answerWith((_call, callback) => callback(null, bytes()));
  expect(await call(request())).toMatchObject({ code: status.INTERNAL });
  const [recorded] = await world.calls();
  expect(recorded).toMatchObject({ decision: 'allow', state: 'completed' });
  expect(['withheld', 'upstream_error']).toContain(recorded?.outcome);
});

test('what gRPC cannot say is not sent to an agent over gRPC, and its caller is told why', async () => {
  const before = agent.received.length;
  const ask = async (parts: string) => {
    const body = `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":${parts}}}}`;
    return (await (await world.post('planner', 'agent', body)).json()) as {
      error: { code: number; message: string };
    };
  };
  expect((await ask('[{"data":12345678901234567890}]')).error).toMatchObject({
    code: -32602,
    message: expect.stringContaining('12345678901234567890') as string,
  });
  expect((await ask('[{"text":"x","flavour":"salt"}]')).error.message).toContain('flavour');
  expect(agent.received.length).toBe(before);
  const [call] = await world.calls();
  expect(call).toMatchObject({ decision: 'allow', outcome: 'upstream_error' });
});

test('an agent that is away is unavailable', async () => {
  const at = { cardUrl: agent.url, url: 'http://127.0.0.1:9', binding: 'GRPC' };
  await world.apply(registered('away', [], at).join('\n'));
  const token = await world.token('planner', '/a2a/away');
  const ended = await call(request({}, 'away'), { authorization: `Bearer ${token}` });
  expect(ended.code).toBe(status.UNAVAILABLE);
});
