// A2A messages that say what no message may say here, in each version and binding: refused in the protocol's own code and in
// words that say why; nothing reaches the agent, and good messages are served afterwards (protocols.md 1.4, 2.1).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Front, goodMessage, type HostileWorld, startHostileWorld } from './hostile-fronts.ts';
import { REFUSED, sendAll } from './hostile-refused.ts';

let world: HostileWorld;
beforeAll(async () => {
  world = await startHostileWorld();
});
afterAll(async () => {
  await world.close();
});

function frontOf(name: string): Front {
  const front = world.fronts.find((each) => each.name === name);
  if (front === undefined) throw new Error(name);
  return front;
}

const UNKNOWN = [
  '',
  'sendmessage',
  'SendMessage ',
  'Send\u017fMessage',
  'SendMessage\0',
  'message/Send',
  '__proto__',
  'toString',
];
const VERSIONS = ['9.9', '1', '1.0.0', '1.1', '0.2', '2.0', '1.0, 0.3', 'v1.0', '01.0', '1.0;q=1'];
const NAMES_OF_1_0 = [
  'SendMessage',
  'SendStreamingMessage',
  'GetTask',
  'CancelTask',
  'ListTasks',
  'SubscribeToTask',
];
const NAMES_OF_0_3 = ['message/send', 'message/stream', 'tasks/get', 'tasks/cancel', 'tasks/resubscribe'];

describe.each(['A2A 1.0', 'A2A 0.3'])('%s', (name) => {
  const own = name === 'A2A 1.0' ? '"SendMessage"' : '"message/send"';

  test('a request has an id that every reader holds alike: nobody else could be told that it was refused', async () => {
    const good = goodMessage(frontOf(name));
    const ids = ['null', '1.5', '{}', '[]', 'true', '9007199254740993', '1e400'];
    expect(
      await sendAll(
        frontOf(name),
        [[good.replace('"id":1,', '')], ...ids.map((id) => [good.replace('"id":1', `"id":${id}`)] as const)],
        { status: 400, code: -32600, words: /`id` must be|too large for a reader|read as another/ },
      ),
    ).toEqual(REFUSED);
  });

  test('a message is a request with an object for its parameters', async () => {
    const good = goodMessage(frontOf(name));
    const params = JSON.stringify((JSON.parse(good) as { params: object }).params);
    expect(
      await sendAll(
        frontOf(name),
        [
          ...['[]', '"call"', '7', 'null'].map((other) => [good.replace(params, other)] as const),
          [good.replace('"id":1', '"id":1,"result":{}')],
          [good.replace('"id":1', '"id":1,"error":{}')],
          [good.replace('"2.0"', '"1.0"')],
          [good.replace('"jsonrpc":"2.0",', '')],
          [good.replace(own, 'null')],
          [good.replace(own, `[${own}]`)],
        ],
        { status: 400, code: -32600, words: /must be|needs a `method`/ },
      ),
    ).toEqual(REFUSED);
  });

  test('a method that nobody knows is not found', async () => {
    const good = goodMessage(frontOf(name));
    expect(
      await sendAll(
        frontOf(name),
        UNKNOWN.map((method) => [good.replace(own, JSON.stringify(method))]),
        { status: 200, code: -32601, words: /^Method not found: `/ },
      ),
    ).toEqual(REFUSED);
  });

  test('a version that nobody speaks is refused, with those that are spoken', async () => {
    const good = goodMessage(frontOf(name));
    expect(
      await sendAll(
        frontOf(name),
        VERSIONS.map((version) => [good, { 'a2a-version': version }]),
        { status: 200, code: -32009, words: /this gateway relays A2A 1\.0 .* and 0\.3/ },
      ),
    ).toEqual(REFUSED);
  });
});

test('methods of 0.3 are not called in 1.0, and those of 1.0 not without its version', async () => {
  const front = frontOf('A2A 1.0');
  const good = goodMessage(front);
  const calling = (method: string) => good.replace('"SendMessage"', JSON.stringify(method));
  expect(
    await sendAll(
      front,
      NAMES_OF_0_3.map((method) => [calling(method)]),
      {
        status: 200,
        code: -32004,
        words: /belongs to A2A 0\.3, and the header `A2A-Version` says 1\.0: call `/,
      },
    ),
  ).toEqual(REFUSED);
  expect(
    await sendAll(
      front,
      NAMES_OF_1_0.map((method) => [calling(method), { 'a2a-version': null }]),
      { status: 200, code: -32009, words: /belongs to A2A 1\.0; without the header/ },
    ),
  ).toEqual(REFUSED);
});

describe('A2A 1.0', () => {
  const bodies: readonly [string, object, RegExp][] = [
    ['no message', { message: null }, /`params\.message` must be an object/],
    ['a message without an id', { message: { role: 'ROLE_USER', parts: [{ text: 'x' }] } }, /messageId/],
    [
      'a role that does not exist',
      { message: { messageId: 'm', role: 'ROLE_ROOT', parts: [{ text: 'x' }] } },
      /role/,
    ],
    ['no parts', { message: { messageId: 'm', role: 'ROLE_USER', parts: [] } }, /parts/],
    [
      'a part that is two',
      { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x', data: {} }] } },
      /exactly one of/,
    ],
    [
      'a part that is none',
      { message: { messageId: 'm', role: 'ROLE_USER', parts: [{}] } },
      /exactly one of/,
    ],
    [
      'a text that is a number',
      { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 7 }] } },
      /exactly one of/,
    ],
    [
      'a task that is no name',
      { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }], taskId: 7 } },
      /taskId/,
    ],
    [
      'metadata that is a list',
      { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }] }, metadata: [] },
      /metadata/,
    ],
    [
      'a tenant of its own',
      { tenant: 'other', message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }] } },
      /tenant/,
    ],
  ];

  test.each(bodies)('%s is refused', async (_name, params, words) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params });
    expect(await sendAll(frontOf('A2A 1.0'), [[body]], { status: 200, code: -32602, words })).toEqual(
      REFUSED,
    );
  });

  test.each(bodies)('%s is refused over HTTP+JSON', async (_name, params, words) => {
    expect(
      await sendAll(frontOf('A2A 1.0 over HTTP+JSON'), [[JSON.stringify(params)]], {
        status: 400,
        code: 'INVALID_ARGUMENT',
        words,
      }),
    ).toEqual(REFUSED);
  });
});

test('over HTTP+JSON, a version that nobody speaks is refused', async () => {
  const front = frontOf('A2A 1.0 over HTTP+JSON');
  const good = goodMessage(front);
  expect(
    await sendAll(
      front,
      [...VERSIONS, '0.3', null].map((version) => [good, { 'a2a-version': version }]),
      { status: 400, code: 'FAILED_PRECONDITION', words: /in this binding the gateway speaks A2A 1\.0/ },
    ),
  ).toEqual(REFUSED);
});
