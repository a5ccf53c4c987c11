// Sends mail to anybody: the way out of the company (open world). "Sent" mail is a line in a ledger file.
import { randomUUID } from 'node:crypto';

import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

import { requiredOption } from '../args.ts';
import { openLedger } from '../ledger.ts';
import { callHandle, structured } from './results.ts';
import { runMcpServer } from './serve.ts';

const outbox = openLedger(requiredOption('ledger', 'LEDGER'));

const define = (): McpServer => {
  const server = new McpServer({ name: 'mailer', version: '1.0.0' });
  server.registerTool(
    'send_email',
    {
      title: 'Send an e-mail',
      description: 'Sends an e-mail to any address',
      inputSchema: z.object({ to: z.string().min(3), subject: z.string(), body: z.string() }),
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: true,
      },
    },
    ({ to, subject, body }, context) => {
      const mail = { message_id: `msg_${randomUUID()}`, to, subject };
      outbox.append({ ...mail, body, call: callHandle(context) });
      return structured(mail);
    },
  );
  return server;
};

await runMcpServer(define, { ledger: outbox.path });
