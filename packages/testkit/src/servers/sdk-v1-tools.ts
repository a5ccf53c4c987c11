// The tools of the fixtures on the official SDK 1.x, whatever transport they are served on.
import { appendFileSync } from 'node:fs';

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** @param journal a file that gets a line for each call: the tests' count of what reached the server. */
export function v1Server(journal = process.env['JOURNAL']): McpServer {
  const server = new McpServer({ name: 'sdk-v1', version: '1.0.0' }, { capabilities: { logging: {} } });
  const note = (name: string): void => {
    if (journal !== undefined) appendFileSync(journal, `${name} ${process.pid}\n`);
  };
  server.registerTool(
    'echo',
    { description: 'Answers with its argument', inputSchema: { text: z.string() } },
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
    { description: 'Reports progress, then answers', inputSchema: { steps: z.number().int() } },
    async ({ steps }, { _meta, sendNotification }) => {
      note('steps');
      for (let progress = 1; progress <= steps; progress += 1) {
        const progressToken = _meta?.progressToken;
        if (progressToken === undefined) continue;
        const params = { progressToken, progress, total: steps };
        await sendNotification({ method: 'notifications/progress', params });
      }
      return text('done');
    },
  );
  server.registerTool('ask', { description: 'Asks the user for a colour' }, async () => {
    note('ask');
    const answer = await server.server.elicitInput({
      message: 'Which colour?',
      requestedSchema: { type: 'object', properties: { colour: { type: 'string' } } },
    });
    return text(JSON.stringify(answer.content ?? answer.action));
  });
  server.registerTool('die', { description: 'Kills its own process' }, () => {
    note('die');
    process.kill(process.pid, 'SIGKILL');
    return text('never');
  });
  server.registerResource('note', 'note://one', { mimeType: 'text/plain' }, (uri) => ({
    contents: [{ uri: uri.href, text: 'a note' }],
  }));
  server.registerPrompt('greet', { description: 'A greeting' }, () => ({
    messages: [{ role: 'user', content: { type: 'text', text: 'Say hello.' } }],
  }));
  return server;
}
