// A data warehouse whose customer table is personal data. Read-only.
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

import { structured } from './results.ts';
import { runMcpServer } from './serve.ts';

const rows = [
  { segment: 'enterprise', name: 'Ines Halvorsen', email: 'ines@northwind.example', spend_cents: 1_820_000 },
  { segment: 'enterprise', name: 'Yuki Tanabe', email: 'yuki@fabrikam.example', spend_cents: 2_410_000 },
  { segment: 'standard', name: 'Marcus Bell', email: 'marcus@contoso.example', spend_cents: 96_000 },
] as const;

const define = (): McpServer => {
  const server = new McpServer({ name: 'warehouse', version: '1.0.0' });
  server.registerTool(
    'query_customers',
    {
      title: 'Query customers',
      description: 'Customers of a segment, with name, e-mail address and spend',
      inputSchema: z.object({
        segment: z.enum(['enterprise', 'standard']),
        limit: z.int().min(1).max(1000).optional(),
      }),
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    ({ segment, limit }) =>
      structured({ rows: rows.filter((row) => row.segment === segment).slice(0, limit ?? rows.length) }),
  );
  return server;
};

await runMcpServer(define);
