// An ordinary call of a registered agent: what a case is about where it does not say otherwise. Public, since cases are
// written against it: a change here changes what every case means.

import type {
  AgentFacts,
  CallFacts,
  PromptFacts,
  ResourceFacts,
  ServerFacts,
  ToolFacts,
  UserFacts,
} from '../facts.ts';

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

export const summary: PromptFacts = { kind: 'prompt', server: crm, name: 'summary', labels: [], risk: 1 };

export const handbook: ResourceFacts = {
  kind: 'resource',
  server: crm,
  uri: 'file:///handbook.md',
  labels: [],
  risk: 1,
};

/** The agent that is called where a case only says that it is an agent. */
export const support: AgentFacts = {
  ...triage,
  name: 'support',
  uid: 'agt_00000000000000000000000000000002',
  owner: { name: 'lee', email: 'lee@example.com', groups: [], active: true },
  team: 'support',
  purpose: 'customer support',
  assurance: 'unproven',
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

/** What an ordinary message to an agent holds: a short text of a user's. */
export const ordinaryMessage = {
  role: 'user',
  parts: ['text'],
  mediaTypes: [],
  hosts: [],
  dataKeys: [],
  textLength: 40,
  extensions: [],
  metadata: [],
};

/** What is done to each kind of target where a case does not say. */
export const ORDINARY_OPERATION: Readonly<Record<CallFacts['resource']['kind'], string>> = {
  tool: 'mcp:tools/call',
  prompt: 'mcp:prompts/get',
  resource: 'mcp:resources/read',
  server: 'mcp:tools/list',
  agent: 'a2a:message/send',
};
