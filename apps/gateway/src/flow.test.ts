import { describe, expect, it } from 'vitest';
import { createOutlet, type Flow, flows, openFlow } from './flow.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function producer() {
  const seen = { wanted: 0, cancelled: [] as unknown[] };
  const outlet = createOutlet({
    wanted: () => void (seen.wanted += 1),
    cancel: (reason) => void seen.cancelled.push(reason),
  });
  return { seen, outlet, write: (text: string) => outlet.write(encode(text)) };
}

/** Notes what it is told, in order, and does what the test says with each chunk. */
function taking(
  stream: ReadableStream<Uint8Array>,
  onData: (flow: Flow, text: string) => void = () => undefined,
) {
  const told: string[] = [];
  const flow: Flow = openFlow(stream, {
    data(bytes) {
      told.push(decode(bytes));
      onData(flow, decode(bytes));
    },
    end: () => void told.push('(end)'),
    fail: (error) => void told.push(`(failed: ${String(error)})`),
  });
  return { told, flow };
}

describe('bytes that a sink takes', () => {
  it('come in the turn in which they are written', () => {
    const { outlet, write } = producer();
    const { told, flow } = taking(outlet.stream);
    flow.resume();
    write('a');
    expect(told).toEqual(['a']);
    write('b');
    outlet.end();
    expect(told).toEqual(['a', 'b', '(end)']);
  });

  it('wait while it is paused, and so does the end behind them', () => {
    const { seen, outlet, write } = producer();
    const { told, flow } = taking(outlet.stream);
    write('a');
    write('bc');
    outlet.end();
    write('too late');
    expect(told).toEqual([]);
    expect(outlet.waiting).toEqual({ chunks: 2, bytes: 3 });
    expect(outlet.isWanted).toBe(false);
    flow.resume();
    expect(told).toEqual(['a', 'bc', '(end)']);
    expect(outlet.waiting).toEqual({ chunks: 0, bytes: 0 });
    expect(seen.wanted).toBe(0);
  });

  it('are asked for once there are none', () => {
    const { seen, outlet, write } = producer();
    const { told, flow } = taking(outlet.stream, (own) => own.pause());
    write('a');
    write('b');
    flow.resume();
    expect([told, seen.wanted]).toEqual([['a'], 0]);
    flow.resume();
    expect([told, seen.wanted]).toEqual([['a', 'b'], 0]);
    flow.resume();
    expect(seen.wanted).toBe(1);
    expect(outlet.isWanted).toBe(true);
  });

  it('keep their order where it stops and goes on within a chunk', () => {
    const { outlet, write } = producer();
    const { told, flow } = taking(outlet.stream, (own, text) => {
      own.pause();
      if (text === 'a') own.resume();
    });
    for (const text of ['a', 'b', 'c']) write(text);
    flow.resume();
    expect(told).toEqual(['a', 'b']);
    flow.resume();
    expect(told).toEqual(['a', 'b', 'c']);
  });

  it('come before the failure that came after them', () => {
    const { outlet, write } = producer();
    const { told, flow } = taking(outlet.stream);
    write('a');
    outlet.fail('broken');
    outlet.end();
    flow.resume();
    expect(told).toEqual(['a', '(failed: broken)']);
  });

  it('are told no more of once they are not wanted, and whoever has them hears of it once', async () => {
    const { seen, outlet, write } = producer();
    const { told, flow } = taking(outlet.stream);
    write('a');
    await flow.cancel('gone');
    await flow.cancel('again');
    flow.resume();
    write('b');
    outlet.end();
    expect(told).toEqual([]);
    expect(seen).toEqual({ wanted: 0, cancelled: ['gone'] });
    expect(outlet.waiting.bytes).toBe(0);
  });

  it('are nobody else’s', () => {
    const { outlet } = producer();
    expect(flows(outlet.stream)).toBe(true);
    taking(outlet.stream);
    expect(() => taking(outlet.stream)).toThrow(TypeError);
    expect(() => outlet.stream.getReader()).toThrow(TypeError);
  });
});

describe('the web stream of the same bytes', () => {
  it('reads no further than its reader', async () => {
    const { seen, outlet, write } = producer();
    const reader = outlet.stream.getReader();
    write('a');
    write('b');
    expect(decode((await reader.read()).value ?? encode(''))).toBe('a');
    expect(outlet.waiting.chunks).toBe(1);
    expect(decode((await reader.read()).value ?? encode(''))).toBe('b');
    expect(seen.wanted).toBe(0);
    const third = reader.read();
    await expect.poll(() => seen.wanted).toBe(1);
    write('c');
    expect(decode((await third).value ?? encode(''))).toBe('c');
    outlet.end();
    expect((await reader.read()).done).toBe(true);
  });

  it('fails as they do', async () => {
    const { outlet, write } = producer();
    const reader = outlet.stream.getReader();
    write('a');
    outlet.fail(new Error('broken'));
    expect(decode((await reader.read()).value ?? encode(''))).toBe('a');
    await expect(reader.read()).rejects.toThrow('broken');
  });

  it('tells of its cancellation, read from or not', async () => {
    const [unread, read] = [producer(), producer()];
    await unread.outlet.stream.cancel('unread');
    expect(unread.seen.cancelled).toEqual(['unread']);
    read.write('a');
    const reader = read.outlet.stream.getReader();
    await reader.read();
    await reader.cancel('read');
    expect(read.seen.cancelled).toEqual(['read']);
    read.write('b');
    read.outlet.end();
  });
});

describe('a stream of anybody else’s', () => {
  it('is read while its bytes are wanted, and no further', async () => {
    let pulls = 0;
    const stream = new ReadableStream<Uint8Array>(
      { pull: (out) => (++pulls > 3 ? out.close() : out.enqueue(encode(String(pulls)))) },
      { highWaterMark: 0 },
    );
    expect(flows(stream)).toBe(false);
    const { told, flow } = taking(stream, (own, text) => {
      if (text === '2') own.pause();
    });
    expect(pulls).toBe(0);
    flow.resume();
    await expect.poll(() => told).toEqual(['1', '2']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(pulls).toBe(2);
    flow.resume();
    await expect.poll(() => told).toEqual(['1', '2', '3', '(end)']);
  });

  it('gives what was on its way when its sink paused only when it goes on', async () => {
    let out: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (out = controller) });
    const { told, flow } = taking(stream);
    flow.resume();
    flow.pause();
    out?.enqueue(encode('a'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([]);
    flow.resume();
    expect(told).toEqual(['a']);
    out?.error('broken');
    await expect.poll(() => told).toEqual(['a', '(failed: broken)']);
  });

  it('is cancelled as it would be by its reader', async () => {
    const cancelled: unknown[] = [];
    const stream = new ReadableStream<Uint8Array>({ cancel: (reason) => void cancelled.push(reason) });
    const { told, flow } = taking(stream);
    flow.resume();
    await flow.cancel('gone');
    expect(cancelled).toEqual(['gone']);
    expect(told).toEqual([]);
  });
});
