import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Id } from '@countersign/audit';
import { afterEach, describe, expect, it } from 'vitest';
import { mcpServer } from '../../registry/testing-server.ts';
import type { McpServer } from '../../registry/types.ts';
import { createUpstreamClient } from '../client.ts';
import { createTransports, type Transports } from '../transports.ts';
import { endpointOf } from './endpoint.ts';

interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: { readonly name?: string };
}

interface Posted {
  readonly path: string;
  readonly message: Message;
  readonly headers: IncomingMessage['headers'];
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A server of 2024-11-05 by hand. @param endpoint what its streams begin with. */
async function start(endpoint: (origin: string) => string = () => '/messages?sessionId=1') {
  const streams: ServerResponse[] = [];
  const posted: Posted[] = [];
  let takes = 202;
  const http = createServer((request, response) => void handle(request, response));
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      streams.push(response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(endpoint(origin));
      return;
    }
    const message = JSON.parse(await text(request)) as Message;
    posted.push({ path: request.url ?? '', message, headers: request.headers });
    response.writeHead(takes).end(takes === 202 ? 'Accepted' : 'no');
    if (takes === 202) answer(message);
  }
  function say(message: object): void {
    streams
      .at(-1)
      ?.write(`event: message\r\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\r\n\r\n`);
  }
  function answer({ id, method, params }: Message): void {
    if (method === 'initialize') {
      const serverInfo = { name: 'old', version: '1' };
      say({ id, result: { protocolVersion: '2025-03-26', capabilities: { tools: {} }, serverInfo } });
    } else if (params?.name === 'echo') say({ id, result: { content: [] } });
    else if (params?.name === 'end') streams.at(-1)?.end();
  }
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  cleanups.push(() => {
    http.closeAllConnections();
    http.close();
  });
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server = mcpServer({
    uid: 'srv_1' as Id<'srv'>,
    name: 'old',
    place: { transport: 'sse', url: `${origin}/sse` },
    credential: { kind: 'bearer', env: 'OLD_TOKEN' },
  });
  const client = createUpstreamClient();
  const transports = createTransports({
    client,
    limits: { headersTimeoutMs: 20_000, idleTimeoutMs: 0, messageBytes: 64 * 1024 },
    registered: () => server,
    mayRun: () => 'no command is run here',
    version: '0',
    tell: () => undefined,
    env: { OLD_TOKEN: 'secret' },
  });
  cleanups.unshift(async () => {
    await transports.close();
    await client.close();
  });
  return {
    server,
    transports,
    posted,
    streams,
    say,
    takes(status: number) {
      takes = status;
    },
    /** Calls on the server, by its own count. */
    calls: () => posted.filter(({ message }) => message.method === 'tools/call').length,
  };
}

type Server = Awaited<ReturnType<typeof start>>;

function send(
  { transports, server }: { readonly transports: Transports; readonly server: McpServer },
  message: object | null,
  headers: Readonly<Record<string, string>> = {},
  method: 'GET' | 'POST' | 'DELETE' = 'POST',
) {
  return transports.send(server, {
    method,
    headers: new Map(Object.entries(headers)),
    body: message === null ? null : Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message })),
    signal: new AbortController().signal,
    principal: 'ann',
  });
}

async function open(server: Server): Promise<string> {
  const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  const opened = await send(server, { id: 0, method: 'initialize', params });
  if (!opened.ok) throw new Error(opened.error.reason);
  await new Response(opened.value.body).text();
  return opened.value.headers.get('mcp-session-id') ?? '';
}

const call = (server: Server, session: string, id: number, name: string) =>
  send(server, { id, method: 'tools/call', params: { name, arguments: {} } }, { 'mcp-session-id': session });

