// Tools of the fixture that say something while they work: log messages, progress, and a stream that ends early so that the
// client has to come back for the result.
import { setTimeout as delay } from 'node:timers/promises';

import type { McpServer, ServerContext } from '@modelcontextprotocol/server';

const STEP_MS = 50;

const done = (text: string) => ({ content: [{ type: 'text' as const, text }] });

export function registerActivity(server: McpServer): void {
  const steps = ['Tool execution started', 'Tool processing data', 'Tool execution completed'];
  server.registerTool(
    'test_tool_with_logging',
    { description: 'Logs three messages while it works' },
    async (context) => {
      for (const [at, step] of steps.entries()) {
        if (at > 0) await delay(STEP_MS);
        await context.mcpReq.log('info', step);
      }
      return done('Logged three messages.');
    },
  );
  server.registerTool(
    'test_logging_tool',
    { description: 'Logs one message, if its caller asked for such messages' },
    async (context) => {
      await context.mcpReq.log('info', 'A message of the tool');
      return done('Logged a message.');
    },
  );
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports progress on each of its steps, if its caller asked for it' },
    async (context) => {
      for (const [at, progress] of [0, 50, 100].entries()) {
        if (at > 0) await delay(STEP_MS);
        await report(context, progress);
      }
      return done('Done.');
    },
  );
  server.registerTool(
    'test_reconnection',
    { description: 'Ends its stream while it works; the answer waits for whoever comes back' },
    async (context) => {
      context.http?.closeSSE?.();
      await delay(2 * STEP_MS);
      return done('Here is the answer, on another stream.');
    },
  );
}

/** Progress of 100, under the caller's token; without one nobody listens. */
export async function report(context: ServerContext, progress: number): Promise<void> {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  const params = { progressToken, progress, total: 100 };
  await context.mcpReq.notify({ method: 'notifications/progress', params });
}
