import { expect, test } from 'vitest';
import { toHttp } from './answer.ts';

const AGENTS = { 'cache-control': 'public, max-age=3600', 'countersign-call': 'call_1' };

test.each([
  ['a result', '{"jsonrpc":"2.0","id":1,"result":{"id":"t"}}', 'application/json'],
  [
    'an error',
    '{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Task not found"}}',
    'application/json',
  ],
  ['a stream', 'data: {"jsonrpc":"2.0","id":1,"result":{"id":"t"}}\n\n', 'text/event-stream'],
])('%s is kept by no cache, whatever the agent says of it', async (_, body, type) => {
  const response = new Response(body, { headers: { ...AGENTS, 'content-type': type } });
  const answer = await toHttp(response, null, 1_000);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('countersign-call')).toBe('call_1');
  expect(await answer.text()).not.toContain('jsonrpc');
});
