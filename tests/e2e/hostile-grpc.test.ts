// A2A over gRPC: messages whose bytes can be read in two ways, or whose data a reader of JSON would trip over. What policy read
// is what the agent gets, or nobody gets anything (the rest of what a hostile caller can do there: `a2a-grpc.test.ts`).
import { SendMessageRequest } from '@a2a-js/sdk';
import { A2AService } from '@a2a-js/sdk/server/grpc';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registered } from './a2a-bindings.ts';
import { type RawAgent, resultText, startRawAgent } from './a2a-raw-agent.ts';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';

let world: A2aWorld;
let agent: RawAgent;
let client: Client;
beforeAll(async () => {
  world = await startA2aWorld({ config: { dataPlane: { port: 0, grpc: { port: 0 } } } });
  agent = await startRawAgent();
  agent.answerWith((response, request) =>
    resultText(
      response,
      request,
      '{"message":{"messageId":"r","role":"ROLE_AGENT","parts":[{"text":"hi"}]}}',
    ),
  );
  await world.apply(registered('agent', [], { url: agent.url }).join('\n'));
  client = new Client(String(world.gateway().ready['grpc']), credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await agent.close();
  await world.close();
});

const asIs = (bytes: Buffer): Buffer => bytes;

async function call(bytes: Buffer): Promise<{ readonly code: number; readonly details: string }> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${await world.token('planner', '/a2a/agent')}`);
  metadata.set('a2a-version', '1.0');
  const { promise, resolve } = Promise.withResolvers<{ code: number; details: string }>();
  client
    .makeUnaryRequest('/lf.a2a.v1.A2AService/SendMessage', asIs, asIs, bytes, metadata, () => undefined)
    .on('status', ({ code, details }) => resolve({ code, details }));
  return promise;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
}
const text = (value: string) => Buffer.from(value);
const struct = (...members: readonly (readonly [name: string, value: string])[]) =>
  Buffer.concat(
    members.map(([name, value]) =>
      field(1, Buffer.concat([field(1, text(name)), field(2, field(3, text(value)))])),
    ),
  );
/** A message whose one part is these data. */
const withData = (data: Buffer) => {
  const message = { messageId: 'm', role: 'ROLE_USER', parts: [] };
  const head = A2AService.sendMessage.requestSerialize(
    SendMessageRequest.fromJSON({ tenant: 'agent', message }),
  );
  return Buffer.concat([head, field(2, field(5, field(4, field(5, data))))]);
};
const withText = (value: string) =>
  A2AService.sendMessage.requestSerialize(
    SendMessageRequest.fromJSON({
      tenant: 'agent',
      message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: value }] },
    }),
  );
const partOf = (body: string) =>
  (JSON.parse(body) as { params: { message: { parts: object[] } } }).params.message.parts[0];

test.each([
  ['a prototype in its data', () => struct(['__proto__', 'x'])],
  [
    'a number that is none',
    () =>
      field(
        1,
        Buffer.concat([field(1, text('n')), field(2, Buffer.from([0x11, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]))]),
      ),
  ],
  [
    'a number without end',
    () =>
      field(
        1,
        Buffer.concat([field(1, text('n')), field(2, Buffer.from([0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f]))]),
      ),
  ],
  [
    'a name that is no UTF-8',
    () => field(1, Buffer.concat([field(1, Buffer.from([0xc0, 0xaf])), field(2, field(3, text('x')))])),
  ],
  [
    'ten thousand and more names',
    () => struct(...Array.from({ length: 10_001 }, (_, n) => [`k${n}`, ''] as const)),
  ],
])('reaches nobody: %s', async (_name, data) => {
  const before = agent.requests.length;
  const told = await call(withData(data()));
  expect(told.code).toBe(status.INVALID_ARGUMENT);
  expect(told.details).not.toBe('');
  expect(agent.requests).toHaveLength(before);
  expect((await call(withText('good'))).code).toBe(status.OK);
});

test('a name twice in its data is refused, or the agent gets the one that policy read', async () => {
  const before = agent.requests.length;
  const { code } = await call(withData(struct(['a', 'first'], ['a', 'second'])));
  const got = agent.requests.slice(before).map(({ body }) => partOf(body));
  // A reader of protobuf takes the last of them.
  expect([code, got]).toEqual(
    got.length > 0 ? [status.OK, [{ data: { a: 'second' } }]] : [status.INVALID_ARGUMENT, []],
  );
});

test('names and texts that only look dangerous pass as they are', async () => {
  const data = await call(withData(struct(['constructor', 'x'], ['toString', 'y'], ['', 'z'])));
  expect(data.code).toBe(status.OK);
  expect(partOf(agent.requests.at(-1)?.body ?? '')).toEqual({
    data: { constructor: 'x', toString: 'y', '': 'z' },
  });
  const odd = 'a\r\ndata: {}\r\n\r\n\0\u2028\u0085"}],"x":[{';
  expect((await call(withText(odd))).code).toBe(status.OK);
  expect(partOf(agent.requests.at(-1)?.body ?? '')).toEqual({ text: odd });
});
