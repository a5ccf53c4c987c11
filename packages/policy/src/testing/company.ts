// Random policy sets over a small company whose people, agents, servers and tools all resemble each other, so that scopes
// match often, in every combination; and random calls within it. Unlike `arbitraries.ts`, what is read may well be missing.

import * as fc from 'fast-check';
import type { AgentFacts, CallFacts, Risk, ServerFacts, TargetFacts, UserFacts } from '../facts.ts';
import { ordinaryCall } from './facts.ts';
import type { Catalogue } from './set-up.ts';

const AGENTS = ['a', 'b', 'c'] as const;
const TEAMS = ['red', 'blue'] as const;
const SERVERS = ['s', 't'] as const;
const TOOLS = ['x', 'y'] as const;

const INPUT = {
  type: 'object',
  properties: {
    n: { type: 'integer' },
    s: { type: 'string' },
    b: { type: 'boolean' },
    d: { type: 'number' },
    l: { type: 'array', items: { type: 'string' } },
    r: { type: 'object', properties: { n: { type: 'integer' } } },
  },
};

export const COMPANY: Catalogue = {
  groups: ['finance'],
  teams: TEAMS,
  tools: Object.fromEntries(SERVERS.flatMap((server) => TOOLS.map((tool) => [`${server}/${tool}`, INPUT]))),
};

const named = (type: string, names: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...names).map((name) => `${type}::"${name}"`);
const agent = named('Agent', AGENTS);
const team = named('Team', TEAMS);
const server = named('Server', SERVERS);
const tool = named(
  'Tool',
  SERVERS.flatMap((server) => TOOLS.map((tool) => `${server}/${tool}`)),
);

const principal = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('principal', 'principal is Agent', 'principal is Server') },
  agent.map((name) => `principal == ${name}`),
  fc.oneof(team, agent).map((name) => `principal in ${name}`),
  team.map((name) => `principal is Agent in ${name}`),
);
const ACTIONS = ['mcp:tools/call', 'mcp', 'a2a', 'a2a:message', 's/x', 't/y', 'mcp:prompts/get'];
const action = fc.oneof(
  { weight: 2, arbitrary: fc.constant('action') },
  named('Action', ACTIONS).map((name) => `action == ${name}`),
  named('Action', ACTIONS).map((name) => `action in ${name}`),
  fc
    .subarray(ACTIONS, { minLength: 1 })
    .map((ids) => `action in [${ids.map((id) => `Action::"${id}"`).join()}]`),
);
const resource = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('resource', 'resource is Tool', 'resource is Agent') },
  fc.oneof(tool, server, agent).map((name) => `resource == ${name}`),
  fc.oneof(tool, server, team).map((name) => `resource in ${name}`),
  server.map((name) => `resource is Tool in ${name}`),
);

/** Conditions that read in every way there is, with and without a test for what may be missing. */
const ATOMS = [
  'context.input.n > 5',
  'context.input has n && context.input.n > 5',
  'context.input has r && context.input.r has n && context.input.r.n == 1',
  'context.input has r.n',
  'context.input == {"n": 1}',
  'context.input has s && context.input.s like "x*"',
  'context.input.s == principal.purpose',
  '(if context.input has n then principal else resource).risk > 1',
  '{"who": principal, "what": resource}.who.risk > 1',
  '{"who": principal} == {"who": context.chain.root}',
  '[principal, resource].contains(Agent::"a")',
  'context.input.n <= 5 && context.input.s != "x"',
  'context.input.n == "x" || context.input.r.n >= 1',
  'context.input.n < 9223372036854775807',
  'context.input.s > 1',
  'context.input.b',
  'context.input has b && !context.input.b',
  'context.input has d && context.input.d.lessThan(decimal("1.5"))',
  'context.input.d == 1',
  'context.input.d has n',
  'context.input has d.n',
  'context.input has n.n',
  'context.input.l.contains("x")',
  'context.input.l.contains(1) || context.input.s == "x"',
  'context.input has l && context.input.l == ["x"]',
  'context.now > 5',
  'context.now == "x" || context.token.ageSeconds >= 1000',
  'Agent::"nobody" has risk || context.input.n > 5',
  'context.input.s == resource.name && context.now > datetime("2026-06-01")',
  'resource.risk == 3 && context.token.ageSeconds > 100',
  'context.meta.hasTag("m") && context.meta.getTag("m") == "x"',
  'context.meta.getTag("m") == "x"',
  'context.meta.names.contains("m")',
  'context.now > datetime("2026-06-01")',
  'context.token.ageSeconds > 100',
  'context.token.scopes.contains("mcp")',
  'context has token.issuer',
  'context.exposure.labels.contains("pii")',
  'context.chain.agents.containsAny([Agent::"a", Agent::"b"])',
  'context.chain.agents.contains(principal)',
  'principal in context.chain.agents',
  'context.chain.root == principal',
  'context has chain.root && context.chain.root.team == principal.team',
  'context has subject && context.subject in Group::"finance"',
  'context.subject == principal.owner',
  'principal.owner in Group::"finance"',
  'principal.owner.groups.contains("finance")',
  'Agent::"a".risk > 1',
  'Agent::"b" in Team::"red"',
  'principal == Agent::"a"',
  'principal is Agent && principal.assurance == "attested"',
  'principal is Agent in Team::"red"',
  'principal in principal.team',
  'principal in [Team::"red", Agent::"b"]',
  'principal in [resource.server.team, Team::"blue"]',
  'resource in principal.team',
  'resource in Server::"s"',
  'resource in Tool::"s/x"',
  'resource has server && resource.server == Server::"s"',
  'resource.server.team == principal.team',
  'resource.server.server.server.risk > 1',
  'resource.risk >= principal.risk',
  'resource.risk * 4611686018427387904 > 0',
  'resource has openWorld && resource.openWorld',
  'resource.labels.isEmpty()',
  'resource.name like "x*"',
  'action in Action::"mcp"',
  'action == Action::"s/x"',
  'true',
] as const;

