// Facts for tests: one ordinary call of a registered agent, to be varied by each test.

import { createHash } from 'node:crypto';
import type { AgentFacts, CallFacts, ServerFacts, ToolFacts, UserFacts } from '../facts.ts';

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

const dana: UserFacts = { name: 'dana', email: 'dana@example.com', groups: ['sre'], active: true };

export const triage: AgentFacts = {
  kind: 'agent',
  name: 'triage',
  uid: 'agt_00000000000000000000000000000001',
  owner: dana,
  team: 'sre',
  purpose: 'incident triage',
  capabilities: ['customer-lookup'],
  risk: 2,
  environment: 'production',
  labels: [],
  assurance: 'confidential',
};

export const crm: ServerFacts = {
  kind: 'server',
  name: 'crm',
  team: 'sre',
  environment: 'production',
  risk: 1,
  labels: [],
};

export const getCustomer: ToolFacts = {
  kind: 'tool',
  server: crm,
  name: 'get_customer',
  labels: [],
  risk: 1,
  readOnly: true,
  destructive: false,
  idempotent: true,
  openWorld: false,
};

export const ordinaryCall: CallFacts = {
  principal: triage,
  operation: 'mcp:tools/call',
  resource: getCustomer,
  actors: [],
  chain: { depth: 1, labels: [], agents: ['triage'], verified: true, link: 'root' },
  exposure: { labels: [] },
  token: { issuer: 'corp', scopes: ['mcp'], ageSeconds: 60, assurance: 'confidential' },
  now: '2026-03-02T10:00:00.000Z',
  input: '{}',
};
