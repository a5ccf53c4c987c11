import { expect, test } from 'vitest';
import { readAnswer } from './answer.ts';
import { A2A_0_3 } from './dialects/v0-3.ts';
import { A2A_1_0 } from './dialects/v1.ts';
import { renameIds } from './ids.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);
const stream = { id: 1, form: 'message', isStream: true, dialect: A2A_1_0 } as const;
const whole = { id: 1, form: 'message', isStream: false, dialect: A2A_1_0 } as const;
const task = { id: 1, form: 'task', isStream: false, dialect: A2A_1_0 } as const;

const answer = (result: string): Uint8Array => bytes(`{"jsonrpc":"2.0","id":1,"result":${result}}`);

test('finds every id of a task, and renames those alone', () => {
  const body = answer(
    '{"task":{"id":"T","contextId":"C","status":{"state":"TASK_STATE_WORKING","message":{"messageId":"T","taskId":"T","contextId":"C","parts":[{"text":"T"}]}},"history":[{"taskId":"T","referenceTaskIds":["T","U"],"parts":[{"data":{"taskId":"T","n":1.0}}]}],"artifacts":[{"parts":[{"data":{"id":"T"}}]}]}}',
  );
  const read = readAnswer(body, whole, 1e6);
  if (!read.ok || read.value.kind !== 'task') throw new Error('no task');
  expect(read.value.state).toBe('TASK_STATE_WORKING');
  const renamed = renameIds(body, read.value.ids, ({ kind, value }) => (value === 'U' ? value : `${kind}!`));
  expect(text(renamed)).toBe(
    '{"jsonrpc":"2.0","id":1,"result":{"task":{"id":"task!","contextId":"context!","status":{"state":"TASK_STATE_WORKING","message":{"messageId":"T","taskId":"task!","contextId":"context!","parts":[{"text":"T"}]}},"history":[{"taskId":"task!","referenceTaskIds":["task!","U"],"parts":[{"data":{"taskId":"T","n":1.0}}]}],"artifacts":[{"parts":[{"data":{"id":"T"}}]}]}}}',
  );
  expect(renameIds(body, read.value.ids, ({ value }) => value)).toBe(body);
});

test('reads events of a stream with their state', () => {
  const status = answer('{"statusUpdate":{"taskId":"t","contextId":"c","status":{"state":3}}}');
  expect(readAnswer(status, stream, 1e6)).toMatchObject({
    ok: true,
    value: { kind: 'status', state: 'TASK_STATE_COMPLETED' },
  });
  const artifact = answer('{"artifactUpdate":{"taskId":"t","artifact":{"artifactId":"a","parts":[]}}}');
  expect(readAnswer(artifact, stream, 1e6)).toMatchObject({
    ok: true,
    value: { kind: 'artifact', state: null },
  });
  expect(readAnswer(artifact, whole, 1e6).ok).toBe(false);
});

test('keeps the exact text of what a message says', () => {
  const read = readAnswer(answer('{"message":{"messageId":"m","parts":[{"data":1.50}]}}'), whole, 1e6);
  expect(read).toMatchObject({ ok: true, value: { kind: 'message', parts: '[{"data":1.50}]' } });
});

test('reads a task as it answers GetTask, and an error as it is', () => {
  expect(readAnswer(answer('{"id":"t","status":{"state":"TASK_STATE_FAILED"}}'), task, 1e6)).toMatchObject({
    ok: true,
    value: { kind: 'task', state: 'TASK_STATE_FAILED' },
  });
  const error = bytes('{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"no"}}');
  expect(readAnswer(error, task, 1e6)).toMatchObject({ ok: true, value: { kind: 'error' } });
});

test.each([
  ['no JSON', bytes('<html>')],
  ['another id', bytes('{"jsonrpc":"2.0","id":2,"result":{"message":{"parts":[]}}}')],
  ['no JSON-RPC', bytes('{"id":1,"result":{"message":{"parts":[]}}}')],
  ['result and error', bytes('{"jsonrpc":"2.0","id":1,"result":{},"error":{}}')],
  ['no result', bytes('{"jsonrpc":"2.0","id":1}')],
  ['an empty result', answer('{}')],
  ['two payloads', answer('{"task":{"id":"t"},"message":{"parts":[]}}')],
  ['a task without id', answer('{"task":{"id":""}}')],
  ['a task whose id is a number', answer('{"task":{"id":1}}')],
  ['a task twice', answer('{"task":{"id":"a"},"task":{"id":"b"}}')],
  ['an id under two names', answer('{"task":{"id":"a","contextId":"c","context_id":"d"}}')],
  ['a message without parts', answer('{"message":{"messageId":"m"}}')],
  ['an event about no task', answer('{"statusUpdate":{"status":{"state":"TASK_STATE_WORKING"}}}')],
])('is no answer: %s', (_name, body) => {
  expect(readAnswer(body, stream, 1e6)).toMatchObject({ ok: false });
});

const earlier = { id: 1, form: 'message', isStream: true, dialect: A2A_0_3 } as const;

test('finds the ids of what 0.3 answers with, by the kind that it says', () => {
  const task =
    '{"kind":"task","id":"T","contextId":"C","status":{"state":"input-required","message":{"kind":"message","messageId":"T","taskId":"T","parts":[]}},"history":[{"kind":"message","taskId":"T","contextId":"C","parts":[{"kind":"data","data":{"taskId":"T","n":1.0}}]}]}';
  const read = readAnswer(answer(task), { ...earlier, isStream: false }, 1e6);
  if (!read.ok || read.value.kind !== 'task') throw new Error('no task');
  expect(read.value.state).toBe('TASK_STATE_INPUT_REQUIRED');
  const renamed = renameIds(answer(task), read.value.ids, ({ kind, value }) => `${kind}-${value}`);
  expect(text(renamed)).toBe(
    text(answer(task))
      .replaceAll('"taskId":"T"', '"taskId":"task-T"')
      .replaceAll('"contextId":"C"', '"contextId":"context-C"')
      .replace('"id":"T"', '"id":"task-T"')
      .replace('{"taskId":"task-T","n":1.0}', '{"taskId":"T","n":1.0}'),
  );
});

test.each([
  [
    'a status',
    '{"kind":"status-update","taskId":"T","contextId":"C","status":{"state":"completed"},"final":true}',
    'status',
    'TASK_STATE_COMPLETED',
  ],
  [
    'an artifact',
    '{"kind":"artifact-update","taskId":"T","contextId":"C","artifact":{"parts":[]}}',
    'artifact',
    null,
  ],
  ['a message', '{"kind":"message","messageId":"m","role":"agent","parts":[]}', 'message', undefined],
])('reads %s of 0.3', (_, result, kind, state) => {
  const read = readAnswer(answer(result), earlier, 1e6);
  expect(read).toMatchObject({ ok: true, value: { kind, ...(state === undefined ? {} : { state }) } });
});

test.each([
  ['no kind', '{"id":"T","status":{"state":"working"}}'],
  ['a kind that there is not', '{"kind":"Task","id":"T"}'],
  ['what 1.0 answers', '{"task":{"id":"T","contextId":"C","status":{"state":"TASK_STATE_WORKING"}}}'],
  ['an id under two names', '{"kind":"task","id":"T","contextId":"C","context_id":"D"}'],
])('does not take %s for an answer of 0.3', (_, result) => {
  expect(readAnswer(answer(result), earlier, 1e6).ok).toBe(false);
});
