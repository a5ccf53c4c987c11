// A server for tests of the gateway itself: one tool per behaviour that a proxy must carry faithfully.
import { setTimeout as delay } from 'node:timers/promises';

import {
  McpServer,
  ProtocolError,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { structured, toolError } from './results.ts';
import { runMcpServer, type Serving } from './serve.ts';

let serving: Serving | undefined;
let extraTool: 'absent' | 'present' | 'changed' = 'absent';

const person = { name: 'Ines Halvorsen', email: 'ines@northwind.example' };

const define = (): McpServer => {
  const server = new McpServer({ name: 'fixture', version: '1.0.0' });
  server.registerTool(
    'echo',
    { description: 'Answers with its argument', inputSchema: z.object({ text: z.string() }) },
    ({ text }) => ({ content: [{ type: 'text', text }] }),
  );
  server.registerTool(
    'typed',
    {
      description: 'Answers with its arguments: one of each JSON type',
      inputSchema: z.object({
        count: z.int(),
        ratio: z.number().optional(),
        flag: z.boolean().optional(),
        level: z.enum(['low', 'high']).optional(),
        tags: z.array(z.string()).optional(),
        nested: z.object({ name: z.string(), depth: z.int().optional() }).optional(),
        anything: z.unknown().optional(),
      }),
    },
    (input) => structured({ input }),
  );
  server.registerTool(
    'slow',
    {
      description: 'Works in steps and reports progress on each, if the caller asked for it',
      inputSchema: z.object({ steps: z.int().min(1).max(1000), interval_ms: z.int().min(0).max(60_000) }),
    },
    async ({ steps, interval_ms: intervalMs }, { mcpReq }) => {
      for (let step = 1; step <= steps; step += 1) {
        await delay(intervalMs, undefined, { signal: mcpReq.signal });
        const progressToken = mcpReq._meta?.progressToken;
        if (progressToken === undefined) continue;
        const params = { progressToken, progress: step, total: steps, message: `step ${step}` };
        await mcpReq.notify({ method: 'notifications/progress', params });
      }
      return structured({ steps });
    },
  );
  server.registerTool(
    'fail',
    { description: 'Fails as a tool', inputSchema: z.object({ message: z.string().optional() }) },
    ({ message }) => toolError(message ?? 'this tool fails on purpose'),
  );
  server.registerTool(
    'protocol_error',
    { description: 'Fails as a protocol error (the result is none, which the SDK refuses to send)' },
    () => ({ content: 'not a list' }) as never,
  );
  server.registerTool(
    'person',
    {
      description: 'Answers with personal data, in the form that it is asked for',
      inputSchema: z.object({
        how: z.enum(['twin', 'stream', 'prose', 'both', 'error']),
        ssn: z.string().optional(),
      }),
    },
    async ({ how, ssn }, { mcpReq }) => {
      const { email } = person;
      const value = { rows: [{ ...person }], total: 1, contact: `write to ${email}`, asked: ssn ?? null };
      const prose = { type: 'text', text: `${person.name} is ${email}` } as const;
      switch (how) {
        case 'stream': {
          const progressToken = mcpReq._meta?.progressToken;
          const params = {
            progressToken: progressToken ?? 0,
            progress: 1,
            total: 2,
            message: `found ${email}`,
          };
          await mcpReq.notify({ method: 'notifications/progress', params });
          return structured(value);
        }
        case 'twin':
          return structured(value);
        case 'both':
          return { content: [prose], structuredContent: value };
        case 'prose':
          return { content: [prose] };
        case 'error':
          return toolError(`no account for ${email}`);
      }
    },
  );
  server.registerTool(
    'big',
    { description: 'Answers with that many bytes of text', inputSchema: z.object({ bytes: z.int().min(0) }) },
    ({ bytes }) => ({ content: [{ type: 'text', text: 'x'.repeat(bytes) }] }),
  );
  server.registerTool(
    'headers',
    { description: 'Answers with the HTTP headers that reached this server' },
    ({ http }) => structured({ headers: Object.fromEntries(http?.req?.headers ?? []) }),
  );
  server.registerTool(
    'change_tools',
    {
      description:
        'Adds the tool `extra`, changes what it says of itself, or removes it, and tells the clients',
      inputSchema: z.object({ extra: z.enum(['absent', 'present', 'changed']) }),
    },
    ({ extra }) => {
      extraTool = extra;
      serving?.toolsChanged();
      return structured({ extra });
    },
  );
  if (extraTool !== 'absent') {
    server.registerTool(
      'extra',
      {
        description: extraTool === 'present' ? 'Answers with its argument' : 'Answers with something else',
        inputSchema: z.object({ text: z.string() }),
      },
      ({ text }) => ({ content: [{ type: 'text', text }] }),
    );
  }
  server.registerPrompt(
    'greet',
    { description: 'A greeting', argsSchema: z.object({ name: z.string() }) },
    ({ name }) => {
      if (name === 'nobody') throw new ProtocolError(-32602, 'nobody cannot be greeted');
      return { messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}.` } }] };
    },
  );
  server.registerPrompt('dismiss', { description: 'A farewell' }, () => ({
    messages: [{ role: 'user', content: { type: 'text', text: 'Say goodbye.' } }],
  }));
  server.registerResource('note', 'fixture://note', { mimeType: 'text/plain' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'a note' }],
  }));
  server.registerResource('diary', 'fixture://diary', { mimeType: 'text/plain' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'a secret' }],
  }));
  server.registerResource(
    'item',
    new ResourceTemplate('fixture://items/{id}', { list: undefined }),
    { mimeType: 'text/plain' },
    (uri, { id }) => {
      if (id === 'missing') throw new ResourceNotFoundError(uri.href);
      return { contents: [{ uri: uri.href, mimeType: 'text/plain', text: `item ${String(id)}` }] };
    },
  );
  server.registerResource(
    'page',
    new ResourceTemplate('fixture://diary/{page}', { list: undefined }),
    { mimeType: 'text/plain' },
    (uri, { page }) => ({
      contents: [{ uri: uri.href, mimeType: 'text/plain', text: `page ${String(page)}` }],
    }),
  );
  return server;
};

serving = await runMcpServer(define);
