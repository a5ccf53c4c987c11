// Lists of messages that a server of 2025-03-26 sends: each is looked at by itself, wherever the list stands; servers of
// other revisions have none (protocols.md 1.1 and 1.3).
import type { ServerResponse } from 'node:http';
import { type Answer, answers } from '@countersign/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventsOf, type Message } from './event-reader.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

let world: RawWorld;
beforeAll(async () => {
  world = await startRawWorld();
});
afterAll(async () => {
  await world.close();
});
beforeEach(() => {
  world.upstream.answerWith(answers.echo);
});

const idOf = (body: Buffer) => (JSON.parse(body.toString()) as { id?: unknown }).id;
const message = (said: object) => ({ jsonrpc: '2.0', ...said });
const note = (data: string) => message({ method: 'notifications/message', params: { level: 'info', data } });
const result = (id: unknown, text: string) => message({ id, result: { content: [{ type: 'text', text }] } });

/** Answers calls of the tool; what the gateway itself posts to the server is remembered. */
function answering(write: (response: ServerResponse, id: unknown) => void, told: Message[] = []): Answer {
  return (response, request) => {
    if (request.body.includes('"tools/call"')) return write(response, idOf(request.body));
    told.push(JSON.parse(request.body.toString()) as Message);
    response.writeHead(202).end();
  };
}

function call(revision = '2025-03-26'): Promise<Response> {
  const params = { name: 'call', arguments: {} };
  const headers = { 'mcp-protocol-version': revision };
  return world.post({ id: 5, method: 'tools/call', params }, { headers });
}

const say = (messages: readonly object[]) => JSON.stringify(messages);

describe('a list in the body of an answer', () => {
  test('is told message by message: the answer, known notifications, and nothing of anybody else', async () => {
    const told: Message[] = [];
    const list = (id: unknown) =>
      say([
        note('working'),
        message({ method: 'notifications/made/up', params: { x: 'psst' } }),
        result('another', 'not yours'),
        message({ id: 'q', method: 'made/up', params: { message: 'your password?' } }),
        result(id, 'yours'),
        result(id, 'again'),
      ]);
    world.upstream.answerWith(
      answering(
        (response, id) => void response.writeHead(200, { 'content-type': 'application/json' }).end(list(id)),
        told,
      ),
    );
    const events = eventsOf(await call());
    expect(await events.rest()).toMatchObject([
      { method: 'notifications/message', params: { data: 'working' } },
      { id: 5, result: { content: [{ text: 'yours' }] } },
    ]);
    for (const words of ['psst', 'not yours', 'password', 'again']) expect(events.raw()).not.toContain(words);
    await expect.poll(() => told, SOON).toMatchObject([{ id: 'q', error: { code: -32601 } }]);
    expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'ok', httpStatus: 200 });
  });

  test('without the answer ends the call as broken off', async () => {
    world.upstream.answerWith(
      answering((response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(say([note('only words')])),
      ),
    );
    const told = await eventsOf(await call()).rest();
    expect(told.at(-1)).toMatchObject({ id: 5, error: { code: -31502 } });
    expect(await world.newest()).toMatchObject({ outcome: 'aborted' });
  });

  test.each(['[]', '[1]', '[[{"jsonrpc":"2.0"}]]', '[{"jsonrpc":"2.0"'])('%s is no answer', async (body) => {
    world.upstream.answerWith(
      answering((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body)),
    );
    expect((await call()).status).toBe(502);
    expect(await world.newest()).toMatchObject({ outcome: 'withheld' });
  });

  test('of another revision is no answer', async () => {
    world.upstream.answerWith(
      answering((response, id) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(say([result(id, 'yours')])),
      ),
    );
    expect((await call('2025-06-18')).status).toBe(502);
  });
});

describe('a list in an event', () => {
  const streaming = (...events: ((id: unknown) => string)[]): Answer =>
    answering((response, id) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(events.map((event) => event(id)).join(''));
    });

  test('is told message by message, each as an event of its own', async () => {
    world.upstream.answerWith(
      streaming(
        () =>
          `id: 1\ndata: ${say([note('one'), message({ method: 'notifications/made/up' }), note('two')])}\n\n`,
        (id) => `data: ${say([note('three'), result(id, 'yours'), result(id, 'again')])}\n\n`,
      ),
    );
    const events = eventsOf(await call());
    expect((await events.rest()).map((each) => each.params?.['data'] ?? each.id)).toEqual([
      'one',
      'two',
      'three',
      5,
    ]);
    // Whoever comes back after it has read all of it.
    expect(events.raw().match(/^id: .*$/gm)).toEqual(['id: 1']);
    expect(events.raw().indexOf('id: 1')).toBeGreaterThan(events.raw().indexOf('"one"'));
    expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  test('of another revision is dropped whole', async () => {
    world.upstream.answerWith(
      streaming(
        () => `data: ${say([note('psst')])}\n\n`,
        (id) => `data: ${JSON.stringify(result(id, 'yours'))}\n\n`,
      ),
    );
    const events = eventsOf(await call('2025-06-18'));
    expect(await events.rest()).toMatchObject([{ id: 5 }]);
    expect(events.raw()).not.toContain('psst');
  });
});
