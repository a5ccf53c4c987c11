import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { readCapped } from './body.ts';
import { createUpstreamClient, type UpstreamClientOptions } from './client.ts';
import type { OutboundRequest } from './exchange.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
async function upstream(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handler);
  cleanups.push(() => server.closeAllConnections());
  return listening(server);
}
/** A peer that speaks no HTTP of its own: the test decides on each byte. */
async function peer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  cleanups.push(() => sockets.forEach((socket) => socket.destroy()));
  return listening(
    createTcpServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      onConnection(socket);
    }),
  );
}
function client(options: UpstreamClientOptions = {}) {
  const made = createUpstreamClient({ retryDelayMs: 1, ...options });
  cleanups.push(() => made.close());
  return made;
}
function post(body: string, changes: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    method: 'POST',
    headers: new Map([['content-type', 'application/json']]),
    body: Buffer.from(body),
    signal: new AbortController().signal,
    ...changes,
  };
}
async function text(body: ReadableStream<Uint8Array>): Promise<string> {
  return Buffer.from(await buffer(body)).toString();
}

describe('an exchange', () => {
  it('carries the exact bytes and headers both ways, and nothing of the HTTP library', async () => {
    const seen: { head: string[]; body: string }[] = [];
    const url = await upstream((request, response) => {
      void buffer(request).then((body) => {
        seen.push({ head: request.rawHeaders, body: body.toString() });
        response
          .writeHead(200, { 'content-type': 'application/json', 'x-two': ['a', 'b'] })
          .end('{"n": 1.0}\n');
      });
    });
    const answer = await client().send(`${url}/mcp?a=1`, post('{ "id":1.0 }'));
    if (!answer.ok) throw new Error(answer.error.reason);
    expect(await text(answer.value.body)).toBe('{"n": 1.0}\n');
    expect(answer.value.status).toBe(200);
    expect(answer.value.headers.get('x-two')).toBe('a, b');
    const [first] = seen;
    expect(first?.body).toBe('{ "id":1.0 }');
    expect(first?.head.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())).toEqual(
      expect.arrayContaining(['host', 'connection', 'content-type', 'accept-encoding', 'content-length']),
    );
    expect(first?.head).toHaveLength(10);
    expect(first?.head[(first.head.indexOf('accept-encoding') ?? 0) + 1]).toBe('identity');
  });

  it('hands on each part of an answer as it comes', async () => {
    const next = Promise.withResolvers<void>();
    const url = await upstream((_request, response) => {
      response.writeProcessing();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      void next.promise.then(() => response.end('data: 2\n\n'));
    });
    const answer = await client().send(url, post('{}'));
    if (!answer.ok) throw new Error(answer.error.reason);
    const reader = answer.value.body.getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('data: 1\n\n');
    next.resolve();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('data: 2\n\n');
    expect((await reader.read()).done).toBe(true);
  });

  it('tells when the first byte of an answer comes: once, not before there is one, and never for an empty one', async () => {
    const [head, body] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const url = await upstream((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (request.url === '/empty') return void response.end();
      response.flushHeaders();
      void head.promise.then(() => response.write('data: 1\n\n'));
      void body.promise.then(() => response.end('data: 2\n\n'));
    });
    let times = 0;
    const onFirstByte = () => void (times += 1);
    const answer = await client().send(url, post('{}', { onFirstByte }));
    if (!answer.ok) throw new Error(answer.error.reason);
    expect(times).toBe(0);
    head.resolve();
    const reader = answer.value.body.getReader();
    await reader.read();
    expect(times).toBe(1);
    body.resolve();
    while (!(await reader.read()).done);
    expect(times).toBe(1);
    const empty = await client().send(`${url}/empty`, post('{}', { onFirstByte }));
    if (!empty.ok) throw new Error(empty.error.reason);
    expect([await text(empty.value.body), times]).toEqual(['', 1]);
  });

  it('makes the upstream wait for a reader that does not read', async () => {
    const total = 64 * 1024 * 1024;
    let response: ServerResponse | undefined;
    const url = await upstream((_request, res) => {
      response = res.writeHead(200);
      res.end(Buffer.alloc(total, 'x'));
    });
    const answer = await client().send(url, post('{}'));
    if (!answer.ok) throw new Error(answer.error.reason);
    await new Promise((resolve) => setImmediate(resolve));
    expect(response?.writableFinished).toBe(false);
    let length = 0;
    for await (const chunk of answer.value.body) length += chunk.length;
    expect(length).toBe(total);
  });

  it('keeps connections for the next ones', async () => {
    const ports = new Set<number | undefined>();
    const url = await upstream((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const shared = client();
    for (let i = 0; i < 10; i++) {
      const answer = await shared.send(url, post('{}'));
      if (answer.ok) await text(answer.value.body);
    }
    expect(ports.size).toBeLessThan(5);
  });
});

describe('an answer that cannot be relayed', () => {
  it('is a redirect, and it is not followed', async () => {
    let requests = 0;
    const url = await upstream((_request, response) => {
      requests++;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const answer = await client().send(url, post('{}'));
    expect(answer).toMatchObject({ ok: false, error: { code: 'upstream_invalid', isSent: true } });
    expect(requests).toBe(1);
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['is compressed', { 'content-encoding': 'gzip' }],
    ['names two content types', { 'content-type': ['application/json', 'text/event-stream'] }],
    ['names two sessions', { 'mcp-session-id': ['a', 'b'] }],
  ])('%s', async (_name, headers) => {
    const url = await upstream((_request, response) =>
      response.setHeaders(new Map(Object.entries(headers))).end('x'),
    );
    expect(await client().send(url, post('{}'))).toMatchObject({
      ok: false,
      error: { code: 'upstream_invalid' },
    });
  });

  it.each(['SSH-2.0-OpenSSH\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'])(
    'is no valid HTTP: %j',
    async (bytes) => {
      const url = await peer((socket) => socket.once('data', () => socket.end(bytes)));
      const answer = await client().send(url, post('{}'));
      expect(answer).toMatchObject({ ok: false, error: { code: 'upstream_invalid' } });
    },
  );

  it('tells the operator where and why, and the caller neither', async () => {
    const url = await peer((socket) => socket.destroy());
    const answer = await client().send(url, post('{}'));
    if (answer.ok) throw new Error('answered');
    expect(answer.error.reason).toContain(url);
    expect(answer.error.message).not.toContain('127.0.0.1');
  });
});

describe('a failure', () => {
  it('to connect is tried again, and then nothing was sent', async () => {
    const server = createTcpServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const answer = await client().send(`http://127.0.0.1:${port}`, post('{}'));
    expect(answer).toMatchObject({ ok: false, error: { code: 'upstream_unavailable', isSent: false } });
    expect(answer.ok ? '' : answer.error.reason).toContain('ECONNREFUSED');
  });

  it('after the request was sent is never tried again', async () => {
    let connections = 0;
    const url = await peer((socket) => {
      connections++;
      socket.once('data', () => socket.destroy());
    });
    const answer = await client().send(url, post('{}'));
    expect(answer).toMatchObject({ ok: false, error: { code: 'upstream_unavailable', isSent: true } });
    expect(connections).toBe(1);
  });

  it('to answer in time is a timeout', async () => {
    const url = await upstream(() => undefined);
    const answer = await client({ headersTimeoutMs: 50 }).send(url, post('{}'));
    expect(answer).toMatchObject({ ok: false, error: { code: 'upstream_timeout', isSent: true } });
  });

  it('in the middle of an answer breaks off its body', async () => {
    const url = await peer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc', () => socket.destroy());
      });
    });
    const answer = await client().send(url, post('{}'));
    if (!answer.ok) throw new Error(answer.error.reason);
    expect(await readCapped(answer.value.body, 1000)).toMatchObject({
      ok: false,
      error: { code: 'upstream_unavailable' },
    });
  });
});

