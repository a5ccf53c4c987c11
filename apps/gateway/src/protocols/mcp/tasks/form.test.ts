import { expect, test } from 'vitest';
import { memberText, quietTask, readServerMessage, toldTask } from './form.ts';

const read = (text: string) => readServerMessage(Buffer.from(text));

test.each([
  '{"jsonrpc":"2.0","id":1,"result":{"taskId":"mine","taskId":"theirs","status":"working"}}',
  '{"jsonrpc":"2.0","id":1,"result":{"taskId":"mine","TaskId":"theirs","status":"working"}}',
  '{"jsonrpc":"2.0","id":1,"result":{"task":{"taskId":"mine","taskid":"theirs","status":"working"}}}',
  '{"jsonrpc":"2.0","id":1,"result":{"tasks":[{"taskId":"mine","TASKID":"theirs","status":"working"}]}}',
])('what two readers could take for two tasks is none: %s', (text) => {
  expect(read(text).ok).toBe(false);
});

test.each<[unknown, string | null]>([
  [{ taskId: 't', status: 'working' }, 'working'],
  [{ taskId: 't', status: 'cancelled' }, 'cancelled'],
  [{ taskId: 't', status: 'canceled' }, null],
  [{ taskId: 't' }, null],
  [{ taskId: '', status: 'working' }, null],
  [{ taskId: 7, status: 'working' }, null],
  [{ taskId: 'x'.repeat(513), status: 'working' }, null],
  [[], null],
  [undefined, null],
])('a task has an id and a status: %j', (value, status) => {
  const told = toldTask(value as never);
  expect(told.ok ? told.value.status : null).toBe(status);
});

test('a member is told as it was written', () => {
  const message = read('{"jsonrpc":"2.0","id":1,"result":{"taskId":"t","result":{"n":1.0, "m":2}}}');
  expect(message.ok && memberText(message.value, 'result', 'result')).toBe('{"n":1.0, "m":2}');
});

test('told quietly, a task says nothing in its server’s own words', () => {
  const told = toldTask({
    taskId: 't',
    status: 'working',
    statusMessage: 'secret',
    createdAt: '2026-07-28T10:00:00Z',
    lastUpdatedAt: 'secret',
    ttlMs: 5,
    pollIntervalMs: 'secret',
    _meta: { secret: 1 },
    more: 'secret',
  });
  const quiet = told.ok ? quietTask(told.value) : null;
  expect(quiet).toEqual({ taskId: 't', status: 'working', createdAt: '2026-07-28T10:00:00Z', ttlMs: 5 });
});