type Join = readonly [negated: boolean, atom: string];

const condition = fc
  .array(fc.tuple(fc.boolean(), fc.constantFrom(...ATOMS)), { minLength: 1, maxLength: 3 })
  .chain((atoms) => fc.constantFrom('&&', '||').map((operator) => join(atoms, operator)));

function join(atoms: readonly Join[], operator: string): string {
  return atoms.map(([negated, atom]) => (negated ? `!(${atom})` : `(${atom})`)).join(` ${operator} `);
}

const GUARD = '@approve("finance") forbid';
const HEADS = ['permit', 'permit', 'permit', '@label("pii") permit', 'forbid', GUARD, GUARD];

/** The texts of a set's policies. */
export const policyTexts: fc.Arbitrary<string[]> = fc
  .array(
    fc.record({
      head: fc.constantFrom(...HEADS),
      scope: fc.tuple(principal, action, resource).map((parts) => parts.join(', ')),
      kind: fc.constantFrom('when', 'unless'),
      condition,
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((policies) =>
    policies.map(
      ({ head, scope, kind, condition }, at) => `@id("p${at}") ${head} (${scope}) ${kind} { ${condition} };`,
    ),
  );

const risk = fc.constantFrom<Risk>(1, 2, 3);
const labels = fc.subarray(['pii']);
const user: fc.Arbitrary<UserFacts> = fc.record({
  name: fc.constantFrom('u', 'v'),
  email: fc.constant(''),
  groups: fc.subarray(['finance']),
  active: fc.constant(true),
});
/** Some agent of the company. */
const agentFacts: fc.Arbitrary<AgentFacts> = fc.record({
  kind: fc.constant('agent' as const),
  name: fc.constantFrom(...AGENTS),
  uid: fc.constant('agt_1'),
  owner: user,
  team: fc.constantFrom(...TEAMS),
  purpose: fc.constantFrom('x', 'y'),
  capabilities: fc.constant([]),
  risk,
  environment: fc.constant('production'),
  labels,
  assurance: fc.constantFrom('attested' as const, 'public' as const),
});
const serverFacts: fc.Arbitrary<ServerFacts> = fc.record({
  kind: fc.constant('server' as const),
  name: fc.constantFrom(...SERVERS),
  team: fc.constantFrom(...TEAMS),
  environment: fc.constant('production'),
  risk,
  labels,
});

/** Some tool of it. */
export const toolFacts: fc.Arbitrary<TargetFacts> = fc.record({
  kind: fc.constant('tool' as const),
  server: serverFacts,
  name: fc.constantFrom(...TOOLS),
  labels,
  risk,
  readOnly: fc.boolean(),
  destructive: fc.boolean(),
  idempotent: fc.boolean(),
  openWorld: fc.boolean(),
});
const promptFacts: fc.Arbitrary<TargetFacts> = fc.record({
  kind: fc.constant('prompt' as const),
  server: serverFacts,
  name: fc.constantFrom(...TOOLS),
  labels,
  risk,
});

const aim = fc.oneof(
  fc.record({ operation: fc.constant('mcp:tools/call'), resource: toolFacts }),
  fc.record({ operation: fc.constant('mcp:tools/call'), resource: toolFacts }),
  fc.record({ operation: fc.constant('mcp:prompts/get'), resource: promptFacts }),
  fc.record({ operation: fc.constant('a2a:message/send'), resource: agentFacts }),
);

const input = fc.record(
  {
    n: fc.integer({ min: 0, max: 10 }),
    s: fc.constantFrom('x', 'xy', 'y'),
    b: fc.boolean(),
    d: fc.constantFrom(1, 1.25, 7),
    l: fc.subarray(['x', 'y']),
    r: fc.record({ n: fc.integer({ min: 0, max: 2 }) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

/** A call of some agent, on something, with something to say. */
export const companyCall: fc.Arbitrary<CallFacts> = fc
  .record({
    principal: agentFacts,
    aim,
    subject: fc.option(user, { nil: undefined }),
    root: fc.option(agentFacts, { nil: undefined }),
    agents: fc.subarray([...AGENTS]),
    exposed: labels,
    scopes: fc.subarray(['mcp']),
    ageSeconds: fc.constantFrom(1, 1_000),
    now: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'),
    input,
    meta: fc.constantFrom('{}', '{"m":"x"}', '{"m":1}'),
  })
  .map(({ aim, subject, root, agents, exposed, scopes, ageSeconds, input, ...rest }) => ({
    ...ordinaryCall,
    ...rest,
    ...aim,
    ...(subject === undefined ? {} : { subject }),
    chain: { ...ordinaryCall.chain, agents, ...(root === undefined ? {} : { root }) },
    exposure: { labels: exposed },
    token: { issuer: 'corp', scopes, ageSeconds, assurance: 'confidential' as const },
    ...inputOf(aim.resource.kind, input),
  }));

/** A tool is given arguments; of a message, the gateway says what it holds; a prompt has nothing of the kind. */
function inputOf(kind: TargetFacts['kind'], input: object): Pick<CallFacts, 'input'> {
  if (kind === 'tool') return { input: JSON.stringify(input) };
  return kind === 'agent' ? { input: JSON.stringify(CONTENT) } : {};
}

const CONTENT = {
  role: 'user',
  parts: ['text'],
  mediaTypes: [],
  hosts: [],
  dataKeys: [],
  textLength: 7,
  extensions: [],
  metadata: [],
};
