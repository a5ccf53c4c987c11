import { type ObligationPath, parsePath } from '@countersign/policy';
import { describe, expect, test } from 'vitest';
import { WITHHELD_PART } from '../../obligations/marks.ts';
import { NO_SECRETS, type Secrets } from '../../obligations/secrets.ts';
import { readAnswer } from './answer.ts';
import type { Dialect } from './dialects/types.ts';
import { A2A_0_3 } from './dialects/v0-3.ts';
import { A2A_1_0 } from './dialects/v1.ts';
import { maskAnswer } from './mask.ts';

const EMAIL = 'ines@northwind.example';
const PATHS: ObligationPath[] = ['result.email'].map((text) => {
  const path = parsePath(text, 'result');
  if (!path.ok) throw new Error(path.message);
  return path.value;
});

function told(
  result: unknown,
  form: 'message' | 'task' = 'message',
  known: Secrets = NO_SECRETS,
  dialect: Dialect = A2A_1_0,
) {
  const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 7, result }));
  const masked = maskAnswer(bytes, { form, dialect }, PATHS, known);
  if (!masked.ok) return { why: masked.why };
  const text = Buffer.from(masked.bytes).toString('utf8');
  expect(text).not.toContain(EMAIL);
  // It is still an answer that can be bound to its caller.
  expect(readAnswer(masked.bytes, { id: 7, form, isStream: true, dialect }, 1e6)).toMatchObject({ ok: true });
  return {
    result: (JSON.parse(text) as { result: unknown }).result,
    notes: masked.notes,
    secrets: masked.secrets,
  };
}
const data = { data: { email: EMAIL, n: 1 } };
const gone = { data: { email: '[masked]', n: 1 } };
const note = { text: WITHHELD_PART };
const words = { metadata: { a: EMAIL } };

describe('what an agent answers', () => {
  test('a message: data and JSON in text are masked, prose and files are withheld', () => {
    const parts = [
      data,
      { text: JSON.stringify({ email: EMAIL }) },
      { text: `write to ${EMAIL}` },
      { raw: 'AAAA' },
      { url: 'https://x.example' },
    ];
    const message = {
      messageId: 'm',
      role: 'ROLE_AGENT',
      taskId: 't',
      contextId: 'c',
      parts,
      extensions: [EMAIL],
      ...words,
    };
    expect(told({ message })).toMatchObject({
      result: {
        message: {
          messageId: 'm',
          role: 'ROLE_AGENT',
          taskId: 't',
          contextId: 'c',
          parts: [gone, { text: '{"email":"[masked]"}' }, note, note, note],
        },
      },
      notes: 3,
    });
  });

  test('a message that is nothing but prose is not told at all', () => {
    expect(told({ message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: EMAIL }] } }).why).toMatch(
      /text or files/,
    );
  });

  const message = { messageId: 'm', role: 'ROLE_AGENT', parts: [data, { text: EMAIL }], ...words };
  const maskedMessage = { messageId: 'm', role: 'ROLE_AGENT', parts: [gone, note] };
  const task = {
    id: 't',
    contextId: 'c',
    status: { state: 'TASK_STATE_COMPLETED', timestamp: '2026-11-22T00:00:00Z', message },
    artifacts: [{ artifactId: 'a', name: EMAIL, description: EMAIL, parts: [data], ...words }],
    history: [message],
    ...words,
  };
  const maskedTask = {
    id: 't',
    contextId: 'c',
    status: { state: 'TASK_STATE_COMPLETED', timestamp: '2026-11-22T00:00:00Z', message: maskedMessage },
    artifacts: [{ artifactId: 'a', parts: [gone] }],
    history: [maskedMessage],
  };

  test('a task: its status, its artifacts and its history', () => {
    expect(told({ task }).result).toEqual({ task: maskedTask });
    expect(told(task, 'task').result).toEqual(maskedTask);
  });

  test('a task that says nothing yet is told all the same', () => {
    const working = {
      id: 't',
      contextId: 'c',
      status: {
        state: 'TASK_STATE_WORKING',
        message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text: 'at it' }] },
      },
    };
    expect(told({ task: working }).result).toMatchObject({
      task: { status: { state: 'TASK_STATE_WORKING', message: { parts: [note] } } },
    });
  });

  test('the events of a stream', () => {
    const status = {
      statusUpdate: {
        taskId: 't',
        contextId: 'c',
        status: { state: 'TASK_STATE_WORKING', message },
        final: false,
        ...words,
      },
    };
    expect(told(status).result).toEqual({
      statusUpdate: {
        taskId: 't',
        contextId: 'c',
        status: { state: 'TASK_STATE_WORKING', message: maskedMessage },
      },
    });
    const artifact = {
      artifactUpdate: {
        taskId: 't',
        contextId: 'c',
        append: true,
        lastChunk: false,
        artifact: { artifactId: 'a', parts: [data] },
        ...words,
      },
    };
    expect(told(artifact).result).toEqual({
      artifactUpdate: {
        taskId: 't',
        contextId: 'c',
        append: true,
        lastChunk: false,
        artifact: { artifactId: 'a', parts: [gone] },
      },
    });
  });

  test('a later event that repeats what an earlier one had masked', () => {
    const first = told({ message: { messageId: 'm', role: 'ROLE_AGENT', parts: [data] } });
    const later = { messageId: 'n', role: 'ROLE_AGENT', parts: [{ data: { other: `cc ${EMAIL}` } }] };
    expect(told({ message: later }, 'message', first.secrets ?? NO_SECRETS).result).toMatchObject({
      message: { parts: [{ data: { other: 'cc [masked]' } }] },
    });
  });

  test('an id that repeats what is masked makes it untellable', () => {
    expect(told({ message: { messageId: EMAIL, role: 'ROLE_AGENT', parts: [data] } }).why).toMatch(
      /id or an address/,
    );
  });
});

