import { expect, test } from 'vitest';
import { A2A_0_3 } from './dialects/v0-3.ts';
import { A2A_1_0 } from './dialects/v1.ts';
import { readEnvelope, readSend, readTaskName } from './envelope.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const MESSAGE = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hi' }] };

function send(params: unknown, more: object = {}): Uint8Array {
  return bytes(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params, ...more }));
}

function refusalOf(body: Uint8Array): { code: string; rpcCode?: number | undefined; message: string } | null {
  const envelope = readEnvelope(body, A2A_1_0, {});
  const read = envelope.ok ? readSend(body, envelope.value, A2A_1_0) : envelope;
  if (read.ok) return null;
  const { code, rpcCode, message } = read.error;
  return { code, rpcCode, message };
}

test('reads a message with its ids, its metadata and the exact text of its parameters', () => {
  const params = `{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"data":1.0}],"taskId":"t","contextId":"c","referenceTaskIds":["r"]},"metadata":{"n":1.0}}`;
  const body = bytes(`{"jsonrpc":"2.0","id":"x","method":"SendMessage","params":${params}}`);
  const envelope = readEnvelope(body, A2A_1_0, {});
  expect(envelope).toMatchObject({
    ok: true,
    value: { metadata: '{"n":1.0}', message: { id: 'x', method: 'SendMessage', paramsText: params } },
  });
  const ids = envelope.ok ? readSend(body, envelope.value, A2A_1_0) : envelope;
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
  const envelope = readEnvelope(body, A2A_1_0, {});
  expect(envelope).toMatchObject({ ok: true, value: { metadata: null } });
  expect(envelope.ok && readSend(body, envelope.value, A2A_1_0)).toEqual({ ok: true, value: [] });
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
  expect(readEnvelope(send({ message: MESSAGE }), A2A_1_0, { maxBytes: 10 })).toMatchObject({
    ok: false,
    error: { code: 'request_too_large' },
  });
});

test('a task must be named by an id', () => {
  const read = (params: unknown) => {
    const body = send(params);
    const envelope = readEnvelope(body, A2A_1_0, {});
    return envelope.ok && readTaskName(body, envelope.value);
  };
  expect(read({ id: 't' })).toMatchObject({ ok: true, value: [{ kind: 'task', value: 't' }] });
  for (const params of [{}, { id: '' }, { id: 3 }]) {
    expect(read(params)).toMatchObject({ ok: false, error: { rpcCode: -32602 } });
  }
});

const EARLIER = { kind: 'message', messageId: 'm', role: 'user', parts: [{ kind: 'text', text: 'hi' }] };
const file = (file: object) => ({ ...EARLIER, parts: [{ kind: 'file', file }] });

function refusedEarlier(message: unknown, configuration?: unknown): string | null {
  const body = bytes(
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'message/send', params: { message, configuration } }),
  );
  const envelope = readEnvelope(body, A2A_0_3, {});
  const read = envelope.ok ? readSend(body, envelope.value, A2A_0_3) : envelope;
  return read.ok ? null : read.error.message;
}

test('reads a message of 0.3', () => {
  expect(refusedEarlier({ ...EARLIER, taskId: 't' })).toBeNull();
  expect(refusedEarlier(file({ bytes: 'aGk=', mimeType: 'text/plain' }))).toBeNull();
  expect(refusedEarlier(file({ uri: 'https://files.example/a' }))).toBeNull();
  expect(refusedEarlier({ ...EARLIER, parts: [{ kind: 'data', data: { n: 1 } }] })).toBeNull();
});

test.each([
  ['no kind', { ...EARLIER, kind: undefined }, '`params.message.kind` must be "message"'],
  ['a role of 1.0', { ...EARLIER, role: 'ROLE_USER' }, 'must be "user" or "agent"'],
  ['a part of 1.0', { ...EARLIER, parts: [{ text: 'hi' }] }, '`params.message.parts.0` must be of the kind'],
  ['a part of two kinds', { ...EARLIER, parts: [{ kind: 'text', text: 'hi', data: {} }] }, 'of no other'],
  ['a part of another kind than it says', { ...EARLIER, parts: [{ kind: 'text', data: {} }] }, 'must be of'],
  ['a file that is two', file({ bytes: 'aGk=', uri: 'https://x' }), 'either `bytes` or `uri`'],
  ['a file that is none', file({ name: 'a' }), 'either `bytes` or `uri`'],
  ['a name that another reader takes for `taskId`', { ...EARLIER, task_id: 't' }, 'task_id'],
  [
    'a name within a file that another reader takes for `uri`',
    file({ uri: 'https://x', URI: 'https://y' }),
    'URI',
  ],
])('refuses of 0.3 %s', (_, message, why) => {
  expect(refusedEarlier(message)).toContain(why);
});
