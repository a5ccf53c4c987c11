import { expect, test } from 'vitest';
import { rawBody } from '../http.ts';
import { mergeAnswers as mergeWithin, splitBatch } from './batch.ts';

const split = (text: string) => splitBatch(rawBody(Buffer.from(text)), { maxBytes: 1_000, maxDepth: 10 });
const LIMITS = { eventBytes: 1_000, responseBytes: 10_000 };
const mergeAnswers = (answers: readonly Response[]) => mergeWithin(answers, [], LIMITS);
const json = (status: number, value: unknown) => Response.json(value, { status });
const stream = (...chunks: string[]) =>
  new Response(
    new ReadableStream({
      start(out) {
        for (const chunk of chunks) out.enqueue(Buffer.from(chunk));
        out.close();
      },
    }),
    { headers: { 'content-type': 'text/event-stream' } },
  );

test('each message keeps its own bytes', () => {
  const [one, two] = ['{"id":1, "method":"a","params":{"n":1.0}}', '{"method" : "é"}'];
  const messages = split(` [ ${one} ,${two}]`);
  expect(messages.ok && messages.value.map((each) => Buffer.from(each).toString())).toEqual([one, two]);
});

test.each([
  ['nothing', '[]'],
  ['another list', '[[]]'],
  ['what is no message', '[1]'],
  ['more after it', '[{}],"more":1'],
  ['a second list', '[{}],"batch":[{"id":1}]'],
  ['what is cut off', '[{}'],
  ['a member twice', '[{"id":1,"id":2}]'],
  ['one id for two requests', '[{"id":1,"method":"a"},{"id":1,"method":"b"}]'],
  ['more than a body may hold', `[{"a":"${'x'.repeat(1_000)}"}]`],
  ['what is nested too deep', `[${'{"a":'.repeat(12)}1${'}'.repeat(12)}]`],
])('a batch of %s is refused', (_, text) => {
  expect(split(text).ok).toBe(false);
});

test('events of several streams come one after another, never one within the other', async () => {
  const merged = await mergeAnswers([
    stream('data: {"a"', ':1}\n', '\n'),
    json(200, { id: 2, result: {} }),
    stream('data: {"b":1}\n\n'),
  ]);
  const events = (await merged.text()).split('\n\n').filter((event) => event !== '');
  expect(events.map((event) => event.replace('event: message\n', '')).toSorted()).toEqual([
    'data: {"a":1}',
    'data: {"b":1}',
    'data: {"id":2,"result":{}}',
  ]);
});

test('a stream that breaks off breaks off all: nobody could know what is missing', async () => {
  const broken = new Response(new ReadableStream({ pull: (out) => out.error(new Error('gone')) }), {
    headers: { 'content-type': 'text/event-stream' },
  });
  const merged = await mergeAnswers([broken, stream('data: 1\n\n')]);
  await expect(merged.text()).rejects.toThrow('gone');
});

test('a reader that goes away is told to every stream', async () => {
  const cancelled = Promise.withResolvers<unknown>();
  const endless = new Response(
    new ReadableStream({
      pull: (out) => out.enqueue(Buffer.from('data: 1\n\n')),
      cancel: (reason) => cancelled.resolve(reason),
    }),
    { headers: { 'content-type': 'text/event-stream' } },
  );
  const merged = await mergeAnswers([endless]);
  await merged.body?.cancel(new Error('left'));
  expect(await cancelled.promise).toBeInstanceOf(Error);
});

test('a reader that leaves while the last stream ends leaves the process alive', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const ending = new ReadableStream<Uint8Array>({ cancel: () => undefined });
    const merged = await mergeAnswers([
      new Response(ending, { headers: { 'content-type': 'text/event-stream' } }),
    ]);
    // Its cancellation ends every stream, as if each had come to its end by itself.
    await merged.body?.cancel(new Error('gone'));
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', note);
  }
  expect(unhandled).toEqual([]);
});

test('what all are refused with is said once; what one is refused with stands in the list', async () => {
  const refused = { id: null, error: { code: -31401 } };
  const all = await mergeAnswers([json(401, refused), json(401, refused)]);
  expect([all.status, await all.json()]).toEqual([401, refused]);
  const some = await mergeAnswers([json(200, { id: 1, result: {} }), json(503, { id: 2, error: {} })]);
  expect([some.status, await some.json()]).toEqual([
    200,
    [
      { id: 1, result: {} },
      { id: 2, error: {} },
    ],
  ]);
});

test('an answer without end is not held, and one that breaks off takes no other with it', async () => {
  const body = Buffer.from(`{"id":1,"result":"${'x'.repeat(100)}`);
  let sent = 0;
  const endless = new Response(
    new ReadableStream({
      pull(out) {
        sent += body.byteLength;
        out.enqueue(body);
      },
    }),
  );
  const broken = new Response(new ReadableStream({ pull: (out) => out.error(new Error('gone')) }));
  const asked = [1, 2, 3].map((id) => Buffer.from(JSON.stringify({ id, method: 'tools/call' })));
  const merged = await mergeWithin([endless, broken, json(200, { id: 3, result: {} })], asked, LIMITS);
  const cannot = { error: { code: -32603, message: expect.stringContaining('may have been carried out') } };
  expect(await merged.json()).toMatchObject([
    { id: 1, ...cannot },
    { id: 2, ...cannot },
    { id: 3, result: {} },
  ]);
  expect(sent).toBeLessThan(3 * LIMITS.responseBytes);
});
