import { describe, expect, test } from 'vitest';
import { readTaskAnswer } from './client-task-answers.ts';
import type { Asked } from './open-requests.ts';

const task = { id: 't' } as NonNullable<Asked['task']>;
const polled = (operation: Asked['operation']) => ({ operation, mayBeTask: false, task, id: 7 });
const asked = (mayBeTask: boolean) =>
  ({ operation: 'mcp:elicitation', mayBeTask, task: null, id: 7 }) as const;
const result = (of: unknown) => ({ result: of, error: null });
const working = { taskId: 't', status: 'working', ttl: 5, createdAt: '2026-01-01T00:00:00Z' };

function read(...args: Parameters<typeof readTaskAnswer>) {
  const answer = readTaskAnswer(...args);
  if (answer?.ok !== true) return answer;
  return { ...answer.value, body: JSON.parse(Buffer.from(answer.value.body).toString('utf8')) as unknown };
}
const none = () => false;

describe('the answer to a question', () => {
  test('that is a task says which, and no words', () => {
    const answer = result({
      task: { ...working, statusMessage: 'secret', other: 'secret' },
      _meta: { a: 1 },
    });
    expect(read(asked(true), answer, none)).toMatchObject({
      isNew: true,
      operation: 'mcp:tasks/get',
      told: { id: 't' },
      body: { jsonrpc: '2.0', id: 7, result: { task: working } },
    });
  });

  test('that is none is an answer, with a task asked for or without', () => {
    expect(read(asked(true), result({ action: 'accept', content: {} }), none)).toBeNull();
    expect(read(asked(false), result({ task: working }), none)).toBeNull();
    expect(read(asked(true), { result: null, error: { code: -1 } }, none)).toBeNull();
  });

  test.each([
    ['a task and an answer', { task: working, action: 'accept' }],
    ['a task without a status', { task: { taskId: 't' } }],
    ['a task without a name', { task: { status: 'working' } }],
  ])('that is %s is refused', (_, of) => {
    expect(read(asked(true), result(of), none)).toMatchObject({ ok: false });
  });
});

describe('the answer to a poll', () => {
  test.each(['mcp:tasks/get', 'mcp:tasks/cancel'] as const)(
    '%s says how the task stands, without words',
    (operation) => {
      const answer = result({ ...working, statusMessage: 'secret', _meta: { secret: 1 } });
      expect(read(polled(operation), answer, none)).toMatchObject({
        isNew: false,
        operation: 'mcp:tasks/get',
        body: { id: 7, result: working },
      });
    },
  );

  test('about another task is refused', () => {
    expect(read(polled('mcp:tasks/get'), result({ ...working, taskId: 'u' }), none)).toMatchObject({
      ok: false,
    });
  });

  test('that is an error keeps its code, where it is one of the protocol', () => {
    const error = (code: number) => ({ result: null, error: { code, message: 'secret', data: 'secret' } });
    const message = 'the client answered with an error';
    expect(read(polled('mcp:tasks/get'), error(-32602), none)).toMatchObject({
      body: { error: { code: -32602, message } },
    });
    expect(read(polled('mcp:tasks/list'), error(4711), none)).toMatchObject({
      body: { error: { code: -32603, message } },
    });
  });

  test('lists what its server may know of, and no more', () => {
    const tasks = [working, { ...working, taskId: 'other' }, 'no task'];
    expect(
      read(polled('mcp:tasks/list'), result({ tasks, nextCursor: 'c', more: 1 }), (id) => id === 't'),
    ).toMatchObject({
      operation: 'mcp:tasks/list',
      body: { result: { tasks: [working], nextCursor: 'c' } },
    });
    expect(read(polled('mcp:tasks/list'), result({}), none)).toMatchObject({ ok: false });
  });

  test('for what a task came to is an answer to its question, of that task', () => {
    const of = (taskId: string) =>
      result({ action: 'accept', _meta: { 'io.modelcontextprotocol/related-task': { taskId } } });
    expect(read(polled('mcp:tasks/result'), of('t'), none)).toBeNull();
    expect(read(polled('mcp:tasks/result'), of('u'), none)).toMatchObject({ ok: false });
  });
});
