import { expect, test } from 'vitest';
import { boundByMethod, type BoundOperation } from '../operations.ts';
import { joinParams, readQuery } from './params.ts';

function operation(method: string): BoundOperation {
  const found = boundByMethod(method);
  if (found === null) throw new Error(method);
  return found;
}

function join(method: string, fields: Readonly<Record<string, string>>, body: string, query = '') {
  const of = operation(method);
  const read = readQuery(of, query);
  if (!read.ok) return read.error.code;
  const target = { operation: of, fields: new Map(Object.entries(fields)), query };
  const joined = joinParams(target, read.value, Buffer.from(body), {});
  return joined.ok ? Buffer.from(joined.value).toString('utf8') : joined.error.code;
}

test('the body stays as it is, and what the path names is spliced in', () => {
  const body = '{ "message" : {"parts":[{"data":1.0}], "x":12345678901234567890} }';
  expect(join('SendMessage', {}, body)).toBe(body);
  expect(join('SendMessage', { tenant: 'a"b' }, body)).toBe(
    '{ "message" : {"parts":[{"data":1.0}], "x":12345678901234567890},"tenant":"a\\"b" }',
  );
  expect(join('CancelTask', { id: '1' }, '')).toBe('{"id":"1"}');
  expect(join('CancelTask', { id: '1' }, '{}')).toBe('{"id":"1"}');
});

test('what is said in both must be said alike', () => {
  expect(join('CancelTask', { id: '1' }, '{"id":"1"}')).toBe('{"id":"1"}');
  expect(join('CancelTask', { id: '1' }, '{"id":"","metadata":{}}')).toBe('{"id":"1","metadata":{}}');
  expect(join('CancelTask', { id: '1' }, '{"id":null}')).toBe('{"id":"1"}');
  expect(join('CancelTask', { id: '1' }, '{"id":"2"}')).toBe('malformed_request');
  expect(join('CancelTask', { id: '1' }, '{"id":1}')).toBe('malformed_request');
  expect(join('SendMessage', { tenant: 'a' }, '{"tenant":"b"}')).toBe('malformed_request');
  expect(join('GetTask', { id: '1' }, '', 'id=2')).toBe('malformed_request');
  expect(join('GetTask', { id: '1' }, '', 'id=1')).toBe('{"id":"1"}');
});

test.each([
  ['a member twice', '{"id":"1","id":"1"}'],
  ['a name that ProtoJSON readers take for another', '{"i_d":"2"}'],
  ['a name in other letters', '{"ID":"2"}'],
  ['what follows the body', '{},"method":"CancelTask"'],
  ['a second body', '{}{}'],
  ['a list', '[]'],
  ['a string', '"x"'],
  ['a mark before it', '\ufeff{}'],
  ['a prototype', '{"__proto__":{"id":"2"}}'],
])('is refused: %s', (_name, body) => {
  expect(join('CancelTask', { id: '1' }, body)).toBe('malformed_request');
});

test('a query has the types of its fields', () => {
  const query =
    'contextId=a%20b%2Bc+d&status=TASK_STATE_WORKING&pageSize=50&historyLength=0&includeArtifacts=true&statusTimestampAfter=2026-01-01T00:00:00Z&A2A-Version=1.0';
  expect(JSON.parse(join('ListTasks', {}, '', query))).toEqual({
    contextId: 'a b+c d',
    status: 'TASK_STATE_WORKING',
    pageSize: 50,
    historyLength: 0,
    includeArtifacts: true,
    statusTimestampAfter: '2026-01-01T00:00:00Z',
  });
  expect(readQuery(operation('ListTasks'), 'A2A-Version=1.0')).toMatchObject({ value: { version: '1.0' } });
});

test.each([
  ['ListTasks', 'pageSize=5&pageSize=6'],
  ['ListTasks', 'A2A-Version=1.0&A2A-Version=1.0'],
  ['ListTasks', 'pageSize=0x10'],
  ['ListTasks', 'pageSize=1e3'],
  ['ListTasks', 'pageSize=07'],
  ['ListTasks', 'pageSize='],
  ['ListTasks', 'includeArtifacts=True'],
  ['ListTasks', 'includeArtifacts'],
  ['ListTasks', 'page_size=5'],
  ['ListTasks', 'contextId=%ff'],
  ['ListTasks', 'contextId=%00'],
  ['ListTasks', 'access_token=secret'],
  ['ListTasks', '&'],
  ['SendMessage', 'tenant=other'],
  ['SendMessage', 'message=x'],
  ['CancelTask', 'id=2'],
])('of %s is refused: %s', (method, query) => {
  expect(join(method, method === 'CancelTask' ? { id: '1' } : {}, '', query)).toBe('malformed_request');
});

test('an operation without a body takes none', () => {
  expect(join('GetTask', { id: '1' }, '{}')).toBe('malformed_request');
});
