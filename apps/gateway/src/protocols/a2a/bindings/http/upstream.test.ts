import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ok } from '../../../../errors.ts';
import type { Deps } from '../../../../pipeline/deps.ts';
import type { UpstreamResponse } from '../../../../pipeline/types.ts';
import type { A2aUpstream } from '../../../../registry/types.ts';
import { dress } from '../dress.ts';
import { sendHttpJson } from './upstream.ts';

const LIMITS = { responseBytes: 1_000, eventBytes: 1_000 };
const request = {
  method: 'POST',
  headers: new Map(),
  body: null,
  signal: new AbortController().signal,
} as const;

async function answered(method: string, status: number, type: string | null, ...chunks: string[]) {
  const message = Buffer.from(`{"jsonrpc":"2.0","id":"q","method":"${method}","params":{"id":"1"}}`);
  const dressed = dress(message, { binding: 'HTTP+JSON', url: 'http://agent.example', tenant: null });
  if (!dressed.ok || dressed.value.binding !== 'HTTP+JSON') throw new Error('not dressed');
  const send: Deps['send'] = () => {
    const headers = new Map(type === null ? [] : [['content-type', type] as const]);
    return Promise.resolve(
      ok({ status, headers, body: ReadableStream.from(chunks.map((each) => Buffer.from(each))) }),
    );
  };
  const sent = await sendHttpJson({} as A2aUpstream, request, dressed.value, send, LIMITS);
  if (!sent.ok) throw new Error(sent.error.reason);
  return sent.value;
}

async function read({ status, headers, body, came }: UpstreamResponse) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status, type: headers.get('content-type'), text, came: came?.() };
}

const digest = (text: string) => ({
  sha256: createHash('sha256').update(text).digest('hex'),
  bytes: Buffer.byteLength(text),
});

test('a result keeps its bytes, and what is counted is what came', async () => {
  const body = '{ "id":"1", "n":1.0 }';
  expect(await read(await answered('GetTask', 200, 'application/a2a+json; charset=utf-8', body))).toEqual({
    status: 200,
    type: 'application/json',
    text: `{"jsonrpc":"2.0","id":"q","result":${body}}`,
    came: digest(body),
  });
});

test('nothing to tell is an empty result', async () => {
  const told = await read(await answered('CancelTask', 204, null));
  expect(told).toMatchObject({ text: '{"jsonrpc":"2.0","id":"q","result":{}}', came: { bytes: 0 } });
});

test.each([
  [404, { status: 'NOT_FOUND', message: 'gone' }, -32001],
  [404, { message: 'gone' }, -32001],
  [400, { status: 'INVALID_ARGUMENT', message: 'bad' }, -32602],
  [
    400,
    {
      status: 'FAILED_PRECONDITION',
      message: 'x',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'TASK_NOT_CANCELABLE',
          domain: 'a2a-protocol.org',
        },
      ],
    },
    -32002,
  ],
  [503, { status: 'UNAVAILABLE', message: 'later' }, -32603],
  [418, 'teapot', -32603],
])('HTTP %s with an error is that error', async (status, error, code) => {
  const told = await read(await answered('GetTask', status, 'application/json', JSON.stringify({ error })));
  expect(JSON.parse(told.text)).toMatchObject({ id: 'q', error: { code } });
});

test('what is no answer stays what it is, for its reader to refuse', async () => {
  const unread = { came: undefined };
  expect(await read(await answered('GetTask', 401, 'application/json', '{"error":{}}'))).toMatchObject({
    status: 401,
    ...unread,
  });
  expect(await read(await answered('GetTask', 500, 'text/html', '<html>'))).toMatchObject({
    status: 500,
    ...unread,
  });
  const two = await read(await answered('GetTask', 200, 'application/json', '{}},"id":"q"{'));
  expect(two).toMatchObject({ text: '{}},"id":"q"{', ...unread });
  const stream = await answered('GetTask', 200, 'text/event-stream', 'data: {}\n\n');
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
});

test('an answer that is larger than it may be breaks off', async () => {
  const large = await answered('GetTask', 200, 'application/json', `{"x":"${'x'.repeat(2_000)}"}`);
  await expect(read(large)).rejects.toThrow('larger than 1000 bytes');
});

test('each event keeps its place and its bytes, comments and all', async () => {
  const events = [
    'data: {"task":1}\n\n',
    ': still here\n\n',
    'id: 7\ndata: {"a":1}\n\n',
    'event: error\ndata: {"error":{"message":"no"}}\n\n',
  ];
  const told = await read(await answered('SubscribeToTask', 200, 'text/event-stream', ...events));
  expect(told.type).toBe('text/event-stream');
  expect(told.text).toBe(
    [
      'data: {"jsonrpc":"2.0","id":"q","result":{"task":1}}\n\n',
      ': still here\n\n',
      'id: 7\ndata: {"jsonrpc":"2.0","id":"q","result":{"a":1}}\n\n',
      'event: message\ndata: {"jsonrpc":"2.0","id":"q","error":{"code":-32603,"message":"no"}}\n\n',
    ].join(''),
  );
});