describe('what 0.3 answers is masked as it is written there', () => {
  const earlier = (result: unknown) => told(result, 'message', NO_SECRETS, A2A_0_3);
  const parts = [
    { kind: 'data', data: { email: EMAIL, n: 1 } },
    { kind: 'text', text: `write to ${EMAIL}` },
    { kind: 'file', file: { bytes: 'aGk=', name: EMAIL } },
  ];
  const toldParts = [
    { kind: 'data', data: { email: '[masked]', n: 1 } },
    { kind: 'text', text: WITHHELD_PART },
    { kind: 'text', text: WITHHELD_PART },
  ];

  test('a task', () => {
    const status = { state: 'completed', message: { kind: 'message', messageId: 'm', role: 'agent', parts } };
    expect(
      earlier({ kind: 'task', id: 'T', contextId: 'C', status, metadata: { a: EMAIL }, history: [] }).result,
    ).toEqual({
      kind: 'task',
      id: 'T',
      contextId: 'C',
      status: { ...status, message: { ...status.message, parts: toldParts } },
      history: [],
    });
  });

  test('a message, a status and an artifact', () => {
    const message = { kind: 'message', messageId: 'm', role: 'agent', parts };
    expect(earlier(message).result).toEqual({ ...message, parts: toldParts });
    const status = {
      kind: 'status-update',
      taskId: 'T',
      contextId: 'C',
      status: { state: 'working', message },
    };
    expect(earlier({ ...status, final: false, metadata: { a: EMAIL } }).result).toEqual({
      ...status,
      status: { state: 'working', message: { ...message, parts: toldParts } },
      final: false,
    });
    const artifact = { kind: 'artifact-update', taskId: 'T', contextId: 'C', lastChunk: true };
    expect(earlier({ ...artifact, artifact: { artifactId: 'a', name: EMAIL, parts } }).result).toEqual({
      ...artifact,
      artifact: { artifactId: 'a', parts: toldParts },
    });
  });
});
