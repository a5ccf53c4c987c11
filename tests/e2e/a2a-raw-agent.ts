// An A2A agent written by hand, inside the test's process: it keeps every request byte for byte and answers as badly as it
// is told to. For what no well-behaved SDK server would do.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RawRequest {
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly body: string;
  readonly rpc: {
    readonly id: number | string;
    readonly method: string;
    readonly params: { readonly id?: string; readonly message?: Readonly<Record<string, unknown>> };
  };
}

export type RawAnswer = (response: ServerResponse, request: RawRequest) => void;

export interface RawAgent {
  readonly url: string;
  /** POSTs to its endpoint, in order. */
  readonly requests: readonly RawRequest[];
  answerWith(answer: RawAnswer): void;
  /** What its card gives as its endpoint; by default the agent itself. */
  pointTo(url: string): void;
  close(): Promise<void>;
}

/** @param version the one version of A2A that it takes. */
export async function startRawAgent(version: '1.0' | '0.3' = '1.0'): Promise<RawAgent> {
  const requests: RawRequest[] = [];
  let answer: RawAnswer = (response) => response.writeHead(500).end();
  let endpoint = '';
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      json(response, version === '1.0' ? card(endpoint) : earlierCard(endpoint));
      return;
    }
    void buffer(request).then((bytes) => {
      const body = bytes.toString('utf8');
      const received: RawRequest = {
        headers: request.headers,
        body,
        rpc: JSON.parse(body) as RawRequest['rpc'],
      };
      requests.push(received);
      answer(response, received);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoint = `${url}/rpc`;
  return {
    url,
    requests,
    answerWith: (next) => {
      answer = next;
    },
    pointTo: (elsewhere) => {
      endpoint = elsewhere;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Answers with a result given as its own text, so that it may say what no JSON writer would. */
export function resultText(response: ServerResponse, request: RawRequest, text: string): void {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(`{"jsonrpc":"2.0","id":${JSON.stringify(request.rpc.id)},"result":${text}}`);
}

export function events(response: ServerResponse, request: RawRequest, results: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const result of results) {
    response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: request.rpc.id, result })}\n\n`);
  }
}

export function task(id: string, contextId: string, state: string, more: object = {}): object {
  return { id, contextId, status: { state }, ...more };
}

function earlierCard(url: string): object {
  return {
    protocolVersion: '0.3.0',
    name: 'raw',
    description: 'answers as it is told to',
    version: '1',
    url,
    capabilities: { streaming: true, pushNotifications: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [],
  };
}

function card(url: string): object {
  return {
    name: 'raw',
    description: 'answers as it is told to',
    version: '1',
    supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: { streaming: true, pushNotifications: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [],
  };
}
