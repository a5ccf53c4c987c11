// A client's webhook, inside the test's process: it keeps what it is told, and answers as it is told to.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Told {
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly bytes: Buffer;
  readonly body: {
    readonly task?: {
      readonly id: string;
      readonly contextId: string;
      readonly status: { readonly state: string };
    };
    readonly statusUpdate?: { readonly taskId: string; readonly status: { readonly state: string } };
    readonly artifactUpdate?: { readonly taskId: string };
  };
}

export interface Webhook {
  readonly url: string;
  readonly told: readonly Told[];
  /** How often it was asked, whatever it answered. */
  readonly asked: () => number;
  /** Answers the next requests with these, then with 200. */
  answerWith(...statuses: readonly number[]): void;
  /** What it was told of a task, by state. */
  states(task: string): readonly string[];
  close(): Promise<void>;
}

export async function startWebhook(): Promise<Webhook> {
  const told: Told[] = [];
  let answers: readonly number[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      asked += 1;
      const [status = 200, ...rest] = answers;
      answers = rest;
      const body = JSON.parse(bytes.toString('utf8')) as Told['body'];
      if (status < 300) told.push({ headers: request.headers, bytes, body });
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('not looked at');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=of-the-client`,
    told,
    asked: () => asked,
    answerWith: (...statuses) => {
      answers = statuses;
    },
    states: (task) =>
      told.flatMap(({ body: { task: whole, statusUpdate } }) => [
        ...(whole?.id === task ? [whole.status.state] : []),
        ...(statusUpdate?.taskId === task ? [statusUpdate.status.state] : []),
      ]),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
