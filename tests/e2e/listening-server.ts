// A server of MCP 2026-07-28 that takes every subscription and then says whatever a test has it say, to whom it pleases;
// it keeps what it was asked, byte for byte. A call of its tool becomes the task that the arguments name.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Heard {
  readonly body: string;
  readonly id: unknown;
  readonly notifications: Readonly<Record<string, unknown>>;
  /** Of the subscription: the acknowledgement of all that was asked. */
  acknowledge(notifications?: object): void;
  /** A notification of this subscription, unless `params` says otherwise. */
  notify(method: string, params?: object): void;
  /** Whatever it is, as one event. */
  say(message: object, eventId?: string): void;
  raw(text: string): void;
  end(message?: object): void;
  readonly closed: Promise<unknown>;
}

export interface ListeningServer {
  readonly url: string;
  readonly bodies: string[];
  /** The next stream that is opened. */
  heard(): Promise<Heard>;
  /** Answers the next subscription with this, and opens no stream. */
  refuseNext(status: number, error: object): void;
  close(): Promise<void>;
}

export const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

const MADE = '2026-07-28T10:00:00Z';

export function newTask(taskId: string, status = 'working'): object {
  return { taskId, status, createdAt: MADE, lastUpdatedAt: MADE, ttlMs: 60_000 };
}

export async function startListeningServer(): Promise<ListeningServer> {
  const http = createServer((request, response) => void handle(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const bodies: string[] = [];
  const ready: Heard[] = [];
  const waiting: ((heard: Heard) => void)[] = [];
  let refusal: { readonly status: number; readonly error: object } | null = null;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const message = (body === '' ? {} : JSON.parse(body)) as {
      readonly id?: unknown;
      readonly method?: string;
      readonly params?: {
        readonly notifications?: object;
        readonly arguments?: { readonly taskId?: string };
      };
    };
    const json = (status: number, said: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...said }));
    const complete = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
    if (message.method === 'server/discover')
      json(200, {
        result: {
          ...complete,
          supportedVersions: ['2026-07-28'],
          capabilities: { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true } },
          serverInfo: { name: 'listening', version: '1' },
        },
      });
    else if (message.method === 'tools/list')
      json(200, { result: { ...complete, tools: [{ name: 'call', inputSchema: { type: 'object' } }] } });
    else if (message.method === 'tools/call')
      json(200, { result: { resultType: 'task', ...newTask(message.params?.arguments?.taskId ?? '') } });
    else if (message.method === 'resources/list') json(200, { result: { ...complete, resources: [] } });
    else if (message.method === 'resources/templates/list')
      json(200, { result: { ...complete, resourceTemplates: [] } });
    else if (message.method === 'subscriptions/listen') {
      bodies.push(body);
      if (refusal !== null) {
        const { status, error } = refusal;
        refusal = null;
        json(status, { error });
        return;
      }
      const heard = stream(response, body, message.id, message.params?.notifications ?? {});
      const next = waiting.shift();
      if (next === undefined) ready.push(heard);
      else next(heard);
    } else response.writeHead(404).end();
  }

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    bodies,
    heard() {
      const heard = ready.shift();
      return heard === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(heard);
    },
    refuseNext: (status, error) => void (refusal = { status, error }),
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

function stream(response: ServerResponse, body: string, id: unknown, notifications: object): Heard {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  const event = (message: object, eventId?: string) =>
    `${eventId === undefined ? '' : `id: ${eventId}\n`}event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
  const notify = (method: string, params: object = {}) =>
    void response.write(event({ method, params: { _meta: { [SUBSCRIPTION_ID]: id }, ...params } }));
  return {
    body,
    id,
    notifications: notifications as Heard['notifications'],
    closed: once(response, 'close'),
    acknowledge: (taken = notifications) =>
      notify('notifications/subscriptions/acknowledged', { notifications: taken }),
    notify,
    say: (message, eventId) => void response.write(event(message, eventId)),
    raw: (said) => void response.write(said),
    end: (message) => void response.end(message === undefined ? undefined : event(message)),
  };
}
