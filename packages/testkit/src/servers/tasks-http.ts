// Serves requests whose bodies are JSON, on 127.0.0.1.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { listenOnLoopback } from '../listen.ts';
import type { Json } from './tasks-work.ts';

export type JsonHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  message: Json | undefined,
) => Promise<void>;

export async function serveJson(port: number, handler: JsonHandler): Promise<string> {
  const server = createServer((request, response) => {
    const handle = async () => {
      const body = await text(request);
      await handler(request, response, body === '' ? undefined : (JSON.parse(body) as Json));
    };
    handle().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  return listenOnLoopback(server, port);
}
