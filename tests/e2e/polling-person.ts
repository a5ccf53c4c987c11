// A server of 2025-11-25 whose one record is personal data, and which lets its clients come back for it: it ends the
// stream of a call early, or answers at once, and tells everything again on a GET with `Last-Event-ID`.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface PollingPerson {
  readonly url: string;
  close(): Promise<void>;
}

interface Asked {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: { readonly name?: string };
}

/** `person` is answered later, `person now` at once; `gone` is an error under 404, `large` more than can be read. */
const TOOLS = ['person', 'person now', 'gone', 'large'];
const LARGE = 300_000;

export async function startPollingPerson(email: string): Promise<PollingPerson> {
  const http = createServer((request, response) => void handle(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  let opened = 0;

  const event = (id: string, message: object) =>
    `: about ${email}\nevent: ${email}\nid: ${id}\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
  const told = (id: number) => {
    const value = { email, note: `of ${email}` };
    const result = { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value };
    const progress = { progressToken: 1, progress: 1, message: `found ${email}` };
    return [
      `: ${email}\n\n`,
      event(`second-${id}`, { method: 'notifications/message', params: { level: 'info', data: email } }),
      event(`third-${id}`, { method: 'notifications/resources/updated', params: { uri: `crm://${email}` } }),
      event(`fourth-${id}`, { method: 'notifications/progress', params: progress }),
      event(`last-${id}`, { id, result }),
    ].join('');
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const message = (body === '' ? {} : JSON.parse(body)) as Asked;
    const json = (value: object, headers = {}) =>
      response
        .writeHead(200, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...value }));
    const stream = () => response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (request.method === 'GET') {
      stream().end(told(Number(String(request.headers['last-event-id']).replace('first-', ''))));
      return;
    }
    switch (message.method) {
      case 'initialize': {
        opened += 1;
        const serverInfo = { name: 'polling', version: '1' };
        const result = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo };
        json({ result }, { 'mcp-session-id': `person-${opened}` });
        return;
      }
      case 'tools/list': {
        const inputSchema = { type: 'object' };
        json({ result: { tools: TOOLS.map((name) => ({ name, inputSchema })) } });
        return;
      }
      case 'tools/call':
        if (message.params?.name === 'gone') {
          const error = { code: -32602, message: `no ${email}`, data: { email } };
          response
            .writeHead(404, { 'content-type': 'application/json' })
            .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error, email }));
          return;
        }
        if (message.params?.name === 'large') {
          json({ result: { content: [], structuredContent: { email, rest: 'x'.repeat(LARGE) } } });
          return;
        }
        stream().write(`id: first-${message.id}\nretry: 10\ndata:\n\n`);
        response.end(message.params?.name === 'person now' ? told(Number(message.id)) : undefined);
        return;
      case 'server/discover':
        json({ error: { code: -32601, message: 'Method not found' } });
        return;
      default:
        response.writeHead(202).end();
    }
  }

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}
