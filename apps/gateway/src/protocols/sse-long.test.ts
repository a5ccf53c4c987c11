import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { relayEvents, type SseAction } from './sse-relay.ts';
import { readLongEvent } from './sse-long.ts';

function chunksOf(text: string, sizes: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  if (at < bytes.length) chunks.push(bytes.subarray(at));
  return chunks;
}

const cuts = array(integer({ min: 1, max: 7 }), { maxLength: 60 });

test.each(['\n', '\r', '\r\n'])(
  'an event’s data and id are read however it is cut, with %j for line ends',
  (end) => {
    const text = [
      'event: message',
      'id: 7',
      'retry: 5',
      ': said',
      'data: {"a":" b"}',
      '',
      'data: next',
      '',
    ].join(end);
    assert(
      property(cuts, (sizes) => {
        let data = '';
        const ids: string[] = [];
        const reader = readLongEvent({
          data: (bytes) => void (data += Buffer.from(bytes).toString('latin1')),
          id: (id) => void ids.push(id),
        });
        let behind: string | null = null;
        for (const chunk of chunksOf(text, sizes)) {
          if (behind !== null) behind += Buffer.from(chunk).toString('latin1');
          else {
            const rest = reader.push(chunk);
            if (rest !== null) behind = Buffer.from(rest).toString('latin1');
          }
        }
        expect(data).toBe('{"a":" b"}');
        expect(ids).toEqual(['7']);
        // The second half of a line end may come with what stands behind the event.
        expect(behind?.replace(/^\n/, '')).toBe(`data: next${end}`);
      }),
    );
  },
);

test.each([
  ['data on two lines', 'data: a\ndata: b\n\n'],
  ['a line without end', `x: ${'y'.repeat(5_000)}`],
])('%s makes a large event unfit', (_, text) => {
  const reader = readLongEvent({ data: () => undefined, id: () => undefined });
  expect(() => reader.push(Buffer.from(text))).toThrow(/event/);
});

/** Relays a text whose events are held up to 16 bytes. */
async function relayed(text: string, sizes: readonly number[], told: () => Promise<unknown>, seen: string[]) {
  const source = new ReadableStream<Uint8Array>({
    start(out) {
      for (const chunk of chunksOf(text, sizes)) out.enqueue(chunk);
      out.close();
    },
  });
  const stream = relayEvents(
    source,
    (piece): SseAction => {
      seen.push(Buffer.from(piece.data ?? []).toString('utf8'));
      return 'pass';
    },
    {
      maxEventBytes: 4_096,
      long: {
        heldBytes: 16,
        open: () => {
          let length = 0;
          return {
            raw: () => undefined,
            data: (bytes) => void (length += bytes.length),
            id: () => undefined,
            async end() {
              await told();
              seen.push(`${length} bytes`);
            },
            fail: () => Promise.resolve(),
          };
        },
      },
    },
  );
  return new Response(stream).text();
}

test('events larger than what is held pass with their own bytes, in order among the others', async () => {
  const large = `data: ${'z'.repeat(1_000)}\n\n`;
  const text = `data: one\n\n${large}data: two\n\n: comment\n\n${large}`;
  for (const size of [3, 100, 500]) {
    const sizes = Array.from({ length: 1_000 }, () => size);
    const seen: string[] = [];
    expect(await relayed(text, sizes, () => Promise.resolve(), seen)).toBe(text);
    expect(seen.filter((each) => each !== '')).toEqual(['one', '1000 bytes', 'two', '1000 bytes']);
  }
});

test('what ends a large event waits until it may be told, and never comes where it may not', async () => {
  const text = `data: ${'z'.repeat(1_000)}\n\n`;
  await expect(relayed(text, [100, 100], () => Promise.reject(new Error('no record')), [])).rejects.toThrow(
    /no record/,
  );
});

test('what follows a large event and is refused ends the stream as any other fault of its sender does', async () => {
  const ends: string[] = [];
  const large = `data: ${'z'.repeat(1_000)}\n\n`;
  const source = new ReadableStream<Uint8Array>({
    start(out) {
      for (const chunk of chunksOf(`${large}data: ${'y'.repeat(5_000)}`, [100, 10_000])) out.enqueue(chunk);
      out.close();
    },
  });
  const stream = relayEvents(source, () => 'pass', {
    maxEventBytes: 4_096,
    onEnd: ({ kind }) => {
      ends.push(kind);
      return Buffer.from('data: last\n\n');
    },
    long: {
      heldBytes: 16,
      open: () => ({
        raw: () => undefined,
        data: () => undefined,
        id: () => undefined,
        end: () => Promise.resolve(),
        fail: () => Promise.resolve(),
      }),
    },
  });
  expect(await new Response(stream).text()).toBe(`${large}data: last\n\n`);
  expect(ends).toEqual(['failed']);
});
