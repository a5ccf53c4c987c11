// A call that people let through on its own connection, and an upstream that then misbehaves: the event stream that the
// caller holds still ends in one answer to its request, and the record in one outcome.
import { type Answer, answers } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './desk.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { modernRequest } from './modern-call.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';

const GUARD = '@id("ask") @approve("finance") forbid (principal, action == Action::"raw/call", resource);';

let world: RawWorld;
let desk: Desk;
beforeAll(async () => {
  const config = { hold: { maxSeconds: 20 }, upstreamTimeouts: { headersSeconds: 1 } };
  world = await startRawWorld(config, { 'guard.cedar': GUARD });
  desk = openDesk(world.gateway, world.gateway.adminToken ?? '');
});
afterAll(async () => {
  await world.close();
});

/** Makes a held call and has it approved. */
async function released(text: string, meta: object = {}, accept?: string): Promise<Response> {
  const headers = accept === undefined ? {} : { accept };
  const token = await world.token();
  const request = modernRequest({
    token,
    tool: 'call',
    args: { text },
    id: 'mine',
    meta: { ...meta },
    headers,
  });
  const answered = fetch(world.url, request);
  const { id } = await desk.pending(text);
  expect((await desk.review(id, 'approve', 'fiona')).body.state).toBe('approved');
  return answered;
}
const lastOf = async (response: Response) => (await eventsOf(response).rest()).at(-1);

interface Case {
  readonly answer: Answer;
  readonly outcome: string;
}
const bad: Record<string, Case> = {
  'fails with a page of its own': { answer: answers.serverError, outcome: 'upstream_error' },
  'refuses the credential of the gateway': { answer: answers.unauthorized, outcome: 'upstream_error' },
  'never answers': { answer: answers.hang, outcome: 'upstream_error' },
  'resets before it answers': { answer: answers.resetBeforeHeaders, outcome: 'upstream_error' },
  'resets in the middle of its answer': { answer: answers.resetMidBody, outcome: 'upstream_error' },
  'answers no JSON': { answer: answers.notJson, outcome: 'withheld' },
  'answers another request': { answer: answers.wrongId, outcome: 'withheld' },
  'breaks its stream off': { answer: answers.resetMidStream, outcome: 'aborted' },
  'ends its stream without an answer': { answer: answers.streamWithoutResult, outcome: 'aborted' },
};
test.each(Object.entries(bad))('an upstream that %s', async (name, { answer, outcome }) => {
  world.upstream.answerWith(answer);
  const before = world.received();
  const message = await lastOf(await released(name));
  expect(message).toMatchObject({ id: 'mine', error: { message: expect.stringMatching(/server behind/) } });
  expect(JSON.stringify(message)).not.toMatch(/secret|127\.0\.0\.1|<html>/);
  expect(await world.newest()).toMatchObject({ decision: 'allow', state: 'completed', outcome });
  expect(world.received()).toBe(before + 1);
});

test('an error in the words of the protocol is heard, under the id of the request', async () => {
  world.upstream.answerWith((response) => {
    const error = { code: -32021, message: 'needs sampling' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: null, error });
    response.writeHead(400, { 'content-type': 'application/json' }).end(body);
  });
  expect(await lastOf(await released('PROTOCOL-ERROR'))).toMatchObject({
    id: 'mine',
    error: { code: -32021 },
  });
  expect(await world.newest()).toMatchObject({ outcome: 'protocol_error' });
});

test('an answer in many lines of JSON is one event', async () => {
  world.upstream.answerWith((response, { body }) => {
    const { id } = JSON.parse(body.toString()) as Message;
    const result = { content: [{ type: 'text', text: 'two\nlines' }] };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id, result }, null, 2));
  });
  expect(await lastOf(await released('PRETTY'))).toMatchObject({
    id: 'mine',
    result: { content: [{ text: 'two\nlines' }] },
  });
});

test('a client that takes no event stream gets the result as JSON', async () => {
  world.upstream.answerWith(answers.echo);
  const response = await released('JSON-ONLY', {}, 'application/json');
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toMatchObject({ id: 'mine', result: { content: [{ type: 'text' }] } });
});

describe('progress', () => {
  test('of the gateway and of the server comes under the client’s token, and only ever grows', async () => {
    world.upstream.answerWith((response, { body }) => {
      const { id, params } = JSON.parse(body.toString()) as Message;
      const { progressToken } = (params ?? {})['_meta'] as { progressToken: string };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const progress of [1, 2]) {
        const note = {
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progressToken, progress },
        };
        response.write(`data: ${JSON.stringify(note)}\n\n`);
      }
      response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } })}\n\n`);
    });
    const messages = await eventsOf(await released('PROGRESS', { progressToken: 'client-1' })).rest();
    const told = messages
      .filter(({ method }) => method === 'notifications/progress')
      .map(({ params }) => params);
    expect(new Set(told.map((params) => params?.['progressToken']))).toEqual(new Set(['client-1']));
    const steps = told.map((params) => Number(params?.['progress']));
    expect(steps.length).toBeGreaterThanOrEqual(3);
    for (const [at, step] of steps.entries()) expect(step).toBeGreaterThan(steps[at - 1] ?? 0);
    expect(messages.at(-1)).toMatchObject({ id: 'mine', result: {} });
  });
});
