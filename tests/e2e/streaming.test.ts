// Streams through the gateway: unbuffered, event by event, and every way in which an upstream can break one off or answer
// badly ends in a clear error to the caller and one outcome on record (protocols.md 1.3, 1.4; audit-log.md D5).
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type Answer, answers } from '@countersign/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entriesOf } from './entries.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

let world: RawWorld;
beforeAll(async () => {
  world = await startRawWorld({ upstreamTimeouts: { headersSeconds: 1 }, limits: { eventBytes: 65_536 } });
});
afterAll(async () => {
  await world.close();
});
beforeEach(() => {
  world.upstream.answerWith(answers.echo);
});

const event = (message: object) =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
const note = (data: string) => ({ method: 'notifications/message', params: { level: 'info', data } });
const result = (id: unknown, text: string) => ({ id, result: { content: [{ type: 'text', text }] } });
const idOf = (body: Buffer) => (JSON.parse(body.toString()) as { id?: unknown }).id;

/** What the newest outcome in the log says. */
const ended = async () => (await entriesOf(world.gateway, 'call.completed')).at(-1)?.body ?? {};

/** An upstream that answers `tools/call` with an event stream, written by `write`. */
function streaming(write: (response: ServerResponse, id: unknown) => void): Answer {
  return (response, request) => {
    if (!request.body.includes('"tools/call"')) {
      response.writeHead(202).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    write(response, idOf(request.body));
  };
}

describe('a stream', () => {
  test('passes unbuffered: an event arrives before the server has sent the next', async () => {
    const seen = Promise.withResolvers<void>();
    world.upstream.answerWith(
      streaming((response, id) => {
        response.write(event(note('first')));
        void seen.promise.then(() => response.end(event(result(id, 'last'))));
      }),
    );
    const response = await world.call();
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const events = eventsOf(response);
    expect(await events.next()).toMatchObject({ method: 'notifications/message' });
    expect(await world.newest()).toMatchObject({ state: 'open', outcome: null });
    seen.resolve();
    expect(await events.next()).toMatchObject({ result: { content: [{ text: 'last' }] } });
    expect(await events.next()).toBeUndefined();
    expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  test('began when its first event came, which is on record, however long the rest takes', async () => {
    const seen = Promise.withResolvers<void>();
    world.upstream.answerWith(
      streaming((response, id) => {
        response.write(event(note('first')));
        void seen.promise.then(() => response.end(event(result(id, 'last'))));
      }),
    );
    const events = eventsOf(await world.call());
    await events.next();
    const began = Date.now();
    // The clock of the record has milliseconds: the rest of the answer is to come in a later one.
    await expect.poll(() => Date.now(), SOON).toBeGreaterThan(began + 1);
    seen.resolve();
    await events.rest();
    const { firstByteUs, durationUs } = await ended();
    expect(firstByteUs).toBeGreaterThanOrEqual(0);
    expect(firstByteUs).toBeLessThan(Number(durationUs));
    const { id } = await world.newest();
    const shown = await world.gateway.cli('calls', 'show', id);
    expect(shown.stdout).toMatch(/state +ok, .+, first byte of the answer after /);
    const csv = await world.gateway.cli('export', '--format', 'csv', '--call', id, '--out', '-');
    expect(csv.stdout.split('\r\n').some((row) => row.endsWith(`,${String(firstByteUs)}`))).toBe(true);
  });

  test.each<[string, Answer, boolean]>([
    ['is one message', answers.echo, true],
    ['is refused before it is any', answers.resetBeforeHeaders, false],
  ])('an answer that %s began, or did not', async (_case, answer, hasBegun) => {
    world.upstream.answerWith(answer);
    await (await world.call()).text();
    const { firstByteUs } = await ended();
    expect(firstByteUs !== null).toBe(hasBegun);
  });

  test('keeps its bytes: comments, ids, retry, line ends, events over several lines', async () => {
    let sent = '';
    world.upstream.answerWith(
      streaming((response, id) => {
        const answer = JSON.stringify({ jsonrpc: '2.0', ...result(id, 'é\u{1F600}') });
        sent =
          ': hello\n\nid: 7\nretry: 500\ndata:\n\n' +
          `event: message\r\nid:8\r\ndata:${JSON.stringify({ jsonrpc: '2.0', ...note('x') })}\r\n\r\n` +
          `data: ${answer.slice(0, 1)}\ndata: ${answer.slice(1)}\n\n: bye\n\n`;
        response.end(sent);
      }),
    );
    const events = eventsOf(await world.call());
    expect(await events.rest()).toHaveLength(2);
    expect(events.raw()).toBe(sent);
  });

  test('has its answer on record before the caller reads it', async () => {
    world.upstream.answerWith(streaming((response, id) => response.end(event(result(id, 'x')))));
    const events = eventsOf(await world.call());
    await events.next();
    expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'ok' });
    await events.cancel();
  });

  test('a second answer to the same request goes nowhere: only one outcome can be on record', async () => {
    world.upstream.answerWith(answers.twoResults);
    const events = await eventsOf(await world.call()).rest();
    expect(events.map((message) => message.result?.content?.[0]?.text)).toEqual(['first']);
    expect(await world.newest()).toMatchObject({ outcome: 'ok' });
  });

  test('an answer to a request that nobody sent goes nowhere', async () => {
    world.upstream.answerWith(
      streaming((response, id) => {
        response.write(event(result('somebody-else', 'not yours')));
        response.end(event(result(id, 'yours')));
      }),
    );
    const events = await eventsOf(await world.call()).rest();
    expect(events.map((message) => message.result?.content?.[0]?.text)).toEqual(['yours']);
  });
});

describe('what a server asks of its client under no name that is known', () => {
  test.each(['tasks/made-up', 'elicitation/createMessage', 'made/up'])(
    '%s is refused to the server, and the client never sees it',
    async (method) => {
      const refused = Promise.withResolvers<Message>();
      world.upstream.answerWith((response, request) => {
        if (request.body.includes('"tools/call"')) {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(event({ id: 'ask-1', method, params: { message: 'your password?' } }));
          void refused.promise.then(() => response.end(event(result(idOf(request.body), 'went on'))));
          return;
        }
        refused.resolve(JSON.parse(request.body.toString()) as Message);
        response.writeHead(202).end();
      });
      const events = eventsOf(
        await world.post({ id: 5, method: 'tools/call', params: { name: 'call', arguments: {} } }),
      );
      expect((await events.rest()).map(({ id }) => id)).toEqual([5]);
      expect(events.raw()).not.toContain('password');
      expect(await refused.promise).toMatchObject({ id: 'ask-1', error: { code: -32601 } });
    },
  );
});

describe('an upstream that', () => {
  interface Case {
    readonly answer: Answer;
    readonly status: number;
    readonly outcome: string;
  }
  const cases: Record<string, Case> = {
    'resets before it answers': {
      answer: answers.resetBeforeHeaders,
      status: 502,
      outcome: 'upstream_error',
    },
    'resets in the middle of its answer': {
      answer: answers.resetMidBody,
      status: 502,
      outcome: 'upstream_error',
    },
    'never answers': { answer: answers.hang, status: 504, outcome: 'upstream_error' },
    redirects: { answer: answers.redirect, status: 502, outcome: 'upstream_error' },
    'answers no JSON': { answer: answers.notJson, status: 502, outcome: 'withheld' },
    'answers another request': { answer: answers.wrongId, status: 502, outcome: 'withheld' },
    'fails with a page of its own': { answer: answers.serverError, status: 502, outcome: 'upstream_error' },
    'refuses the credential of the gateway': {
      answer: answers.unauthorized,
      status: 502,
      outcome: 'upstream_error',
    },
    'only says that it took the request': {
      answer: answers.accepted,
      status: 502,
      outcome: 'upstream_error',
    },
  };
  test.each(Object.entries(cases))(
    '%s: one clear error, one outcome, and the call is not sent again',
    async (_name, { answer, status, outcome }) => {
      world.upstream.answerWith(answer);
      const before = world.received();
      const response = await world.call();
      const text = await response.text();
      expect(response.status, text).toBe(status);
      expect(response.headers.get('www-authenticate')).toBeNull();
      expect(response.headers.get('location')).toBeNull();
      expect(text).not.toMatch(/secret|127\.0\.0\.1|169\.254|<html>/);
      const message = JSON.parse(text) as Message;
      expect(message).toMatchObject({ id: 1, error: { message: expect.stringMatching(/server behind/) } });
      expect(await world.newest()).toMatchObject({ decision: 'allow', state: 'completed', outcome });
      expect(world.received()).toBe(before + 1);
    },
  );

  test('refuses in the words of the protocol is heard: its status and its own JSON-RPC error pass', async () => {
    const error = {
      code: -32021,
      message: 'needs sampling',
      data: { requiredCapabilities: { sampling: {} } },
    };
    world.upstream.answerWith((response, request) => {
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: idOf(request.body), error }));
    });
    const response = await world.call();
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ id: 1, error });
    expect(await world.newest()).toMatchObject({ outcome: 'protocol_error', httpStatus: 400 });
  });

  test('breaks its stream off: the caller is told so, and it is recorded as aborted', async () => {
    for (const answer of [answers.resetMidStream, answers.streamWithoutResult]) {
      world.upstream.answerWith(answer);
      const events = await eventsOf(await world.call()).rest();
      expect(events.map(({ method }) => method)).toEqual(['notifications/message', undefined]);
      expect(events.at(-1)).toMatchObject({ id: 1, error: { code: -31502 } });
      expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'aborted' });
    }
  });

  test('sends an event over the limit that is no answer is cut off in the middle', async () => {
    const params = { level: 'info', data: 'x'.repeat(70_000) };
    const message = { jsonrpc: '2.0', method: 'notifications/message', params };
    world.upstream.answerWith(streaming((response) => response.end(event(message))));
    await expect(eventsOf(await world.call()).rest()).rejects.toThrow(/./);
    expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'withheld' });
  });

  test('gives garbage in a stream: nothing of it passes, and the answer behind it does', async () => {
    world.upstream.answerWith(
      streaming((response, id) => {
        response.write('data: <html>garbage</html>\n\n');
        response.write(
          'data: {"jsonrpc":"2.0","id":"x","method":"ping","Method":"sampling/createMessage"}\n\n',
        );
        response.end(event(result(id, 'fine')));
      }),
    );
    const events = eventsOf(await world.call());
    expect(await events.rest()).toHaveLength(1);
    expect(events.raw()).not.toMatch(/garbage|sampling/);
  });
});

test('a caller that goes away in the middle: the upstream sees it go, and it is recorded as aborted', async () => {
  const gone = Promise.withResolvers<unknown>();
  world.upstream.answerWith(
    streaming((response) => {
      response.write(event(note('first')));
      gone.resolve(once(response, 'close'));
    }),
  );
  const leave = new AbortController();
  const events = eventsOf(await world.call({}, leave.signal));
  await events.next();
  leave.abort();
  await gone.promise;
  await expect.poll(() => world.newest(), SOON).toMatchObject({ state: 'completed', outcome: 'aborted' });
});

test('a caller that goes away before the upstream answers at all: recorded as aborted too', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  world.upstream.answerWith((response) => asked.resolve(response));
  const leave = new AbortController();
  const answered = world.call({}, leave.signal);
  answered.catch(() => undefined);
  const upstream = await asked.promise;
  const closed = once(upstream, 'close');
  leave.abort();
  await closed;
  await expect(answered).rejects.toThrow(/aborted/);
  await expect.poll(() => world.newest(), SOON).toMatchObject({ state: 'completed', outcome: 'aborted' });
});
