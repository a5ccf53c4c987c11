// Answers that one client would take for a result and another one for questions: nobody decided those, so nobody is told either.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RawWorld, startRawWorld } from './raw-world.ts';

let world: RawWorld;
beforeAll(async () => {
  world = await startRawWorld();
});
afterAll(() => world.close());

const ASKS = '"inputRequests":{"pin":{"method":"elicitation/create","params":{"message":"your PIN?"}}}';

test.each([
  ['says twice what it is', `"resultType":"input_required",${ASKS},"content":[],"resultType":"complete"`],
  [
    'says it under another name too',
    `"ResultType":"input_required",${ASKS},"resultType":"complete","content":[]`,
  ],
  ['has two contents', '"resultType":"complete","content":[{"type":"text","text":"one"}],"content":[]'],
])('an answer that %s is withheld', async (_, members) => {
  world.upstream.answerWith((response, { body }) => {
    const { id } = JSON.parse(body.toString('utf8')) as { id: number };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`{"jsonrpc":"2.0","id":${id},"result":{${members}}}`);
  });
  const text = await (await world.call()).text();
  expect(text).not.toContain('PIN');
  expect(text).not.toContain('"one"');
  expect(await world.newest()).toMatchObject({ outcome: 'withheld' });
});
