import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AgentInterface } from './choose.ts';
import { dress } from './dress.ts';
import { protoToJson } from './proto/codec.ts';

const HTTP: AgentInterface = { binding: 'HTTP+JSON', url: 'http://agent.example:1/base/', tenant: null };
const GRPC: AgentInterface = { binding: 'GRPC', url: 'http://agent.example:2', tenant: null };

const message = (method: string, params: string) =>
  Buffer.from(`{"params": ${params} ,"method":"${method}","jsonrpc":"2.0","id":"x"}`);

function overHttp(method: string, params: string) {
  const dressed = dress(message(method, params), HTTP);
  if (!dressed.ok) return dressed.error;
  if (dressed.value.binding !== 'HTTP+JSON') throw new Error('another binding');
  const { verb, url, body } = dressed.value;
  return { verb, url, body: body === null ? null : Buffer.from(body).toString('utf8') };
}

test('over HTTP+JSON the body keeps its bytes, without what the path names', () => {
  const params = '{ "message":{"parts":[{"data":12345678901234567890.50}]} , "tenant":"a/b" }';
  expect(overHttp('SendMessage', params)).toEqual({
    verb: 'POST',
    url: 'http://agent.example:1/base/a%2Fb/message:send',
    body: '{ "message":{"parts":[{"data":12345678901234567890.50}]} }',
  });
  expect(overHttp('CancelTask', '{"id":"x:cancel","metadata":{"n":1.0}}')).toEqual({
    verb: 'POST',
    url: 'http://agent.example:1/base/tasks/x%3Acancel:cancel',
    body: '{"metadata":{"n":1.0}}',
  });
});

test('over HTTP+JSON what has no body is a query, digits as they were', () => {
  expect(overHttp('GetTask', '{"id":"ä?","historyLength":10,"tenant":null}')).toEqual({
    verb: 'GET',
    url: 'http://agent.example:1/base/tasks/%C3%A4%3F?historyLength=10',
    body: null,
  });
  expect(overHttp('ListTasks', '{"contextId":"a&b=c","includeArtifacts":false}')).toMatchObject({
    url: 'http://agent.example:1/base/tasks?contextId=a%26b%3Dc&includeArtifacts=false',
  });
});

test.each([
  ['GetTask', '{"id":".."}'],
  ['GetTask', '{"id":""}'],
  ['GetTask', '{"id":7}'],
  ['GetTask', '{}'],
  ['GetTask', '{"id":"1","tenant":".."}'],
  ['GetTask', '{"id":"1","metadata":{}}'],
  ['message/send', '{}'],
])('HTTP+JSON has no words for %s %s', (method, params) => {
  expect(typeof overHttp(method, params)).toBe('string');
});

test('the digest is that of the body, or, where there is none, of path and query', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(dress(message('CancelTask', '{"id":"1","metadata":{}}'), HTTP)).toMatchObject({
    value: { digest: { sha256: sha256('{"metadata":{}}') } },
  });
  expect(dress(message('GetTask', '{"id":"1"}'), HTTP)).toMatchObject({
    value: { digest: { sha256: sha256('/base/tasks/1') } },
  });
});

test('over gRPC it is the bytes of the same JSON', () => {
  const params = '{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"data":{"n":0.1}}]}}';
  const dressed = dress(message('SendMessage', params), GRPC);
  if (!dressed.ok || dressed.value.binding !== 'GRPC') throw new Error('not dressed');
  expect(protoToJson('SendMessageRequest', dressed.value.message, 'refuse')).toEqual({
    ok: true,
    value: JSON.parse(params) as unknown,
  });
});

test.each([
  ['a number that would become another', '{"metadata":{"n":12345678901234567890}}'],
  ['a member that the schema does not have', '{"message":{"flavour":"x"}}'],
  ['a role that it does not have', '{"message":{"role":"ROLE_GOD"}}'],
  ['a list where a text belongs', '{"message":{"messageId":["m"]}}'],
])('gRPC has no words for %s', (_name, params) => {
  expect(dress(message('SendMessage', params), GRPC)).toMatchObject({ ok: false });
});

test('over JSON-RPC it is itself', () => {
  expect(dress(Buffer.from('anything'), { ...HTTP, binding: 'JSONRPC' })).toEqual({
    ok: true,
    value: { binding: 'JSONRPC' },
  });
});
