// A server on the official SDK of 2025-11-25 whose tools ask their client for a task: it polls that, and then fetches what it came to.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CreateMessageResultSchema,
  CreateTaskResultSchema,
  ElicitResultSchema,
  GetTaskResultSchema,
} from '@modelcontextprotocol/sdk/types.js';

const ELICITATION = {
  method: 'elicitation/create' as const,
  params: {
    message: 'your name?',
    requestedSchema: { type: 'object' as const, properties: { name: { type: 'string' as const } } },
    task: { ttl: 60_000 },
  },
};
const SAMPLING = {
  method: 'sampling/createMessage' as const,
  params: {
    messages: [{ role: 'user' as const, content: { type: 'text' as const, text: 'a haiku' } }],
    maxTokens: 100,
    task: { ttl: 60_000 },
  },
};
const TOOLS = [
  ['ask-name', ELICITATION, ElicitResultSchema],
  ['ask-model', SAMPLING, CreateMessageResultSchema],
] as const;

function mcpServer(): McpServer {
  const mcp = new McpServer({ name: 'task-asking', version: '1.0.0' });
  for (const [name, question, schema] of TOOLS)
    mcp.registerTool(name, { description: 'asks its client for a task' }, async (extra) => {
      const { task } = await extra.sendRequest(question, CreateTaskResultSchema);
      const { taskId } = task;
      let { status } = task;
      while (status === 'working')
        ({ status } = await extra.sendRequest(
          { method: 'tasks/get', params: { taskId } },
          GetTaskResultSchema,
        ));
      const result = await extra.sendRequest({ method: 'tasks/result', params: { taskId } }, schema);
      const { _meta, ...told } = result;
      return { content: [{ type: 'text', text: `${status}: ${JSON.stringify(told)}` }] };
    });
  return mcp;
}

export async function startTaskAskingServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = request.headers['mcp-session-id'];
    let transport = typeof session === 'string' ? transports.get(session) : undefined;
    if (transport === undefined) {
      const opened = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => void transports.set(id, opened),
      });
      await mcpServer().connect(opened);
      transport = opened;
    }
    await transport.handleRequest(request, response);
  }
  const http = createServer((request, response) => void handle(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}
