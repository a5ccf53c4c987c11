// A server whose tools answer with tasks, in both forms that MCP has: those of 2025-11-25, and the extension of 2026-07-28.
// `GET /arrived` tells tests what of the latter reached it.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import { numberOption } from '../args.ts';
import { listenOnLoopback } from '../listen.ts';
import { announceReady, dieWithParent } from '../ready.ts';
import { legacyHandler } from './tasks-legacy.ts';
import { answerModern, arrived } from './tasks-modern.ts';

dieWithParent();
const legacy = legacyHandler();
const server = createServer((request, response) => {
  const handle = async () => {
    if (request.url === '/arrived') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(arrived));
      return;
    }
    const body = await text(request);
    const message = body === '' ? undefined : (JSON.parse(body) as Readonly<Record<string, unknown>>);
    if (request.headers['mcp-protocol-version'] !== '2026-07-28') return legacy(request, response, message);
    const reply = answerModern(request, message ?? {});
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  };
  handle().catch((error: unknown) => response.writeHead(500).end(String(error)));
});
const url = await listenOnLoopback(server, numberOption('port', 'PORT', 0));
announceReady({ url: `${url}/mcp` });
