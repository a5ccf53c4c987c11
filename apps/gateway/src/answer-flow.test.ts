import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { getRequestListener } from '@hono/node-server';
import { afterEach, describe, expect, it } from 'vitest';
import { answerFlow } from './answer-flow.ts';
import { createOutlet, type Outlet } from './flow.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that answers once with what the test writes, and the client's end of that answer. */
async function answered(make: (outlet: Outlet) => Response = (outlet) => answerOf(outlet)) {
  const cancelled = Promise.withResolvers<unknown>();
  const outlet = createOutlet({
    wanted: () => undefined,
    cancel: (reason) => cancelled.resolve(reason),
  });
  const aborted = Promise.withResolvers<void>();
  let returned: Response | undefined;
  const listener = getRequestListener((request, env) => {
    request.signal.addEventListener('abort', () => aborted.resolve());
    const answer = make(outlet);
    returned = answerFlow(answer, (env as { outgoing: ServerResponse }).outgoing);
    return Promise.resolve(returned);
  });
  const server = createServer((request, response) => void listener(request, response));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const request = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return { outlet, response, cancelled: cancelled.promise, aborted: aborted.promise, returned };
}

function answerOf({ stream }: Outlet): Response {
  return new Response(stream, {
    status: 203,
    headers: { 'content-type': 'text/event-stream', 'x-own': 'a' },
  });
}

const encode = (said: string): Uint8Array => new TextEncoder().encode(said);

describe('an answer that flows', () => {
  it('has its status, its headers and its bytes, chunk by chunk', async () => {
    const { outlet, response } = await answered();
    expect(response.statusCode).toBe(203);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'x-own': 'a',
      'transfer-encoding': 'chunked',
    });
    for (const said of ['data: 1\n\n', 'data: 2\n\n']) {
      outlet.write(encode(said));
      outlet.flush();
      const [chunk] = (await once(response, 'data')) as [Buffer];
      expect(chunk.toString()).toBe(said);
    }
    outlet.write(encode('data: 3\n\n'));
    outlet.end();
    expect(await text(response)).toBe('data: 3\n\n');
  });

  it('loses nothing that was there before it was sent', async () => {
    const { response } = await answered((outlet) => {
      outlet.write(encode('early'));
      outlet.end();
      return answerOf(outlet);
    });
    expect(await text(response)).toBe('early');
  });

  it('stops asking for more while its client does not read, and goes on when it does', async () => {
    const { outlet, response } = await answered();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const limit = 64 * 1024 * 1024;
    let written = 0;
    // What waits here is what the connection did not take.
    while (outlet.waiting.chunks === 0 && written < limit) {
      outlet.write(chunk);
      written += chunk.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(written).toBeLessThan(limit);
    outlet.write(encode('last'));
    outlet.end();
    const read = await text(response);
    expect(read.length).toBe(written + 'last'.length);
    expect(read.endsWith('last')).toBe(true);
  });

  it('is no longer wanted when its client goes away, before the request counts as aborted', async () => {
    const { outlet, response, cancelled, aborted } = await answered();
    const order: string[] = [];
    const both = Promise.all([
      cancelled.then(() => order.push('cancelled')),
      aborted.then(() => order.push('aborted')),
    ]);
    outlet.write(encode('data: 1\n\n'));
    await once(response, 'data');
    response.destroy();
    await both;
    expect(order).toEqual(['cancelled', 'aborted']);
  });

  it('breaks off where it fails: its client must not take it for whole', async () => {
    const { outlet, response } = await answered();
    outlet.write(encode('half'));
    outlet.fail(new Error('broken'));
    await expect(text(response)).rejects.toThrow('aborted');
  });
});

describe('any other answer', () => {
  it('goes its usual way', async () => {
    const { response, returned } = await answered(() => new Response('whole', { status: 201 }));
    expect(response.statusCode).toBe(201);
    expect(await text(response)).toBe('whole');
    expect(returned?.status).toBe(201);
    const plain = await answered((outlet) => new Response(outlet.stream));
    plain.outlet.write(encode('no events'));
    plain.outlet.end();
    expect(await text(plain.response)).toBe('no events');
    const stream = await answered(() => new Response(new Blob(['streamed']).stream()));
    expect(await text(stream.response)).toBe('streamed');
  });
});
