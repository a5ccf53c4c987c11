// The door of an upstream: an HTTP proxy in the test's process between the gateway and an official server or agent. It counts
// what comes, can hold it, and passes on everything as it is but an agent's own address in its cards.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { createReceiver, type Receiver } from './receiver.ts';

export interface Gate {
  /** What the gateway is told to be the upstream's address. */
  readonly url: string;
  /** What comes of a JSON-RPC method; `answer` is every response to a request of the server, `result` those with a result. */
  receiver(what: string): Receiver;
  close(): Promise<void>;
}

export async function startGate(target: string): Promise<Gate> {
  const { origin, host, pathname } = new URL(target);
  const receivers = new Map<string, Receiver>();
  const receiver = (what: string): Receiver => {
    const known = receivers.get(what) ?? createReceiver();
    receivers.set(what, known);
    return known;
  };
  const server = createServer((incoming, response) => {
    void pass(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const names = namesOf(body);
    for (const what of names) await receiver(what).arrive();
    const onward = request(`${origin}${incoming.url ?? ''}`, {
      method: incoming.method,
      headers: { ...incoming.headers, host },
    });
    response.on('close', () => onward.destroy());
    onward.on('error', () => response.destroy());
    onward.on('response', (answer) => {
      const { statusCode = 502, headers } = answer;
      if (incoming.url?.endsWith('/agent-card.json') === true || names.includes('GetExtendedAgentCard')) {
        void text(answer).then((card) =>
          response
            .writeHead(statusCode, { 'content-type': 'application/json' })
            .end(card.replaceAll(origin, own)),
        );
        return;
      }
      answer.on('error', () => response.destroy());
      response.writeHead(statusCode, headers).flushHeaders();
      answer.pipe(response);
    });
    onward.end(body);
  }

  return {
    url: `${own}${pathname === '/' ? '' : pathname}`,
    receiver,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function namesOf(body: Buffer): readonly string[] {
  if (body.byteLength === 0) return [];
  const { method, result } = JSON.parse(body.toString('utf8')) as { method?: string; result?: unknown };
  if (method !== undefined) return [method];
  return result === undefined ? ['answer'] : ['answer', 'result'];
}
