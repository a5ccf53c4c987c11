// The tools of 2025-11-25 that are run as tasks, on the official SDK's own server and its stores of tasks: all sessions of the
// server see one store, as behind one credential of a gateway.
import { randomUUID } from 'node:crypto';

import {
  InMemoryTaskMessageQueue,
  InMemoryTaskStore,
} from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ElicitResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

import type { JsonHandler } from './tasks-http.ts';
import { person } from './tasks-work.ts';

/** Sees every task, whichever session made it: whose a task is, this server leaves to others. */
class SharedStore extends InMemoryTaskStore {
  override async createTask(...[params, id, request]: Parameters<InMemoryTaskStore['createTask']>) {
    return super.createTask(params, id, request);
  }
  override async listTasks(cursor?: string) {
    return super.listTasks(cursor);
  }
}

const store = new SharedStore();

export function legacyHandler(): JsonHandler {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  return async (request, response, body) => {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (known !== undefined) return known.handleRequest(request, response, body);
    if (id !== undefined) {
      response.writeHead(404).end();
      return;
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => void sessions.set(session, transport),
    });
    await define().connect(transport);
    await transport.handleRequest(request, response, body);
  };
}

function define(): McpServer {
  const server = new McpServer(
    { name: 'tasks', version: '1.0.0' },
    {
      capabilities: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
      taskStore: store,
      taskMessageQueue: new InMemoryTaskMessageQueue(),
    },
  );
  server.registerTool('greet', { inputSchema: { name: z.string() } }, ({ name }) => ({
    content: [{ type: 'text', text: `Hello, ${name}!` }],
  }));
  const tasks = server.experimental.tasks;
  tasks.registerToolTask(
    'work',
    { description: 'Works for a while', inputSchema: { ms: z.number(), fail: z.boolean().optional() } },
    {
      createTask: async ({ ms, fail }, { taskStore, taskRequestedTtl }) => {
        const task = await taskStore.createTask({ ttl: taskRequestedTtl ?? 60_000, pollInterval: 20 });
        const finish = async () => {
          const now = await taskStore.getTask(task.taskId);
          if (now.status !== 'working') return;
          const text = fail === true ? 'the work failed' : 'the work is done';
          const result = { content: [{ type: 'text' as const, text }], isError: fail === true };
          await taskStore.storeTaskResult(task.taskId, fail === true ? 'failed' : 'completed', result);
        };
        setTimeout(() => void finish().catch(() => undefined), ms);
        return { task };
      },
      getTask: async (_, { taskId, taskStore }) => taskStore.getTask(taskId),
      getTaskResult: async (_, { taskId, taskStore }) =>
        (await taskStore.getTaskResult(taskId)) as { content: [] },
    },
  );
  tasks.registerToolTask(
    'person',
    { description: 'Answers with personal data', inputSchema: {} },
    {
      createTask: async (_, { taskStore }) => {
        const task = await taskStore.createTask({ ttl: 60_000, pollInterval: 20 });
        await taskStore.updateTaskStatus(task.taskId, 'working', `looking for ${person.email}`);
        await taskStore.storeTaskResult(task.taskId, 'completed', {
          content: [{ type: 'text', text: JSON.stringify(person) }],
          structuredContent: person,
        });
        return { task: await taskStore.getTask(task.taskId) };
      },
      getTask: async (_, { taskId, taskStore }) => taskStore.getTask(taskId),
      getTaskResult: async (_, { taskId, taskStore }) =>
        (await taskStore.getTaskResult(taskId)) as { content: [] },
    },
  );
  tasks.registerToolTask(
    'ask',
    { description: 'Asks the user within its task', inputSchema: {} },
    {
      createTask: async (_, { taskStore }) => {
        const task = await taskStore.createTask({ ttl: 60_000, pollInterval: 20 });
        const ask = async () => {
          await taskStore.updateTaskStatus(task.taskId, 'input_required');
          const answer = await server.server.request(
            {
              method: 'elicitation/create',
              params: {
                mode: 'form',
                message: 'Who are you?',
                requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
              },
            },
            ElicitResultSchema,
            { relatedTask: { taskId: task.taskId } },
          );
          const text = `Hello, ${String(answer.content?.['name'] ?? answer.action)}!`;
          await taskStore.storeTaskResult(task.taskId, 'completed', { content: [{ type: 'text', text }] });
        };
        void ask().catch(async (error: unknown) => {
          const content = [{ type: 'text' as const, text: String(error) }];
          await taskStore.storeTaskResult(task.taskId, 'failed', { content, isError: true });
        });
        return { task };
      },
      getTask: async (_, { taskId, taskStore }) => taskStore.getTask(taskId),
      getTaskResult: async (_, { taskId, taskStore }) =>
        (await taskStore.getTaskResult(taskId)) as { content: [] },
    },
  );
  return server;
}