describe('a caller who goes away', () => {
  it('before anything was sent sends nothing', async () => {
    let requests = 0;
    const url = await upstream((_request, response) => {
      requests++;
      response.end();
    });
    const made = client();
    const gone = new AbortController();
    const sending = made.send(url, post('{}', { signal: gone.signal }));
    gone.abort();
    expect(await sending).toMatchObject({ ok: false, error: { isSent: false } });
    expect(await made.send(url, post('{}', { signal: gone.signal }))).toMatchObject({
      ok: false,
      error: { isSent: false },
    });
    await made.send(url, post('{}'));
    expect(requests).toBe(1);
  });

  it('while the upstream works closes the connection to it', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    const url = await upstream((request) => arrived.resolve(request));
    const gone = new AbortController();
    const sending = client().send(url, post('{}', { signal: gone.signal }));
    const closed = once((await arrived.promise).socket, 'close');
    gone.abort();
    expect(await sending).toMatchObject({ ok: false, error: { code: 'upstream_unavailable', isSent: true } });
    await closed;
  });

  it('while the answer streams closes the connection and ends the body with an error', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    const url = await upstream((request, response) => {
      response.writeHead(200).write('data: 1\n\n');
      arrived.resolve(request);
    });
    const gone = new AbortController();
    const answer = await client().send(url, post('{}', { signal: gone.signal }));
    if (!answer.ok) throw new Error(answer.error.reason);
    const closed = once((await arrived.promise).socket, 'close');
    const reader = answer.value.body.getReader();
    await reader.read();
    gone.abort();
    await expect(reader.read()).rejects.toThrow('broke');
    await closed;
  });
});

describe('reading a whole answer', () => {
  it('stops at the limit and closes the connection', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    const url = await upstream((request, response) => {
      response.writeHead(200).write('x'.repeat(101));
      arrived.resolve(request);
    });
    const answer = await client().send(url, post('{}'));
    if (!answer.ok) throw new Error(answer.error.reason);
    const closed = once((await arrived.promise).socket, 'close');
    expect(await readCapped(answer.value.body, 100)).toMatchObject({
      ok: false,
      error: { code: 'upstream_invalid' },
    });
    await closed;
  });

  it('gives an empty body and one of exactly the limit', async () => {
    const read = async (body: string) => {
      const result = await readCapped(new Blob([body]).stream(), 3);
      return result.ok ? Buffer.from(result.value).toString() : null;
    };
    expect(await read('')).toBe('');
    expect(await read('abc')).toBe('abc');
    expect(await read('abcd')).toBeNull();
  });
});
