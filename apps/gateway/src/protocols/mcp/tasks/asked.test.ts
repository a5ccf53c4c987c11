import { describe, expect, test } from 'vitest';
import type { JsonRpcMessage } from '../../../pipeline/types.ts';
import { checkDeclared, checkTaskParam, checkTaskRevision, mayBeTask, namedTask } from './asked.ts';

const message = (method: string, params: Readonly<Record<string, unknown>> = {}): JsonRpcMessage => ({
  id: 1,
  method,
  params,
  paramsText: JSON.stringify(params),
});
const declaring = (extensions: unknown) => ({
  _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions } },
});
const TASKS = { 'io.modelcontextprotocol/tasks': {} };

describe('a client of 2026-07-28', () => {
  test.each<[string, unknown, boolean]>([
    ['the extension', TASKS, true],
    ['another one', { 'com.example/x': {} }, false],
    ['a word for it', { 'io.modelcontextprotocol/tasks': 'yes' }, false],
    ['a list of them', ['io.modelcontextprotocol/tasks'], false],
    ['none', undefined, false],
  ])('that declares %s', (_, extensions, isDeclared) => {
    const call = { operation: 'mcp:tools/call', revision: '2026-07-28' } as const;
    expect(mayBeTask({ ...call, message: message('tools/call', declaring(extensions)) })).toBe(isDeclared);
    expect(checkDeclared(message('tasks/get', declaring(extensions))).ok).toBe(isDeclared);
  });

  test('gets no task for a prompt', () => {
    const call = { operation: 'mcp:prompts/get', revision: '2026-07-28' } as const;
    expect(mayBeTask({ ...call, message: message('prompts/get', declaring(TASKS)) })).toBe(false);
  });

  test('gets none for asking as clients of 2025-11-25 do', () => {
    const call = { operation: 'mcp:tools/call', revision: '2026-07-28' } as const;
    expect(mayBeTask({ ...call, message: message('tools/call', { task: {} }) })).toBe(false);
  });
});

test.each<[unknown, boolean]>([
  [{}, true],
  [{ ttl: 5 }, true],
  [{ ttl: null, pollInterval: 20 }, true],
  [{ ttl: '5' }, false],
  [{ ttl: 5, note: 'what nobody sees' }, false],
  [{ ttl: { note: 'what nobody sees' } }, false],
  [null, false],
  ['now', false],
  [[5], false],
])('`params.task` %j carries two numbers at most: %j', (task, isFit) => {
  expect(checkTaskParam(message('tools/call', { task })).ok).toBe(isFit);
  expect(checkTaskParam(message('tasks/get', { taskId: 't', task })).ok).toBe(isFit);
});

test('`params.task` is of calls of tools, and of what is asked about tasks', () => {
  expect(checkTaskParam(message('resources/read', { task: {} }))).toMatchObject({
    ok: false,
    error: { code: 'unknown_operation' },
  });
});

test.each(['2025-03-26', '2025-06-18'] as const)('in %s there are no tasks', (revision) => {
  const asks = message('tools/call', { name: 'x', task: {} });
  const polls = message('tasks/get', { taskId: 't' });
  expect(mayBeTask({ operation: 'mcp:tools/call', revision, message: asks })).toBe(false);
  expect(checkTaskRevision({ operation: 'mcp:tools/call', revision, message: asks }).ok).toBe(false);
  expect(checkTaskRevision({ operation: 'mcp:tasks/get', revision, message: polls }).ok).toBe(false);
  const plain = message('tools/call', { name: 'x' });
  expect(checkTaskRevision({ operation: 'mcp:tools/call', revision, message: plain }).ok).toBe(true);
});

test('a task is named by an id that can be kept', () => {
  const named = (taskId: unknown) =>
    namedTask({ operation: 'mcp:tasks/get', message: message('tasks/get', { taskId }) });
  expect(named('t')).toBe('t');
  for (const id of ['', 7, null, 'x'.repeat(513)]) expect(named(id)).toBeNull();
  expect(
    namedTask({ operation: 'mcp:tools/call', message: message('tools/call', { taskId: 't' }) }),
  ).toBeNull();
});
