import { expect, test } from 'vitest';
import { checkVersion, operationOf } from './operations.ts';

test('relays four operations', () => {
  const relayed = ['SendMessage', 'SendStreamingMessage', 'GetTask', 'CancelTask'].map((name) =>
    operationOf(name),
  );
  expect(relayed.map((each) => each.ok && each.value)).toEqual([
    'a2a:message/send',
    'a2a:message/stream',
    'a2a:task/get',
    'a2a:task/cancel',
  ]);
});

test.each([
  ['ListTasks', -32004, 'does not relay `ListTasks` yet'],
  ['SubscribeToTask', -32004, 'yet'],
  ['CreateTaskPushNotificationConfig', -32004, 'yet'],
  ['GetExtendedAgentCard', -32004, 'yet'],
  ['message/stream', -32004, 'call `SendStreamingMessage`'],
  ['tasks/resubscribe', -32004, 'A2A 0.3'],
  ['sendMessage', undefined, 'Method not found'],
  ['__proto__', undefined, 'Method not found'],
])('refuses %s and says why', (method, rpcCode, text) => {
  const refused = operationOf(method);
  expect(refused).toMatchObject({ ok: false, error: { code: 'unknown_operation' } });
  if (refused.ok) return;
  expect(refused.error.rpcCode).toBe(rpcCode);
  expect(refused.error.message).toContain(text);
});

test('speaks version 1.0 only; no version means 0.3', () => {
  expect(checkVersion('1.0').ok).toBe(true);
  for (const version of [undefined, '', '0.3', '1', '1.1', '2.0']) {
    expect(checkVersion(version)).toMatchObject({ ok: false, error: { rpcCode: -32009 } });
  }
});
