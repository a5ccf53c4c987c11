// A made-up company of any size, the same on every run: teams, people, agents, servers with tools, policies that each name
// one of them, and calls among them. What the policy benchmarks decide on.
import { createHash } from 'node:crypto';
import {
  type AgentFacts,
  buildSchema,
  type CallFacts,
  type PolicySchema,
  type PolicySource,
  type ServerFacts,
  type ToolFacts,
} from '@countersign/policy';

export interface WorldSize {
  readonly agents: number;
  readonly tools: number;
  readonly policies: number;
}

export interface World {
  readonly agents: readonly AgentFacts[];
  readonly tools: readonly ToolFacts[];
  readonly schema: PolicySchema;
  readonly sources: readonly PolicySource[];
  /** The `at`-th call: some agent, some tool, some amount. */
  call(at: number): CallFacts;
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

const TEAMS = 100;
const TOOLS_PER_SERVER = 20;
const GROUPS = ['finance', 'security', 'platform'];
const ENVIRONMENTS = ['production', 'production', 'staging'] as const;
const RISKS = [1, 1, 2, 2, 3] as const;
const LIMITS = [1_000, 5_000, 20_000];
const INPUT = {
  type: 'object',
  required: ['amount', 'customer'],
  properties: {
    amount: { type: 'integer' },
    customer: { type: 'string' },
    note: { type: 'string' },
    options: { type: 'object', properties: { dryRun: { type: 'boolean' } } },
  },
};

export function buildWorld(size: WorldSize): World {
  const random = randomFrom(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const teams = Array.from({ length: TEAMS }, (_, at) => `team-${at}`);
  const people = Array.from({ length: TEAMS * 10 }, (_, at) => ({
    name: `person-${at}`,
    email: `person-${at}@example.com`,
    groups: at % 5 === 0 ? [GROUPS[at % GROUPS.length] as string] : [],
    active: true,
  }));
  const agents = Array.from(
    { length: size.agents },
    (_, at): AgentFacts => ({
      kind: 'agent',
      name: `agent-${at}`,
      uid: `agt_${String(at).padStart(32, '0')}`,
      owner: pick(people),
      team: pick(teams),
      purpose: 'customer service',
      capabilities: ['lookup', 'refund'],
      risk: pick(RISKS),
      environment: pick(ENVIRONMENTS),
      labels: [],
      assurance: 'confidential',
    }),
  );
  const servers = Array.from(
    { length: Math.ceil(size.tools / TOOLS_PER_SERVER) },
    (_, at): ServerFacts => ({
      kind: 'server',
      name: `server-${at}`,
      team: pick(teams),
      environment: pick(ENVIRONMENTS),
      risk: pick(RISKS),
      labels: at % 4 === 0 ? ['pii'] : [],
    }),
  );
  const tools = Array.from(
    { length: size.tools },
    (_, at): ToolFacts => ({
      kind: 'tool',
      server: servers[at % servers.length] as ServerFacts,
      name: `tool-${at}`,
      labels: [],
      risk: pick(RISKS),
      readOnly: random() < 0.5,
      destructive: random() < 0.2,
      idempotent: true,
      openWorld: false,
    }),
  );
  const schema = buildSchema(
    {
      servers: servers.map(({ name }) => ({
        name,
        tools: tools
          .filter(({ server }) => server.name === name)
          .map((tool) => ({ name: tool.name, inputSchema: INPUT })),
      })),
      groups: GROUPS,
      teams,
    },
    sha256Hex,
  );
  const text = policyTexts(size.policies, { agents, tools, servers, teams }).join('\n');
  return {
    agents,
    tools,
    schema,
    sources: filesOf(text),
    call: (at) => callOf(at, agents, tools),
  };
}

/** Rules for everyone; every set begins with these. */
const COMPANY = [
  `@id("company/environment") @description("agents stay in their environment")
permit (principal is Agent, action in Action::"mcp:tools/call", resource is Tool)
when { principal.environment == resource.server.environment && resource.risk <= principal.risk };`,
  `@id("company/reading") @description("what only reads harms nobody")
permit (principal is Agent, action in Action::"mcp:tools/call", resource is Tool)
when { resource.readOnly && principal.capabilities.contains("lookup") };`,
  `@id("company/quarantine") @description("who has seen quarantined data calls nothing")
forbid (principal is Agent, action in Action::"mcp", resource)
when { context.exposure.labels.contains("quarantined") };`,
  `@id("company/depth") @description("no long chains")
forbid (principal is Agent, action in Action::"mcp", resource) when { context.chain.depth > 5 };`,
  `@id("company/hours") @description("risky tools rest at night")
forbid (principal is Agent, action in Action::"mcp:tools/call", resource is Tool)
when { resource.risk == 3 && context.now.toTime() > duration("20h") };`,
  `@id("company/destructive") @approve("security") @description("people approve what cannot be undone")
forbid (principal is Agent, action in Action::"mcp:tools/call", resource is Tool)
when { resource.destructive && resource.risk == 3 };`,
];

interface Names {
  readonly agents: readonly AgentFacts[];
  readonly tools: readonly ToolFacts[];
  readonly servers: readonly ServerFacts[];
  readonly teams: readonly string[];
}

/** `count` policies: the company's, and beyond these each names one agent, team, tool or server, agents most of all. */
function policyTexts(count: number, { agents, tools, servers, teams }: Names): string[] {
  const random = randomFrom(11);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const named = Array.from({ length: Math.max(0, count - COMPANY.length) }, (_, at) => {
    const head = (what: string): string => `@id("named/${at}") @description("${what}") @owner("security")`;
    const share = at % 100;
    if (share < 1)
      return `${head('a server of one team')} permit (principal is Agent, action in Action::"mcp:tools/call", resource in Server::"${pick(servers).name}")
when { resource in principal.team && context.token.scopes.contains("mcp") };`;
    if (share < 3)
      return `${head('what a team may read')} permit (principal in Team::"${pick(teams)}", action in Action::"mcp:tools/call", resource is Tool)
when { resource.readOnly && !resource.labels.contains("pii") };`;
    if (share < 23) {
      const { server, name } = pick(tools);
      return `${head('a limit on a tool')} forbid (principal, action == Action::"${server.name}/${name}", resource)
when { context.input.amount > ${pick(LIMITS)} };`;
    }
    const { name } = pick(agents);
    return share < 60
      ? `${head('what an agent may use')} permit (principal == Agent::"${name}", action in Action::"mcp:tools/call", resource in Server::"${pick(servers).name}")
when { context.input has customer || resource.readOnly };`
      : `${head('what an agent may not see')} forbid (principal == Agent::"${name}", action in Action::"mcp", resource)
when { resource.labels.contains("pii") && principal.risk > 1 };`;
  });
  return [...COMPANY, ...named].slice(0, count);
}

const FILE_CHARACTERS = 500_000;

function filesOf(text: string): PolicySource[] {
  const files: PolicySource[] = [];
  let rest = text;
  while (rest.length > FILE_CHARACTERS) {
    const end = rest.lastIndexOf(';\n@id', FILE_CHARACTERS) + 1;
    files.push({ file: `company-${files.length}.cedar`, text: rest.slice(0, end) });
    rest = rest.slice(end);
  }
  return [...files, { file: `company-${files.length}.cedar`, text: rest }];
}

function callOf(at: number, agents: readonly AgentFacts[], tools: readonly ToolFacts[]): CallFacts {
  const random = randomFrom(at * 2_654_435_761 + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const principal = pick(agents);
  const amount = Math.floor(random() * 6_000);
  return {
    principal,
    operation: 'mcp:tools/call',
    resource: pick(tools),
    subject: principal.owner,
    actors: [],
    chain: { depth: 1, labels: [], agents: [principal.name], root: principal, verified: true, link: 'root' },
    exposure: { labels: random() < 0.1 ? ['pii'] : [] },
    token: { issuer: 'corp', scopes: ['mcp'], ageSeconds: 60, assurance: 'confidential' },
    now: '2026-03-02T10:00:00.000Z',
    input: JSON.stringify({ amount, customer: 'c-1001', note: 'as agreed', options: { dryRun: false } }),
  };
}

/** The same numbers from the same seed (mulberry32): figures of two runs are of the same company. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
