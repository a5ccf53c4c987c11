// A server on its standard streams, on the official SDK 2.x: of both eras, as its client opens it.
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const journal = process.env['JOURNAL'];
const note = (what: string): void => {
  if (journal !== undefined) appendFileSync(journal, `${what} ${process.pid}\n`);
};
const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

serveStdio(() => {
  const server = new McpServer({ name: 'sdk-v2', version: '1.0.0' });
  server.registerTool(
    'echo',
    { description: 'Answers with its argument', inputSchema: z.object({ text: z.string() }) },
    ({ text: said }) => {
      note('echo');
      return text(said);
    },
  );
  server.registerTool('whoami', { description: 'Answers with the id of its process' }, () => {
    note('whoami');
    return text(String(process.pid));
  });
  server.registerTool(
    'steps',
    { description: 'Reports progress, then answers', inputSchema: z.object({ steps: z.int() }) },
    async ({ steps }, { mcpReq }) => {
      note('steps');
      for (let progress = 1; progress <= steps; progress += 1) {
        const progressToken = mcpReq._meta?.progressToken;
        if (progressToken === undefined) continue;
        const params = { progressToken, progress, total: steps };
        await mcpReq.notify({ method: 'notifications/progress', params });
      }
      return text('done');
    },
  );
  server.registerTool('wait', { description: 'Waits until it is cancelled' }, async ({ mcpReq }) => {
    note('wait');
    await delay(600_000, undefined, { signal: mcpReq.signal }).catch(() => note('cancelled'));
    return text('never');
  });
  return server;
});
