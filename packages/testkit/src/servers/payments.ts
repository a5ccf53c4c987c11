// Pays invoices: each payment is one line in a ledger file, on disk before the tool answers, and never merged with
// another, so that "paid once" can be counted and not only claimed.
import { randomUUID } from 'node:crypto';

import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

import { requiredOption } from '../args.ts';
import { openLedger, readLedger } from '../ledger.ts';
import { callHandle, structured } from './results.ts';
import { runMcpServer } from './serve.ts';

const ledger = openLedger(requiredOption('ledger', 'LEDGER'));

const define = (): McpServer => {
  const server = new McpServer({ name: 'payments', version: '1.0.0' });
  server.registerTool(
    'pay',
    {
      title: 'Pay an invoice',
      description: 'Pays a vendor; money leaves the account at once',
      inputSchema: z.object({
        vendor: z.string().min(1).describe('short name of the vendor'),
        amount_cents: z.int().positive().describe('amount in cents'),
        invoice: z.string().min(1).describe('number of the invoice'),
      }),
      annotations: {
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: false,
      },
    },
    ({ vendor, amount_cents: amountCents, invoice }, context) => {
      const payment = { payment_id: `pay_${randomUUID()}`, vendor, amount_cents: amountCents, invoice };
      ledger.append({ ...payment, call: callHandle(context) });
      return structured(payment);
    },
  );
  server.registerTool(
    'list_payments',
    {
      title: 'List payments',
      description: 'What has been paid so far, newest last',
      inputSchema: z.object({ limit: z.int().min(1).max(100).optional() }),
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    ({ limit }) =>
      structured({
        payments: readLedger(ledger.path)
          .slice(-(limit ?? 20))
          .map(({ call: _call, ...payment }) => payment),
      }),
  );
  return server;
};

await runMcpServer(define, { ledger: ledger.path });
