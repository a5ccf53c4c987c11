import { expect, test } from 'vitest';
import { A2A_0_3 } from './dialects/v0-3.ts';
import { A2A_1_0 } from './dialects/v1.ts';
import { operationOf, versionOf } from './operations.ts';

const PUSH = 'TaskPushNotificationConfig';
const EARLIER_PUSH = 'tasks/pushNotificationConfig/';

test.each([
  ['SendMessage', 'message/send', 'a2a:message/send'],
  ['SendStreamingMessage', 'message/stream', 'a2a:message/stream'],
  ['GetTask', 'tasks/get', 'a2a:task/get'],
  ['CancelTask', 'tasks/cancel', 'a2a:task/cancel'],
  ['SubscribeToTask', 'tasks/resubscribe', 'a2a:task/subscribe'],
  [`Create${PUSH}`, `${EARLIER_PUSH}set`, 'a2a:push/set'],
  [`Get${PUSH}`, `${EARLIER_PUSH}get`, 'a2a:push/get'],
  [`List${PUSH}s`, `${EARLIER_PUSH}list`, 'a2a:push/list'],
  [`Delete${PUSH}`, `${EARLIER_PUSH}delete`, 'a2a:push/delete'],
  ['GetExtendedAgentCard', 'agent/getAuthenticatedExtendedCard', 'a2a:card/extended'],
])('%s of 1.0 and %s of 0.3 are %s', (current, earlier, operation) => {
  expect(operationOf(current, A2A_1_0)).toEqual({ ok: true, value: operation });
  expect(operationOf(earlier, A2A_0_3)).toEqual({ ok: true, value: operation });
});

test('lists of tasks are of 1.0 alone', () => {
  expect(operationOf('ListTasks', A2A_1_0)).toEqual({ ok: true, value: 'a2a:task/list' });
  expect(operationOf('tasks/list', A2A_0_3).ok).toBe(false);
});

test.each([
  ['message/stream', A2A_1_0, 'unknown_operation', -32004, 'call `SendStreamingMessage`'],
  ['tasks/resubscribe', A2A_1_0, 'unknown_operation', -32004, 'A2A 0.3'],
  ['sendMessage', A2A_1_0, 'unknown_operation', undefined, 'Method not found'],
  ['__proto__', A2A_1_0, 'unknown_operation', undefined, 'Method not found'],
  ['SendMessage', A2A_0_3, 'unsupported_version', -32009, 'send `A2A-Version: 1.0`'],
  ['ListTasks', A2A_0_3, 'unsupported_version', -32009, 'belongs to A2A 1.0'],
  ['tasks/send', A2A_0_3, 'unknown_operation', undefined, 'not an operation of A2A 0.3'],
  ['__proto__', A2A_0_3, 'unknown_operation', undefined, 'Method not found'],
])('refuses %s and says why', (method, dialect, code, rpcCode, text) => {
  const refused = operationOf(method, dialect);
  expect(refused).toMatchObject({ ok: false, error: { code } });
  if (refused.ok) return;
  expect(refused.error.rpcCode).toBe(rpcCode);
  expect(refused.error.message).toContain(text);
});

test('speaks 1.0 and 0.3; no version means 0.3', () => {
  expect(versionOf('1.0')).toEqual({ ok: true, value: A2A_1_0 });
  for (const version of [undefined, '', '0.3'])
    expect(versionOf(version)).toEqual({ ok: true, value: A2A_0_3 });
  for (const version of ['1', '1.1', '2.0', '0.3.0', '0.2', '1.0 '])
    expect(versionOf(version)).toMatchObject({
      ok: false,
      error: { rpcCode: -32009, data: { supported: '1.0, 0.3' } },
    });
});
