import { expect, test } from 'vitest';
import type { ClearedCall } from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import { isNotification, withoutWords } from './client-notifications.ts';

function sent(text: string, operation = 'mcp:notification'): string {
  const { method } = JSON.parse(text) as { method: string };
  const body = rawBody(Buffer.from(text));
  const call = { operation, message: { method }, outbound: body } as unknown as ClearedCall;
  return Buffer.from(withoutWords(call).outbound.bytes).toString();
}

test('progress keeps how far it is, digit by digit, and loses its words', () => {
  expect(
    sent(
      '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1.50,"message":"secret","total":10,"_meta":{"x":"secret"}}}',
    ),
  ).toBe(
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1.50,"total":10}}',
  );
});

test('a cancellation keeps which request, and loses why', () => {
  expect(
    sent('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7,"reason":"secret"}}'),
  ).toBe('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}');
});

test('nothing is kept that stands beside what is known', () => {
  expect(
    sent('{"jsonrpc":"2.0","x":"secret","method":"notifications/initialized","params":{"y":"secret"}}'),
  ).toBe('{"jsonrpc":"2.0","method":"notifications/initialized","params":{}}');
});

test('a notification without words keeps its bytes, and so does what is none', () => {
  const bare = '{ "jsonrpc" : "2.0", "method" : "notifications/roots/list_changed" }';
  expect(sent(bare)).toBe(bare);
  const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{}}}';
  expect(sent(call, 'mcp:tools/call')).toBe(call);
});

test.each([
  ['notifications/progress', { progressToken: 't', progress: 'secret' }],
  ['notifications/progress', { progressToken: { a: 'secret' }, progress: 1 }],
  ['notifications/progress', { progressToken: 't', progress: 1, total: [1] }],
  ['notifications/cancelled', { requestId: ['secret'] }],
  ['notifications/cancelled', { requestId: 'x'.repeat(2_000) }],
  ['tools/call', {}],
])('%s with %j is no notification', (method, params) => {
  expect(isNotification({ method, params })).toBe(false);
});
