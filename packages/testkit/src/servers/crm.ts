// A small customer database behind MCP: accounts without personal data, customer records with it. Read-only.
import {
  McpServer,
  ProtocolError,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { structured, toolError } from './results.ts';
import { runMcpServer } from './serve.ts';

const customers = [
  {
    id: 'cus_1001',
    account: 'Northwind Traders',
    tier: 'enterprise',
    region: 'eu-west',
    contact: { name: 'Ines Halvorsen', email: 'ines@northwind.example', phone: '+47 555 0101' },
    incidents: ['INC-4711'],
  },
  {
    id: 'cus_1002',
    account: 'Contoso Foods',
    tier: 'standard',
    region: 'us-east',
    contact: { name: 'Marcus Bell', email: 'marcus@contoso.example', phone: '+1 555 0102' },
    incidents: [],
  },
  {
    id: 'cus_1003',
    account: 'Fabrikam Robotics',
    tier: 'enterprise',
    region: 'eu-west',
    contact: { name: 'Yuki Tanabe', email: 'yuki@fabrikam.example', phone: '+81 555 0103' },
    incidents: ['INC-4711', 'INC-4650'],
  },
] as const;

const readOnly = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const define = (): McpServer => {
  const server = new McpServer({ name: 'crm', version: '1.0.0' });
  server.registerTool(
    'list_accounts',
    {
      title: 'List accounts',
      description: 'Accounts, without personal data; optionally only those that an incident affects',
      inputSchema: z.object({ incident: z.string().optional().describe('for example INC-4711') }),
      annotations: readOnly,
    },
    ({ incident }) =>
      structured({
        accounts: customers
          .filter(
            (each) => incident === undefined || (each.incidents as readonly string[]).includes(incident),
          )
          .map(({ id, account, tier, region }) => ({ id, account, tier, region })),
      }),
  );
  server.registerTool(
    'get_customer',
    {
      title: 'Get a customer record',
      description: 'One customer with contact person, e-mail address and telephone number',
      inputSchema: z.object({ customer_id: z.string().describe('for example cus_1001') }),
      annotations: readOnly,
    },
    ({ customer_id: id }) => {
      const customer = customers.find((each) => each.id === id);
      return customer === undefined ? toolError(`there is no customer \`${id}\``) : structured({ customer });
    },
  );
  server.registerPrompt(
    'summarize_account',
    {
      title: 'Summarize an account',
      description: 'A prompt that asks for a summary of one account',
      argsSchema: z.object({ customer_id: z.string() }),
    },
    ({ customer_id: id }) => {
      const customer = customers.find((each) => each.id === id);
      if (customer === undefined) throw new ProtocolError(-32602, `there is no customer \`${id}\``);
      const text = `Summarize the account of ${customer.account} (${customer.tier}, ${customer.region}) for a colleague.`;
      return { messages: [{ role: 'user', content: { type: 'text', text } }] };
    },
  );
  server.registerResource(
    'handbook',
    'crm://handbook',
    {
      title: 'Support handbook',
      description: 'How customers are to be told about incidents',
      mimeType: 'text/plain',
    },
    (uri) => ({
      contents: [
        { uri: uri.href, mimeType: 'text/plain', text: 'Tell affected customers within four hours.' },
      ],
    }),
  );
  server.registerResource(
    'account',
    new ResourceTemplate('crm://accounts/{id}', { list: undefined }),
    { title: 'Account', description: 'One account, without personal data', mimeType: 'application/json' },
    (uri, { id }) => {
      const customer = customers.find((each) => each.id === id);
      if (customer === undefined) throw new ResourceNotFoundError(uri.href);
      const { account, tier, region } = customer;
      return {
        contents: [
          { uri: uri.href, mimeType: 'application/json', text: JSON.stringify({ account, tier, region }) },
        ],
      };
    },
  );
  return server;
};

await runMcpServer(define);
