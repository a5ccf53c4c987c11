// A server of 2025-11-25 that asks its client whatever a test has it ask, on the stream of a call or on the standalone one,
// and remembers what it was answered.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Message } from './event-reader.ts';

export interface Answer extends Omit<Message, 'result'> {
  readonly session: string;
  readonly result?: Readonly<Record<string, unknown>>;
}

/** A stream of the server's, to one client. */
export interface Ask {
  /** Of the call; null on a standalone stream. */
  readonly id: number | string | null;
  say(message: object, eventId?: string): void;
  end(message?: object): void;
  readonly closed: Promise<unknown>;
}

export interface AskingServer {
  readonly url: string;
  /** Every answer and every notification of a client, in order. */
  readonly answers: Answer[];
  /** The answers to the request of this id. */
  to(id: number | string): Answer[];
  /** Sessions that were ended, in order. */
  readonly ended: readonly string[];
  /** The next call of the tool. */
  called(): Promise<Ask>;
  /** The next standalone stream that a client opens. */
  listened(): Promise<Ask>;
  close(): Promise<void>;
}

export async function startAskingServer(revision = '2025-11-25'): Promise<AskingServer> {
  const http = createServer((request, response) => void handle(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const answers: Answer[] = [];
  const ended: string[] = [];
  const calls = queue<Ask>();
  const listeners = queue<Ask>();
  let opened = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const message = (body === '' ? {} : JSON.parse(body)) as Message;
    const session = String(request.headers['mcp-session-id'] ?? '');
    const json = (result: object, headers = {}) =>
      response
        .writeHead(200, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    if (request.method === 'DELETE') {
      ended.push(session);
      response.writeHead(200).end();
    } else if (request.method === 'GET') listeners.put(stream(response, null));
    else if (message.method === 'initialize') {
      opened += 1;
      const serverInfo = { name: 'asking', version: '1' };
      const result = { protocolVersion: revision, capabilities: { tools: {} }, serverInfo };
      json(result, { 'mcp-session-id': `session-${opened}` });
    } else if (message.method === 'server/discover') response.writeHead(404).end();
    else if (message.method === 'tools/list')
      json({ tools: [{ name: 'work', inputSchema: { type: 'object' } }] });
    else if (message.method === 'tools/call') calls.put(stream(response, message.id ?? null));
    else {
      answers.push({ ...(message as Omit<Answer, 'session'>), session });
      response.writeHead(202).end();
    }
  }

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    answers,
    ended,
    to: (id) => answers.filter((answer) => answer.id === id),
    called: () => calls.take(),
    listened: () => listeners.take(),
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

function stream(response: ServerResponse, id: Ask['id']): Ask {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  const event = (message: object, eventId?: string) =>
    `${eventId === undefined ? '' : `id: ${eventId}\n`}event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
  return {
    id,
    closed: once(response, 'close'),
    say: (message, eventId) => void response.write(event(message, eventId)),
    end: (message) => void response.end(message === undefined ? undefined : event(message)),
  };
}

function queue<T>() {
  const ready: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put(item: T) {
      const next = waiting.shift();
      if (next === undefined) ready.push(item);
      else next(item);
    },
    take(): Promise<T> {
      const item = ready.shift();
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item);
    },
  };
}
