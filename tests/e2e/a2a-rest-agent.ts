// An A2A agent over HTTP+JSON written by hand, inside the test's process: it keeps every request byte for byte and answers as
// badly as it is told to.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RestRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly body: string;
}

export type RestAnswer = (response: ServerResponse, request: RestRequest) => void;

export interface RestAgent {
  readonly url: string;
  /** All but those for its card, in order. */
  readonly requests: readonly RestRequest[];
  answerWith(answer: RestAnswer): void;
  close(): Promise<void>;
}

export async function startRestAgent(): Promise<RestAgent> {
  const requests: RestRequest[] = [];
  let answer: RestAnswer = (response) => response.writeHead(500).end();
  const server = createServer((request, response) => {
    const { method = '', url: target = '', headers } = request;
    if (target.startsWith('/.well-known/')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(card(url)));
      return;
    }
    void buffer(request).then((bytes) => {
      const received = { method, target, headers, body: bytes.toString('utf8') };
      requests.push(received);
      answer(response, received);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    answerWith: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function card(url: string): object {
  return {
    name: 'rest',
    description: 'answers as it is told to',
    version: '1',
    supportedInterfaces: [{ url: `${url}/api`, protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' }],
    capabilities: { streaming: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [],
  };
}
