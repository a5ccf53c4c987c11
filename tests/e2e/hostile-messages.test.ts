// MCP messages that say what no message may say here: requests without an id, methods and versions that nobody knows, headers
// that say something else than the body. Each is refused in the protocol's own code and in words that say why, reaches no
// server, and good messages are served after it (protocols.md 1.3, 1.4; audit-log D2).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Front,
  goodMessage,
  type HostileWorld,
  startHostileWorld,
  type Told,
} from './hostile-fronts.ts';
import { type Headers, REFUSED, sendAll } from './hostile-refused.ts';

let world: HostileWorld;
beforeAll(async () => {
  world = await startHostileWorld();
});
afterAll(async () => {
  await world.close();
});

const LEGACY = ['MCP 2025-11-25', 'MCP 2025-11-25 for all servers'];
const MODERN = ['MCP 2026-07-28', 'MCP 2026-07-28 for all servers'];
const VERSION = 'io.modelcontextprotocol/protocolVersion';
const META = { [VERSION]: '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };

const REQUESTS = [
  'initialize',
  'server/discover',
  'ping',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'completion/complete',
  'logging/setLevel',
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/cancel',
  'tasks/update',
];
const UNKNOWN = [
  '',
  'tools/execute',
  'Tools/Call',
  'tools/call ',
  ' tools/call',
  'tools/call\0',
  'tools/call\r\ntools/list',
  'tool\u017f/call',
  'tools\u2215call',
  'tools//call',
  'tools/call/..',
  'rpc.discover',
  '__proto__',
  'constructor',
  'toString',
  'sampling/createMessage',
  'elicitation/create',
  'roots/list',
  'x'.repeat(100_000),
];

function frontOf(name: string): Front {
  const front = world.fronts.find((each) => each.name === name);
  if (front === undefined) throw new Error(name);
  return front;
}

const text = (message: object) => JSON.stringify({ jsonrpc: '2.0', ...message });
const nameAt = (front: Front) => (front.name.endsWith('all servers') ? 'raw__call' : 'call');
const dataOf = (told: Told) => (JSON.parse(told.text) as { error: { data: unknown } }).error.data;

describe.each([...LEGACY, ...MODERN])('%s', (name) => {
  const isModern = MODERN.includes(name);

  test('a request without an id is no notification, whichever it is', async () => {
    const front = frontOf(name);
    const isUnion = front.name.endsWith('all servers');
    const params = { name: nameAt(front), uri: 'a://b', arguments: {}, ...(isModern ? { _meta: META } : {}) };
    expect(
      await sendAll(
        front,
        [...REQUESTS, 'sampling/createMessage', 'notifications/mine', 'notifications/tools/list_changed']
          // Its own version is asked for first.
          .filter((method) => method !== 'initialize')
          .map((method) => [text({ method, params }), { 'mcp-method': method }]),
        isUnion && isModern
          ? { status: 400, code: -32600, words: /takes requests only/ }
          : { status: isModern ? 404 : 400, code: -32601, words: /Method not found|is no notification/ },
      ),
    ).toEqual(REFUSED);
    const opening = { protocolVersion: '2025-11-25', capabilities: {}, ...params };
    expect((await front.post(text({ method: 'initialize', params: opening }))).status).toBeOneOf([400, 404]);
  });

  test('an id is a string or an integer that every reader holds alike', async () => {
    const good = goodMessage(frontOf(name));
    const ids = ['null', '1.5', '{}', '[]', '[1]', 'true', '9007199254740993', '1e400', '0.1e1000'];
    expect(
      await sendAll(
        frontOf(name),
        ids.map((id) => [good.replace('"id":1', `"id":${id}`)]),
        { status: 400, code: -32600, words: /`id` must be|too large for a reader|read as another/ },
      ),
    ).toEqual(REFUSED);
  });

  test('parameters are an object, and a message is a request or an answer', async () => {
    const front = frontOf(name);
    const good = goodMessage(front);
    const params = JSON.stringify((JSON.parse(good) as { params: object }).params);
    expect(
      await sendAll(
        front,
        [
          ...['[]', '["call"]', '"call"', '7', 'null'].map((other) => [good.replace(params, other)] as const),
          [good.replace('"id":1', '"id":1,"result":{}')],
          [good.replace('"id":1', '"id":1,"error":{"code":1,"message":"x"}')],
          [good.replace('"2.0"', '"1.0"')],
          [good.replace('"jsonrpc":"2.0",', '')],
          [good.replace('"tools/call"', '["tools/call"]')],
          [good.replace('"tools/call"', 'null')],
          [text({ id: 1 })],
          [text({ id: 1, result: {}, error: {} })],
          [text({ result: {} })],
        ],
        { status: 400, code: -32600, words: /must be|not both|needs a `method`/ },
      ),
    ).toEqual(REFUSED);
  });

  test('a method that nobody knows is not found', async () => {
    const front = frontOf(name);
    expect(
      await sendAll(
        front,
        UNKNOWN.map((method) => [text({ id: 1, method, params: isModern ? { _meta: META } : {} })]),
        { status: isModern ? 404 : 200, code: -32601, words: /^Method not found: `/ },
      ),
    ).toEqual(REFUSED);
  });

  test('a method of the other era is not found', async () => {
    const front = frontOf(name);
    const others = isModern
      ? [
          'ping',
          'logging/setLevel',
          'resources/subscribe',
          'resources/unsubscribe',
          'tasks/list',
          'tasks/result',
        ]
      : ['server/discover', 'subscriptions/listen', 'tasks/update'];
    const params = { uri: 'a://b', level: 'info', taskId: 't', inputResponses: {}, notifications: {} };
    expect(
      await sendAll(
        front,
        others.map((method) => [
          text({ id: 1, method, params: isModern ? { ...params, _meta: META } : params }),
          isModern ? { 'mcp-method': method } : {},
        ]),
        { status: isModern ? 404 : 200, code: -32601, words: /^Method not found: `/ },
      ),
    ).toEqual(REFUSED);
  });
});

describe.each(LEGACY)('%s', (name) => {
  test('a version that nobody speaks is refused, with those that are spoken', async () => {
    const front = frontOf(name);
    const good = goodMessage(front);
    const versions = ['1999-01-01', '2025-11-26', '2027-01-01', 'draft', '2025-11-25, 2025-06-18', ' '];
    expect(
      await sendAll(
        front,
        versions.map((version) => [good, { 'mcp-protocol-version': version }]),
        { status: 400, code: -32022, words: /does not speak MCP `/ },
      ),
    ).toEqual(REFUSED);
    const told = await front.post(good, { 'mcp-protocol-version': '1999-01-01' });
    const spoken = expect.arrayContaining(['2026-07-28', '2025-11-25']) as unknown;
    expect(dataOf(told)).toMatchObject({ supported: spoken, requested: '1999-01-01' });
  });

  test('a message without `_meta` is none of 2026-07-28, whatever its header says', async () => {
    expect(
      await sendAll(frontOf(name), [[goodMessage(frontOf(name)), { 'mcp-protocol-version': '2026-07-28' }]], {
        status: 400,
        code: -32602,
        words: /`_meta` must hold `io.modelcontextprotocol\/protocolVersion`/,
      }),
    ).toEqual(REFUSED);
  });

  test('what only 2026-07-28 has in its parameters is not relayed', async () => {
    const front = frontOf(name);
    const params = { name: nameAt(front), arguments: {} };
    expect(
      await sendAll(
        front,
        ['inputResponses', 'requestState'].map((member) => [
          text({ id: 1, method: 'tools/call', params: { ...params, [member]: 'x'.repeat(1_000_000) } }),
        ]),
        { status: 200, code: -32601, words: /does not relay `params\.(inputResponses|requestState)`/ },
      ),
    ).toEqual(REFUSED);
  });
});

describe.each(MODERN)('%s', (name) => {
  const call = (front: Front, meta: object, more: object = {}) =>
    text({
      id: 1,
      method: 'tools/call',
      params: { name: nameAt(front), arguments: {}, _meta: meta, ...more },
    });

  test('a version that nobody speaks is refused, with the one that is spoken so', async () => {
    const front = frontOf(name);
    const versions = ['2026-07-29', '2025-11-25', '2099-01-01', 'draft', 'constructor'];
    expect(
      await sendAll(
        front,
        versions.map((version) => [
          call(front, { ...META, [VERSION]: version }),
          { 'mcp-protocol-version': version },
        ]),
        { status: 400, code: -32022, words: /does not speak MCP `/ },
      ),
    ).toEqual(REFUSED);
    const told = await front.post(call(front, { ...META, [VERSION]: 'draft' }), {
      'mcp-protocol-version': 'draft',
    });
    expect(dataOf(told)).toMatchObject({ supported: ['2026-07-28'], requested: 'draft' });
  });

  test('a header of the version that is not the body’s is refused, whichever of the two is right', async () => {
    const front = frontOf(name);
    expect(
      await sendAll(
        front,
        [
          [call(front, META), { 'mcp-protocol-version': '2025-11-25' }],
          [call(front, META), { 'mcp-protocol-version': null }],
          [call(front, META), { 'mcp-protocol-version': '2026-07-28, 2026-07-28' }],
          ...[['2026-07-28'], null, 20260728, '', '2025-11-25'].map(
            (version) => [call(front, { ...META, [VERSION]: version })] as const,
          ),
        ],
        { status: 400, code: -32020, words: /the header `MCP-Protocol-Version` (is `|is missing)/ },
      ),
    ).toEqual(REFUSED);
  });

  test('a body without a version, or without capabilities, is refused', async () => {
    const front = frontOf(name);
    expect(
      await sendAll(
        front,
        [
          [call(front, {})],
          [call(front, { 'IO.modelcontextprotocol/protocolVersion': '2026-07-28' })],
          [call(front, { [VERSION]: '2026-07-28' })],
          [call(front, { ...META, 'io.modelcontextprotocol/clientCapabilities': 'all' })],
        ],
        { status: 400, code: -32602, words: /`_meta` must hold `io\.modelcontextprotocol\// },
      ),
    ).toEqual(REFUSED);
  });

  const base64 = (value: string) => `=?base64?${Buffer.from(value).toString('base64')}?=`;

  test('a header that names another method or another tool than the body, in whatever writing, is refused', async () => {
    const front = frontOf(name);
    const good = goodMessage(front);
    const own = nameAt(front);
    const methods: Headers[] = [null, '', 'ping', 'Tools/Call', 'tools/call,ping', base64('ping')].map(
      (value) => ({ 'mcp-method': value }),
    );
    const names: Headers[] = [
      null,
      '',
      'harmless',
      own.toUpperCase(),
      `${own},harmless`,
      base64('harmless'),
      base64(own).slice(0, -3) + '?=',
      base64(own).replace('=?base64?', '=?BASE64?'),
      base64(base64(own)),
      `=?base64?${Buffer.from(own).toString('base64url').replace(/=/g, '')}!?=`,
      '=?base64?/w==?=',
      '=?base64?',
      '=?base64?=',
      '=?base64??=',
      `${own}\u00e9`,
    ].map((value) => ({ 'mcp-name': value }));
    expect(
      await sendAll(
        front,
        [...methods, ...names].map((headers) => [good, headers]),
        { status: 400, code: -32020, words: /the header `Mcp-(Method|Name)` (is `|is missing)/ },
      ),
    ).toEqual(REFUSED);
  });

  test('a header that says the same in the other writing passes', async () => {
    const front = frontOf(name);
    const told = await front.post(goodMessage(front), {
      'mcp-name': base64(nameAt(front)),
      'mcp-method': base64('tools/call'),
    });
    expect([told.status, told.code]).toEqual([200, undefined]);
  });

  test('a state that was not given out here is refused, however large it is', async () => {
    const front = frontOf(name);
    const states = ['x', 'x'.repeat(1_000_000), 'A'.repeat(4_000_000), '\0\r\n', '../..'];
    const { length } = front.received();
    for (const requestState of states) {
      const told = await front.post(call(front, META, { requestState, inputResponses: {} }));
      expect([told.code, told.words]).toEqual([-32602, 'Invalid or expired requestState']);
    }
    const beyond = await front.post(call(front, META, { requestState: 'A'.repeat(4_300_000) }));
    expect([beyond.status, beyond.code, beyond.words]).toEqual([
      413,
      -32600,
      expect.stringMatching(/4194304 bytes/),
    ]);
    expect(front.received()).toHaveLength(length);
    expect((await front.post(goodMessage(front))).code).toBeUndefined();
  });
});
