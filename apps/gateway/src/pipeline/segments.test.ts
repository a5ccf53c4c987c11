import { createHash } from 'node:crypto';
import { type EntryDraft, newId } from '@countersign/audit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogWriter } from '../store/types.ts';
import { createSegments } from './segments.ts';
import type { RecordedCall } from './types.ts';

const call = {
  id: newId('call'),
  upstream: { uid: newId('srv') },
  operation: 'mcp:stream',
  caller: { agent: { uid: newId('agt') } },
} as unknown as RecordedCall;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function recording(isWritable = true) {
  const entries: EntryDraft[] = [];
  let failures = 0;
  const writer = {
    commit: async (request: { readonly entries: readonly EntryDraft[] }) => {
      if (!isWritable) return { ok: false, code: 'log_unavailable', message: 'full' };
      entries.push(...request.entries);
      return { ok: true, receipts: [] };
    },
  } as unknown as LogWriter;
  const segments = createSegments(call, { writer, now: () => Date.now() }, () => void (failures += 1));
  return { entries, segments, failures: () => failures };
}

const text = (words: string) => Buffer.from(words);

test('a segment is written a minute after its first event, with their number and digest', async () => {
  const { entries, segments } = recording();
  segments.told(text('one'));
  await vi.advanceTimersByTimeAsync(59_000);
  segments.told(text('two'));
  expect(entries).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  const sha256 = createHash('sha256').update('onetwo').digest('hex');
  expect(entries).toMatchObject([
    {
      kind: 'stream.segment',
      agent: call.caller.agent?.uid,
      body: { stream: call.id, operation: 'mcp:stream', part: 0, events: 2, bytes: 6 },
      details: { rx: JSON.stringify({ sha256, bytes: 6 }) },
    },
  ]);
});

test('many events are a segment at once, and what is left is one when the stream ends', async () => {
  const { entries, segments } = recording();
  for (let at = 0; at < 2_500; at += 1) segments.told(text('x'));
  await segments.end();
  expect(entries.map(({ body }) => body)).toMatchObject([
    { part: 0, events: 1_000 },
    { part: 1, events: 1_000 },
    { part: 2, events: 500 },
  ]);
});

test('a stream on which nothing comes writes nothing', async () => {
  const { entries, segments } = recording();
  await vi.advanceTimersByTimeAsync(3_600_000);
  await segments.end();
  expect(entries).toEqual([]);
});

test('one that cannot be written is told once, and the stream does not end as if it had been', async () => {
  const { segments, failures } = recording(false);
  segments.told(text('one'));
  await vi.advanceTimersByTimeAsync(60_000);
  segments.told(text('two'));
  await expect(segments.end()).rejects.toThrow('cannot be recorded');
  expect(failures()).toBe(1);
});
