// A server on the old HTTP+SSE transport (2024-11-05), on the official SDK 1.x.
import { createServer } from 'node:http';

import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';

import { listenOnLoopback } from '../listen.ts';
import { announceReady, dieWithParent } from '../ready.ts';
import { v1Server } from './sdk-v1-tools.ts';

const transports = new Map<string, SSEServerTransport>();
const http = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://server');
  if (request.method === 'GET' && url.pathname === '/sse') {
    const transport = new SSEServerTransport('/messages', response);
    transports.set(transport.sessionId, transport);
    response.once('close', () => transports.delete(transport.sessionId));
    void v1Server().connect(transport);
    return;
  }
  const transport = transports.get(url.searchParams.get('sessionId') ?? '');
  if (request.method === 'POST' && transport !== undefined)
    void transport.handlePostMessage(request, response);
  else response.writeHead(404).end();
});
dieWithParent();
announceReady({ url: `${await listenOnLoopback(http, 0)}/sse` });
