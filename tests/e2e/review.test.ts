// Ways around the gateway that a hostile agent or server might try: what policy did not see must not arrive, an answer
// that was not recorded must not leave, and nothing that the other side sends may end the process.
import type { ServerResponse } from 'node:http';
import { type Answer, answers } from '@countersign/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventsOf } from './event-reader.ts';
import { modernRequest } from './modern-call.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

/** Whatever a server asks is refused. */
const UNASKED = `@id("unasked") forbid (principal, action in Action::"mcp:client", resource);`;

let world: RawWorld;
beforeAll(async () => {
  world = await startRawWorld({}, { 'unasked.cedar': UNASKED });
});
afterAll(async () => {
  await world.close();
});
beforeEach(() => {
  world.upstream.answerWith(answers.echo);
});

const event = (message: object) =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
const result = (id: unknown, text: string) => ({ id, result: { content: [{ type: 'text', text }] } });
const idOf = (body: Buffer) => (JSON.parse(body.toString()) as { id?: unknown }).id;
const lastReceived = () => world.upstream.requests.at(-1);
const legacyCall = { id: 5, method: 'tools/call', params: { name: 'call', arguments: {} } };

/** An upstream that answers `tools/call` with an event stream, and all else as `other` does. */
function streaming(
  write: (response: ServerResponse, id: unknown) => void,
  other: Answer = answers.accepted,
): Answer {
  return (response, request) => {
    if (!request.body.includes('"tools/call"')) return other(response, request);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    write(response, idOf(request.body));
  };
}

describe('a header that nobody checked', () => {
  test('a stateless call carries no session on: it could be somebody else’s', async () => {
    const request = modernRequest({
      token: await world.token(),
      tool: 'call',
      args: {},
      headers: { 'mcp-session-id': 'session-of-another-agent', 'last-event-id': '7' },
    });
    expect((await fetch(world.url, request)).status).toBe(200);
    expect(lastReceived()?.headers).not.toHaveProperty('mcp-session-id');
    expect(lastReceived()?.headers).not.toHaveProperty('last-event-id');
  });

  test.each([{ 'mcp-method': 'tools/list' }, { 'mcp-name': 'another' }, { 'mcp-param-region': 'eu' }])(
    'a call of the older revisions carries no mirrored header on: %o',
    async (headers) => {
      expect((await world.post(legacyCall, { headers })).status).toBe(200);
      for (const name of Object.keys(headers)) expect(lastReceived()?.headers).not.toHaveProperty(name);
    },
  );
});

describe('an answer to a server', () => {
  test.each([
    { result: {}, more: 'stolen' },
    { result: {}, params: { more: 'stolen' } },
  ])('carries nothing but that it is one: %o', async (message) => {
    const before = world.upstream.requests.length;
    expect((await world.post({ id: 1, ...message })).status).toBe(400);
    expect(world.upstream.requests).toHaveLength(before);
  });
});

describe('a server that', () => {
  test('hides its answer in a request: it does not pass without an outcome on record', async () => {
    world.upstream.answerWith(
      streaming((response, id) => {
        response.write(event({ method: 'ping', ...result(id, 'hidden') }));
        response.write(event({ method: 'notifications/message', ...result(id, 'hidden') }));
        response.end(event(result(id, 'open')));
      }),
    );
    const events = eventsOf(await world.post(legacyCall));
    expect((await events.rest()).map((message) => message.result?.content?.[0]?.text)).toEqual(['open']);
    expect(events.raw()).not.toContain('hidden');
  });

  test('breaks the answer to a refusal: the gateway lives', async () => {
    world.upstream.answerWith(
      streaming(
        (response, id) => {
          for (let ask = 0; ask < 20; ask++) response.write(event({ id: ask, method: 'roots/list' }));
          response.end(event(result(id, 'went on')));
        },
        (response) => {
          response.socket?.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnot a chunk\r\n');
        },
      ),
    );
    const events = await eventsOf(await world.post(legacyCall)).rest();
    expect(events).toHaveLength(1);
    await expect
      .poll(() => world.upstream.requests.filter(({ body }) => body.includes('"error"')).length, SOON)
      .toBeGreaterThan(0);
    expect((await world.call()).status).toBe(200);
  });

  test('asks and asks without taking the refusals: it cannot make the gateway open a connection for each', async () => {
    const before = world.upstream.requests.length;
    world.upstream.answerWith(
      streaming((response, id) => {
        for (let ask = 0; ask < 300; ask++) response.write(event({ id: ask, method: 'roots/list' }));
        response.end(event(result(id, 'went on')));
      }, answers.hang),
    );
    const events = await eventsOf(await world.post(legacyCall)).rest();
    expect(events).toHaveLength(1);
    world.upstream.answerWith(answers.echo);
    expect((await world.call()).status).toBe(200);
    const refusals = world.upstream.requests.slice(before).filter(({ body }) => body.includes('"error"'));
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.length).toBeLessThan(50);
  });

  const deep = (id: unknown) =>
    `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[],"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
  const ways: Record<string, Answer> = {
    'in one body': (response, { body }) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(deep(idOf(body))),
    'in a stream': streaming((response, id) => void response.end(`data: ${deep(id)}\n\n`)),
    'in progress before the answer': streaming((response, id) => {
      const token = `"progressToken":${JSON.stringify(id)}`;
      const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
      response.write(
        `data: {"jsonrpc":"2.0","method":"notifications/progress","params":{${token},"deep":${nested}}}\n\n`,
      );
      response.end(event(result(id, 'done')));
    }),
  };
  test.each(Object.entries(ways))(
    'nests its answer deeply %s: its outcome is on record',
    async (_how, answer) => {
      world.upstream.answerWith(answer);
      const response = await world.call();
      await response.text();
      expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'ok' });
    },
  );
});

test('a caller that goes away while its answer comes in one body is recorded as aborted, not as the server’s fault', async () => {
  const begun = Promise.withResolvers<void>();
  world.upstream.answerWith((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"jsonrpc"', () => begun.resolve());
  });
  const leave = new AbortController();
  const called = world.call({}, leave.signal);
  await begun.promise;
  leave.abort();
  await expect(called).rejects.toThrow('aborted');
  await expect.poll(() => world.newest(), SOON).toMatchObject({ state: 'completed', outcome: 'aborted' });
});
