import { expect, test } from 'vitest';
import { matchTarget, readAddress } from './target.ts';

function read(method: string, target: string) {
  const address = readAddress(target);
  const matched = address.ok ? matchTarget(method, address.value) : address;
  if (!matched.ok) return { code: matched.error.code, allow: matched.error.headers?.['allow'] };
  const { operation, fields, query } = matched.value;
  return { method: operation.method, fields: Object.fromEntries(fields), query };
}

test.each([
  ['POST', '/a2a/helper/message:send', 'SendMessage', {}],
  ['POST', '/a2a/helper/acme/message:stream', 'SendStreamingMessage', { tenant: 'acme' }],
  ['GET', '/a2a/helper/tasks/1', 'GetTask', { id: '1' }],
  ['GET', '/a2a/helper/tasks', 'ListTasks', {}],
  ['GET', '/a2a/helper/acme/tasks', 'ListTasks', { tenant: 'acme' }],
  // A task may be called so; a tenant may, too, and then needs the longer path.
  ['GET', '/a2a/helper/tasks/tasks', 'GetTask', { id: 'tasks' }],
  ['GET', '/a2a/helper/tasks/tasks/tasks', 'GetTask', { tenant: 'tasks', id: 'tasks' }],
  ['POST', '/a2a/helper/tasks/1:cancel', 'CancelTask', { id: '1' }],
  ['GET', '/a2a/helper/tasks/1:subscribe', 'SubscribeToTask', { id: '1' }],
  ['POST', '/a2a/helper/acme/tasks/1:subscribe', 'SubscribeToTask', { tenant: 'acme', id: '1' }],
  [
    'POST',
    '/a2a/helper/tasks/1/pushNotificationConfigs',
    'CreateTaskPushNotificationConfig',
    { taskId: '1' },
  ],
  ['GET', '/a2a/helper/tasks/1/pushNotificationConfigs', 'ListTaskPushNotificationConfigs', { taskId: '1' }],
  [
    'DELETE',
    '/a2a/helper/t/tasks/1/pushNotificationConfigs/2',
    'DeleteTaskPushNotificationConfig',
    { tenant: 't', taskId: '1', id: '2' },
  ],
  ['GET', '/a2a/helper/extendedAgentCard', 'GetExtendedAgentCard', {}],
  ['GET', '/a2a/helper/tasks/urn:task:1', 'GetTask', { id: 'urn:task:1' }],
])('%s %s is %s', (verb, target, method, fields) => {
  expect(read(verb, target)).toEqual({ method, fields, query: '' });
});

test('a name is decoded once', () => {
  expect(read('GET', '/a2a/helper/tasks/a%2Fb%3Acancel?historyLength=1')).toEqual({
    method: 'GetTask',
    fields: { id: 'a/b:cancel' },
    query: 'historyLength=1',
  });
  expect(read('GET', '/a2a/helper/tasks/%252e%252e')).toMatchObject({ fields: { id: '%2e%2e' } });
});

test.each([
  '/a2a/helper/../rival/message:send',
  '/a2a/helper/%2e%2e/rival/message:send',
  '/a2a/helper/%2E./rival/message:send',
  '/a2a/helper/./message:send',
  '/a2a/helper//message:send',
  '/a2a//message:send',
  '/a2a/helper/message:send/',
  '/a2a/helper\\message:send',
  '/a2a/helper/message:send%',
  '/a2a/helper/tasks/%',
  '/a2a/helper/tasks/%zz',
  '/a2a/helper/tasks/%ff',
  '/a2a/helper/tasks/%c0%ae',
  '/a2a/helper/tasks/%00',
  '/a2a/helper/tasks/a%0d%0ab',
  '/a2a/helper/tasks/a b',
  '/a2a/helper/tasks/ä',
  '/mcp/helper/tasks/1',
  'http://evil.example/a2a/helper/tasks/1',
  '*',
  '',
])('is refused: %s', (target) => {
  expect(read('GET', target)).toEqual({ code: 'malformed_request', allow: undefined });
});

test.each([
  ['GET', '/a2a/helper/message:send', 'POST'],
  ['PUT', '/a2a/helper/tasks/1', 'GET'],
  ['GET', '/a2a/helper/tasks/1:cancel', 'POST'],
  ['PATCH', '/a2a/helper/tasks/1/pushNotificationConfigs', 'POST, GET'],
  ['DELETE', '/a2a/helper/tasks/1:subscribe', 'GET, POST'],
])('%s %s is told to use %s', (verb, target, allow) => {
  expect(read(verb, target)).toEqual({ code: 'method_not_allowed', allow });
});

test.each([
  ['POST', '/a2a/helper/message:sing'],
  ['POST', '/a2a/helper/message%3Asend'],
  ['POST', '/a2a/helper/MESSAGE:SEND'],
  ['GET', '/a2a/helper/a/b/tasks/1'],
  ['GET', '/a2a/helper/tasks/:cancel'],
])('there is no %s %s', (verb, target) => {
  expect(read(verb, target)).toMatchObject({ code: 'unknown_operation' });
});