describe('a server of HTTP+SSE', () => {
  it('has a stream for each session, and is sent messages where the stream says, with the gateway’s credential', async () => {
    const old = await start(() => 'event: endpoint\ndata: messages?sessionId=1\n\n');
    const [one, two] = [await open(old), await open(old)];
    expect(one).not.toBe(two);
    expect(old.streams).toHaveLength(2);
    const answer = await call(old, two, 5, 'echo');
    expect(answer.ok && (await new Response(answer.value.body).json())).toEqual({
      jsonrpc: '2.0',
      id: 5,
      result: { content: [] },
    });
    const last = old.posted.at(-1);
    expect(last?.path).toBe('/messages?sessionId=1');
    expect(last?.headers.authorization).toBe('Bearer secret');
    expect(last?.headers['mcp-session-id']).toBeUndefined();
  });

  it.each([
    ['another origin', 'event: endpoint\ndata: http://169.254.169.254/messages\n\n', 'another origin'],
    ['another scheme', 'event: endpoint\ndata: file:///etc/passwd\n\n', 'another origin'],
    ['nothing', 'event: endpoint\ndata:\n\n', 'no address'],
    ['a message first', 'event: message\ndata: {}\n\n', 'does not begin with'],
    ['a line that never ends', `event: endpoint\ndata: /${'x'.repeat(100_000)}\n\n`, 'larger than'],
  ])('that names %s gets no message', async (_, endpoint, why) => {
    const old = await start(() => endpoint);
    await expect(open(old)).rejects.toThrow(why);
    expect(old.posted).toEqual([]);
  });

  it('names its address once: a later one is not followed', async () => {
    const old = await start(() => 'event: endpoint\ndata: /messages\n\n');
    const session = await open(old);
    old.streams[0]?.write('event: endpoint\ndata: /elsewhere\n\n');
    const answer = await call(old, session, 1, 'echo');
    expect(answer.ok).toBe(true);
    expect(old.posted.at(-1)?.path).toBe('/messages');
  });

  it('whose stream ends in the middle of a call leaves it unknown, and it is not sent again', async () => {
    const old = await start(() => 'event: endpoint\ndata: /messages\n\n');
    const session = await open(old);
    const answer = await call(old, session, 1, 'end');
    expect(answer).toMatchObject({ ok: false, error: { code: 'upstream_unavailable', isSent: true } });
    const after = await call(old, session, 2, 'echo');
    expect(after.ok && after.value.status).toBe(404);
    expect(old.calls()).toBe(1);
  });

  it('that does not take a message may have taken it', async () => {
    const old = await start(() => 'event: endpoint\ndata: /messages\n\n');
    const session = await open(old);
    old.takes(500);
    expect(await call(old, session, 1, 'echo')).toMatchObject({
      ok: false,
      error: { code: 'upstream_invalid', isSent: true },
    });
  });

  it('is told that a session ended by its stream', async () => {
    const old = await start(() => 'event: endpoint\ndata: /messages\n\n');
    const session = await open(old);
    const [stream] = old.streams;
    const closed = stream === undefined ? Promise.reject(new Error('no stream')) : once(stream, 'close');
    const ended = await send(old, null, { 'mcp-session-id': session }, 'DELETE');
    expect(ended.ok && ended.value.status).toBe(200);
    await closed;
  });

  it('does not speak 2026-07-28, and says so without being asked', async () => {
    const old = await start();
    const answer = await send(
      old,
      { id: 1, method: 'server/discover' },
      { 'mcp-protocol-version': '2026-07-28' },
    );
    expect(answer.ok && [answer.value.status, await new Response(answer.value.body).json()]).toEqual([
      400,
      expect.objectContaining({ id: 1, error: expect.objectContaining({ code: -32022 }) }),
    ]);
    expect(old.streams).toHaveLength(0);
  });
});

describe('the address for messages', () => {
  const at = (data: string) => endpointOf(data, 'https://old.example/base/sse');
  it('is read against that of the stream', () => {
    expect(at('messages?s=1')).toEqual({ ok: true, url: 'https://old.example/base/messages?s=1' });
    expect(at('/messages#part')).toEqual({ ok: true, url: 'https://old.example/messages' });
    expect(at('https://old.example/m')).toEqual({ ok: true, url: 'https://old.example/m' });
  });
  it.each([
    '//evil.example/m',
    'http://old.example/m',
    'https://old.example:444/m',
    'https://u:p@old.example/m',
  ])('is not %s', (data) => {
    expect(at(data).ok).toBe(false);
  });
});
