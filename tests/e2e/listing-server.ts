// A server that lists, answers and says of itself whatever a test has it say, in both eras, and counts what reached it.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Lists {
  tools: readonly object[];
  prompts: readonly object[];
  resources: readonly object[];
  resourceTemplates: readonly object[];
  instructions?: string;
}

export interface ListingServer {
  readonly url: string;
  /** Changed by the test whenever it likes. */
  readonly says: Lists;
  /** Items of a page; all on one page where it is null. */
  pageSize: number | null;
  /** What `tools/call`, `prompts/get` and `resources/read` answer. */
  result: object;
  /** The bodies of those three, as they came. */
  readonly reached: string[];
  close(): Promise<void>;
}

const LISTS: Readonly<Record<string, keyof Lists>> = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
};

export async function startListingServer(says: Partial<Lists>): Promise<ListingServer> {
  const http = createServer((request, response) => void handle(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const server: ListingServer = {
    url: `http://127.0.0.1:${port}/mcp`,
    says: { tools: [], prompts: [], resources: [], resourceTemplates: [], ...says },
    pageSize: null,
    result: { content: [{ type: 'text', text: 'done' }] },
    reached: [],
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.method === 'GET') return void response.writeHead(405).end();
    if (request.method === 'DELETE') return void response.writeHead(200).end();
    const { id, method = '' } = JSON.parse(body) as { id?: unknown; method?: string };
    if (id === undefined) return void response.writeHead(202).end();
    const result = answerTo(method, body);
    const complete = { resultType: 'complete', ttlMs: 0, cacheScope: 'private', ...result };
    const session = method === 'initialize' ? { 'mcp-session-id': randomUUID() } : {};
    response.writeHead(200, { 'content-type': 'application/json', ...session });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: complete }));
  }

  function answerTo(method: string, body: string): object {
    const { instructions } = server.says;
    const self = {
      capabilities: { tools: {}, prompts: {}, resources: {} },
      serverInfo: { name: 'listing', version: '1' },
      ...(instructions === undefined ? {} : { instructions }),
    };
    if (method === 'server/discover') return { supportedVersions: ['2026-07-28'], ...self };
    if (method === 'initialize') return { protocolVersion: '2025-11-25', ...self };
    const list = LISTS[method];
    if (list !== undefined) return pageOf(list, body);
    server.reached.push(body);
    return server.result;
  }

  /** Cursors are the server's own affair: these are of a kind that nobody could guess or should parse. */
  function pageOf(list: keyof Lists, body: string): object {
    const items = server.says[list] as readonly object[];
    const { params } = JSON.parse(body) as { params?: { cursor?: string } };
    const from = params?.cursor === undefined ? 0 : Number(/^page "(\d+)" ü$/.exec(params.cursor)?.[1]);
    const to = from + (server.pageSize ?? items.length);
    return { [list]: items.slice(from, to), ...(to < items.length ? { nextCursor: `page "${to}" ü` } : {}) };
  }

  return server;
}
