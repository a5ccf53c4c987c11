// An upstream written by hand, inside the test's process: it keeps every request byte for byte and answers as badly as
// it is told to. For what no well-behaved SDK server would do; everything else is tested against the SDK's servers.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { closeServer, listenOnLoopback } from './listen.ts';

export type ReceivedRequest = {
  readonly method: string;
  readonly path: string;
  /** Names and values as they stood on the wire, in order. */
  readonly rawHeaders: readonly string[];
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly body: Buffer;
};

/** Writes the answer to one request. */
export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

export type RawUpstream = {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Replaces the answer to `tools/call`, and to everything that is no JSON-RPC message. */
  answerWith(answer: Answer): void;
  close(): Promise<void>;
};

/** Starts an MCP-like upstream: handshake, discovery and `tools/list` (the tool `call`) work; `answer` does the rest. */
export async function startRawUpstream(answer: Answer = answers.echo): Promise<RawUpstream> {
  const requests: ReceivedRequest[] = [];
  let current = answer;
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const received: ReceivedRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        rawHeaders: request.rawHeaders,
        headers: request.headers,
        body,
      };
      requests.push(received);
      const known = handshake(messageOf(body));
      if (known === undefined) current(response, received);
      else json(response, known.status, known.body);
    });
  });
  const address = await listenOnLoopback(server, 0);
  return {
    url: `${address}/mcp`,
    requests,
    answerWith: (next) => {
      current = next;
    },
    close: () => closeServer(server),
  };
}

const sse = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
const event = (message: unknown): string => `event: message\ndata: ${JSON.stringify(message)}\n\n`;

/** Ready-made answers, most of them wrong. */
export const answers = {
  echo: (response, request) => {
    const { id, params } = messageOf(request.body) ?? {};
    json(response, 200, {
      jsonrpc: '2.0',
      id,
      result: { content: [{ type: 'text', text: JSON.stringify(params) }] },
    });
  },
  notJson: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('<html>not json</html>');
  },
  wrongId: (response) => {
    json(response, 200, { jsonrpc: '2.0', id: 'somebody-else', result: { content: [] } });
  },
  serverError: (response) => {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('stack trace with secrets');
  },
  unauthorized: (response) => {
    response
      .writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="http://upstream.example/"' })
      .end();
  },
  redirect: (response) => {
    response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
  },
  /** Accepts the request and never answers. */
  hang: () => undefined,
  resetBeforeHeaders: (response) => {
    response.socket?.resetAndDestroy();
  },
  resetMidBody: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"jsonrpc":"2.0",', () => response.socket?.resetAndDestroy());
  },
  /** Starts a stream, then ends it without the response that was asked for. */
  streamWithoutResult: (response) => {
    response.writeHead(200, sse);
    response.end(
      event({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } }),
    );
  },
  resetMidStream: (response) => {
    response.writeHead(200, sse);
    response.write(
      event({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } }),
      () => response.socket?.resetAndDestroy(),
    );
  },
  /** Two responses to one request, the second one not asked for. */
  twoResults: (response, request) => {
    const { id } = messageOf(request.body) ?? {};
    response.writeHead(200, sse);
    response.write(event({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'first' }] } }));
    response.end(event({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'second' }] } }));
  },
  accepted: (response) => {
    response.writeHead(202).end();
  },
} satisfies Record<string, Answer>;

type Message = { readonly id?: unknown; readonly method?: unknown; readonly params?: unknown };

function messageOf(body: Buffer): Message | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as Message;
  } catch {
    return undefined;
  }
}

function handshake(message: Message | undefined): { status: number; body: unknown } | undefined {
  const result = (value: unknown) => ({
    status: 200,
    body: { jsonrpc: '2.0', id: message?.id, result: value },
  });
  switch (message?.method) {
    case 'initialize':
      return result({
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'raw', version: '1.0.0' },
      });
    case 'notifications/initialized':
    case 'notifications/cancelled':
      return { status: 202, body: undefined };
    case 'server/discover':
      return {
        status: 404,
        body: { jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } },
      };
    case 'tools/list':
      return result({ tools: [{ name: 'call', description: 'Anything', inputSchema: { type: 'object' } }] });
    default:
      return undefined;
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
