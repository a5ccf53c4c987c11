import { expect, test } from 'vitest';
import { readEnvelope, readSend, readTaskName } from './envelope.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const MESSAGE = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hi' }] };

function send(params: unknown, more: object = {}): Uint8Array {
  return bytes(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params, ...more }));
}

function refusalOf(body: Uint8Array): { code: string; rpcCode?: number | undefined; message: string } | null {
  const envelope = readEnvelope(body, {});
  const read = envelope.ok ? readSend(body, envelope.value) : envelope;
  if (read.ok) return null;
  const { code, rpcCode, message } = read.error;
  return { code, rpcCode, message };
}

test('reads a message with its ids, its metadata and the exact text of its parameters', () => {
  const params = `{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"data":1.0}],"taskId":"t","contextId":"c","referenceTaskIds":["r"]},"metadata":{"n":1.0}}`;
  const body = bytes(`{"jsonrpc":"2.0","id":"x","method":"SendMessage","params":${params}}`);
  const envelope = readEnvelope(body, {});
  expect(envelope).toMatchObject({
    ok: true,
    value: { metadata: '{"n":1.0}', message: { id: 'x', method: 'SendMessage', paramsText: params } },
  });
  const ids = envelope.ok ? readSend(body, envelope.value) : envelope;
  expect(ids).toMatchObject({
    ok: true,
    value: [
      { kind: 'context', value: 'c', isPrimary: true },
      { kind: 'task', value: 't', isPrimary: true },
      { kind: 'task', value: 'r', isPrimary: false },
    ],
  });
});

test('takes null and the empty string for absent, as ProtoJSON does', () => {
  const body = send({ message: { ...MESSAGE, taskId: '', contextId: null }, metadata: null });
  const envelope = readEnvelope(body, {});
  expect(envelope).toMatchObject({ ok: true, value: { metadata: null } });
  expect(envelope.ok && readSend(body, envelope.value)).toEqual({ ok: true, value: [] });
});

test.each([
  ['no message', send({}), -32602],
  ['no message id', send({ message: { ...MESSAGE, messageId: '' } }), -32602],
  ['an unknown role', send({ message: { ...MESSAGE, role: 'user' } }), -32602],
  ['no parts', send({ message: { ...MESSAGE, parts: [] } }), -32602],
  ['a part of two kinds', send({ message: { ...MESSAGE, parts: [{ text: 'a', url: 'b' }] } }), -32602],
  ['a part of no kind', send({ message: { ...MESSAGE, parts: [{ kind: 'text' }] } }), -32602],
  ['a part that is no text', send({ message: { ...MESSAGE, parts: [{ text: 1 }] } }), -32602],
  ['an id that is a number', send({ message: { ...MESSAGE, taskId: 7 } }), -32602],
  ['metadata that is a list', send({ message: MESSAGE, metadata: [] }), -32602],
  ['a configuration that is a string', send({ message: MESSAGE, configuration: 'x' }), -32602],
  [
    'a webhook',
    send({ message: MESSAGE, configuration: { taskPushNotificationConfig: { url: 'https://x' } } }),
    -32003,
  ],
  [
    'a member that ProtoJSON readers take for another',
    send({ message: { ...MESSAGE, task_id: 't' } }),
    -32600,
  ],
  ['a member in other letters', send({ Message: MESSAGE, message: MESSAGE }), -32600],
  ['a request without an id', bytes('{"jsonrpc":"2.0","method":"SendMessage","params":{}}'), undefined],
  ['an answer', bytes('{"jsonrpc":"2.0","id":1,"result":{}}'), undefined],
  ['another JSON-RPC', send({ message: MESSAGE }, { jsonrpc: '1.0' }), undefined],
  ['parameters that are a list', send([]), undefined],
  ['a batch', bytes('[]'), undefined],
  ['no JSON', bytes('{"jsonrpc":'), -32700],
])('refuses %s', (_name, body, rpcCode) => {
  const refusal = refusalOf(body);
  expect(refusal).not.toBeNull();
  expect(refusal?.rpcCode).toBe(rpcCode);
});

test('refuses a body over the limit as too large', () => {
  expect(readEnvelope(send({ message: MESSAGE }), { maxBytes: 10 })).toMatchObject({
    ok: false,
    error: { code: 'request_too_large' },
  });
});

test('a task must be named by an id', () => {
  const read = (params: unknown) => {
    const body = send(params);
    const envelope = readEnvelope(body, {});
    return envelope.ok && readTaskName(body, envelope.value);
  };
  expect(read({ id: 't' })).toMatchObject({ ok: true, value: [{ kind: 'task', value: 't' }] });
  for (const params of [{}, { id: '' }, { id: 3 }]) {
    expect(read(params)).toMatchObject({ ok: false, error: { rpcCode: -32602 } });
  }
});
