// Results that are larger than what the gateway holds: they pass as they come, in memory that does not grow with them, and
// end when their outcome is on record (issue 5, "Speed").
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RawWorld, startRawWorld } from './raw-world.ts';

const MIB = 1024 * 1024;

let world: RawWorld;
beforeAll(async () => {
  world = await startRawWorld();
});
afterAll(async () => {
  await world.close();
});

interface Large {
  readonly before: string;
  readonly after: string;
  readonly bytes: number;
  readonly type?: string;
}

const RESULT = {
  before: '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"',
  after: '"}]}}',
};
const FILLING = Buffer.alloc(64 * 1024, 'lorem ipsum ');

/** As fast as it is read. */
function* parts({ before, after, bytes }: Large): Generator<Buffer> {
  yield Buffer.from(before);
  for (let left = bytes; left > 0; left -= FILLING.length) yield FILLING;
  yield Buffer.from(after);
}

async function write(response: ServerResponse, large: Large): Promise<void> {
  response.writeHead(200, { 'content-type': large.type ?? 'application/json' });
  await pipeline(parts(large), response);
}

const answerWith = (large: Large) =>
  world.upstream.answerWith((response) => void write(response, large).catch(() => undefined));

async function digested(
  response: Response,
): Promise<{ bytes: number; sha256: string; start: string; end: string }> {
  const hash = createHash('sha256');
  let [bytes, start, end] = [0, '', ''];
  for await (const chunk of response.body ?? []) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    if (start.length < 200) start += Buffer.from(chunk).toString('latin1').slice(0, 200);
    end = (end + Buffer.from(chunk).toString('latin1').slice(-200)).slice(-200);
  }
  return { bytes, sha256: hash.digest('hex'), start, end };
}

function peakMb(): number {
  const status = readFileSync(`/proc/${world.gateway.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

describe.each<[string, Pick<Large, 'before' | 'after' | 'type'>]>([
  ['one message', RESULT],
  [
    'an event stream',
    {
      before: `event: message\nid: 1\ndata: ${RESULT.before}`,
      after: `${RESULT.after}\n\n`,
      type: 'text/event-stream',
    },
  ],
])('as %s', (_, form) => {
  test('16 MiB come through byte for byte, and are recorded by length and digest', async () => {
    answerWith({ ...form, bytes: 16 * MIB });
    const response = await world.call();
    expect(response.status).toBe(200);
    const got = await digested(response);
    expect(got.bytes).toBe(form.before.length + 16 * MIB + form.after.length);
    expect(got.end.endsWith(form.after)).toBe(true);
    const { id } = await world.newest();
    const detail = await world.admin<{ call: object; completed?: object }>(`/calls/${id}`);
    expect(JSON.stringify(detail)).toContain('"ok"');
    expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  test('256 MiB take no more memory than 16 MiB did', async () => {
    const before = peakMb();
    answerWith({ ...form, bytes: 256 * MIB });
    const got = await digested(await world.call());
    expect(got.bytes).toBeGreaterThan(256 * MIB);
    expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(peakMb() - before).toBeLessThan(128);
  });

  test('what turns out to be no answer to the call breaks off before its end, and is recorded as withheld', async () => {
    for (const [before, after] of [
      [form.before.replace('"id":1', '"id":2'), form.after],
      [form.before, form.after.replace('}}', '},"error":{"code":1,"message":"x"}}')],
      [form.before, form.after.replace('}}', ',"resultType":"input_required"}}')],
      [form.before, form.after.replace('}}', ',"ResultType":"input_required"}}')],
      [form.before, form.after.replace('}}', '},"id":1}')],
    ] as const) {
      answerWith({ ...form, before, after, bytes: 2 * MIB });
      await expect(digested(await world.call())).rejects.toThrow(/./);
      await expect.poll(async () => (await world.newest()).outcome).toBe('withheld');
    }
  });

  test('a server that breaks off in the middle leaves an outcome, and its caller an end that is none', async () => {
    world.upstream.answerWith((response) => {
      response.writeHead(200, { 'content-type': form.type ?? 'application/json' });
      response.write(form.before);
      response.write(Buffer.alloc(2 * MIB, 'x'), () => response.destroy());
    });
    const text = await digested(await world.call()).then(
      ({ end }) => end,
      () => 'broken off',
    );
    expect(text === 'broken off' || text.includes('broke off its answer')).toBe(true);
    await expect.poll(async () => (await world.newest()).state).toBe('completed');
    expect(['upstream_error', 'aborted']).toContain((await world.newest()).outcome);
  });

  test('a caller that stops reading leaves an outcome, too', async () => {
    answerWith({ ...form, bytes: 16 * MIB });
    const stop = new AbortController();
    const response = await world.call({}, stop.signal);
    await response.body?.getReader().read();
    stop.abort();
    await expect.poll(async () => (await world.newest()).outcome).toBe('aborted');
  });
});

test.each([
  ['in its data', ''],
  ['behind its data', '\n'],
  ['in another line', '\nid: 7'],
])(
  'an answer that came whole but for its end, %s, is not handed out when it breaks off',
  async (_, after) => {
    world.upstream.answerWith((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${RESULT.before}${'x'.repeat(2 * MIB)}${RESULT.after}${after}`);
      // What comes last is what waits; all before it is with the client by then.
      setImmediate(() => response.write(' ', () => setImmediate(() => response.end())));
    });
    const text = await (await world.call()).text();
    const messages: unknown[] = [];
    for (const event of text.split('\n\n')) {
      const lines = event.split('\n').filter((line) => line.startsWith('data:'));
      const data = lines.map((line) => line.slice('data:'.length).trimStart()).join('\n');
      try {
        messages.push(JSON.parse(data));
      } catch {
        // A client drops what is no message.
      }
    }
    expect(messages).toEqual([expect.objectContaining({ id: 1, error: expect.anything() })]);
    expect(await world.newest()).toMatchObject({ state: 'completed', outcome: 'aborted' });
  },
);
