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
  /**
   * The `at`-th call: of an agent to a tool for which there are five policies, about some amount. So the question is the same
   * whatever the size: every rule of the company matches, and those five. There is one such pair for every five policies.
   */
  call(at: number): CallFacts;
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

const AGENTS_PER_TEAM = 10;
const TOOLS_PER_SERVER = 5;
const GROUPS = ['finance', 'security', 'platform'];
const ENVIRONMENTS = ['production', 'production', 'staging'] as const;
const RISKS = [1, 1, 2, 2, 3] as const;
const LIMITS = [5_000, 20_000, 50_000];
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
  const teams = Array.from({ length: Math.ceil(size.agents / AGENTS_PER_TEAM) }, (_, at) => `team-${at}`);
  const people = Array.from({ length: teams.length }, (_, at) => ({
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
  const named = namedPolicies(Math.max(0, size.policies - COMPANY.length), { agents, tools });
  return {
    agents,
    tools,
    schema,
    sources: filesOf([...COMPANY, ...named.texts].slice(0, size.policies).join('\n')),
    call: (at) => callOf(at, named),
  };
}

/** Rules for everyone, after those that the gateway ships; every set begins with these. */
const COMPANY = [
  `@id("company/environment") @description("agents stay in their environment")
permit (principal is Agent, action in Action::"mcp:tools/call", resource is Tool)
when { principal.environment == resource.server.environment };`,
  `@id("company/risk") @description("low-risk agents reach what is low-risk")
forbid (principal is Agent, action, resource) unless { principal.risk >= resource.risk };`,
  `@id("company/depth") @description("no long chains")
forbid (principal is Agent, action in Action::"mcp", resource) when { context.chain.depth > 5 };`,
  `@id("company/freshness") @description("risky tools need a fresh token")
forbid (principal is Agent, action in Action::"mcp:tools/call", resource is Tool)
when { resource.risk == 3 && context.token.ageSeconds > 3600 };`,
  `@id("company/destructive") @approve("security") @description("people approve what cannot be undone")
forbid (principal is Agent, action in Action::"mcp:tools/call", resource is Tool)
when { resource.destructive && resource.risk == 3 };`,
];

interface Names {
  readonly agents: readonly AgentFacts[];
  readonly tools: readonly ToolFacts[];
}

/** Whom the policies beyond the company's speak of. */
interface Named extends Names {
  readonly texts: readonly string[];
}

/**
 * Policies that each name one agent, team, tool or server, in fives for an agent and a tool each: two of the agent, and one of
 * each other. Few of them match a call, however many there are.
 */
function namedPolicies(count: number, names: Names): Named {
  const random = randomFrom(11);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const agents: AgentFacts[] = [];
  const tools: ToolFacts[] = [];
  const texts: string[] = [];
  while (texts.length < count) {
    const agent = pick(names.agents);
    const tool = pick(names.tools);
    const server = tool.server.name;
    agents.push(agent);
    tools.push(tool);
    texts.push(
      `permit (principal == Agent::"${agent.name}", action in Action::"mcp:tools/call", resource is Tool)
when { resource.server.environment == "staging" };`,
      `forbid (principal == Agent::"${agent.name}", action in Action::"mcp", resource)
when { resource.labels.contains("pii") && principal.risk > 2 };`,
      `permit (principal in Team::"${agent.team}", action in Action::"mcp:tools/call", resource is Tool)
when { resource.readOnly && resource.risk < 3 };`,
      `forbid (principal, action == Action::"${server}/${tool.name}", resource)
when { context.input.amount > ${pick(LIMITS)} };`,
      `permit (principal is Agent, action in Action::"mcp:tools/call", resource in Server::"${server}")
when { resource in principal.team && context.token.scopes.contains("mcp") };`,
    );
  }
  const numbered = texts.slice(0, count).map((text, at) => `@id("named/${at}") @owner("security") ${text}`);
  return { agents, tools, texts: numbered };
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

function callOf(at: number, { agents, tools }: Names): CallFacts {
  const random = randomFrom(at * 2_654_435_761 + 1);
  const which = Math.floor(random() * agents.length);
  const principal = agents[which] as AgentFacts;
  const resource = tools[which] as ToolFacts;
  const amount = Math.floor(random() * 6_000);
  return {
    principal,
    operation: 'mcp:tools/call',
    resource,
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
