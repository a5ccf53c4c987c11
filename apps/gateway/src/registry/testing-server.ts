// A server as an operator registers one who says nothing but where it is.
import { newId } from '@countersign/audit';
import type { McpServer } from './types.ts';

export const mcpServer = (own: Partial<McpServer> = {}): McpServer => ({
  kind: 'mcp',
  uid: newId('srv'),
  name: 'payments',
  place: { transport: 'streamable-http', url: 'http://127.0.0.1:1/mcp' },
  team: 'billing',
  environment: 'test',
  risk: 1,
  labels: [],
  redact: [],
  mask: [],
  credential: { kind: 'none' },
  tools: new Map(),
  callToken: 'handle',
  toolPinning: 'first-seen',
  resultChecks: 'record',
  receipts: 'header',
  ...own,
});
