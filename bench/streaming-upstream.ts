// The server behind the gateway when streams are measured: it speaks both eras of MCP by hand, as cheaply as it can, and writes
// into each event when it was sent. Run as its own process.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { sentNow } from './stream-events.ts';

interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: { readonly arguments?: Work };
}

/** What a call of the tool `call` asks for. */
interface Work {
  readonly events?: number;
  readonly gapMs?: number;
  readonly mib?: number;
}

const TOOLS = [{ name: 'call', inputSchema: { type: 'object' } }];
const FILLING = Buffer.alloc(64 * 1024, 'lorem ipsum ');

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${port}/mcp` })}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
    return;
  }
  const message = (body.length === 0 ? {} : JSON.parse(body.toString('utf8'))) as Message;
  switch (message.method) {
    case 'initialize':
      return json(response, message, {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'bench', version: '1' },
      });
    case 'server/discover':
      return json(response, message, {
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        serverInfo: { name: 'bench', version: '1' },
        resultType: 'complete',
      });
    case 'tools/list':
      return json(response, message, {
        tools: TOOLS,
        resultType: 'complete',
        ttlMs: 0,
        cacheScope: 'private',
      });
    case 'tools/call':
      return work(response, message, message.params?.arguments ?? {});
    default:
      response.writeHead(202).end();
  }
}

function json(response: ServerResponse, { id }: Message, result: object): void {
  const session = { 'mcp-session-id': 'bench' };
  response
    .writeHead(200, { 'content-type': 'application/json', ...('protocolVersion' in result ? session : {}) })
    .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

async function work(
  response: ServerResponse,
  message: Message,
  { events, gapMs = 1, mib }: Work,
): Promise<void> {
  const done = { content: [{ type: 'text', text: 'done' }], resultType: 'complete' };
  if (mib !== undefined) {
    response.writeHead(200, { 'content-type': 'application/json' });
    return pipeline(large(message.id, mib), response);
  }
  if (events === undefined) return json(response, message, done);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let sent = 0; sent < events; sent += 1) {
    response.write(`data: ${JSON.stringify(sentNow())}\n\n`);
    await delay(gapMs);
  }
  response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, result: done })}\n\n`);
}

function* large(id: Message['id'], mib: number): Generator<Buffer> {
  yield Buffer.from(
    `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"resultType":"complete","content":[{"type":"text","text":"`,
  );
  for (let left = mib * 16; left > 0; left -= 1) yield FILLING;
  yield Buffer.from('"}]}}');
}
