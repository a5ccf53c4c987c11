// A call as policy sees it. Everything here comes from the registry, the token and the store, except `input` and
// `meta`, which are the caller's own words and are typed by the tool's schema.
import type {
  AgentFacts,
  Assurance,
  CallFacts,
  ListFacts,
  ServerFacts,
  TargetFacts,
  TemplateFacts,
  UserFacts,
} from '@countersign/policy';
import type { Holders } from '../meters/types.ts';
import type { Agent, McpServer, ToolTraits, User } from '../registry/types.ts';
import { isAskedByServer } from './recording.ts';
import type { AuthenticatedCall } from './types.ts';

/** Facts of a call whose caller is a registered agent. `agent` is that agent, passed so that its presence is proven. */
export function callFacts(
  call: AuthenticatedCall,
  agent: Agent,
  seen: { readonly exposure: readonly string[]; readonly now: number },
): CallFacts {
  const { caller, link } = call;
  const rootName = link.agents[0];
  const root = rootName === undefined ? undefined : call.registry.agents.get(rootName);
  return {
    ...endsOf(call, agent),
    operation: call.operation,
    ...(caller.subject?.user ? { subject: userFacts(caller.subject.user) } : {}),
    actors: caller.actors,
    chain: {
      depth: link.depth,
      labels: link.labels,
      agents: link.agents,
      verified: link.kind === 'root' || link.kind === 'verified',
      link: link.kind,
      ...(root ? { root: agentFacts(root, 'unproven') } : {}),
    },
    exposure: { labels: seen.exposure },
    ...(isAskedByServer(call.operation)
      ? {}
      : {
          token: {
            issuer: caller.token.issuer,
            scopes: caller.token.scopes,
            ageSeconds: Math.max(0, Math.floor(seen.now / 1000 - caller.token.issuedAt)),
            assurance: caller.token.assurance,
          },
        }),
    now: new Date(seen.now).toISOString(),
    ...saidByCaller(call),
  };
}

/** Who asks, and of whom. */
function endsOf(call: AuthenticatedCall, agent: Agent): Pick<CallFacts, 'principal' | 'resource'> {
  if (call.upstream.kind !== 'mcp' || !isAskedByServer(call.operation))
    return { principal: agentFacts(agent, call.caller.token.assurance), resource: targetFacts(call) };
  const { redact = [], mask = [] } = call.registry.a2a.get(agent.name) ?? {};
  return {
    principal: serverFacts(call.upstream),
    resource: { ...agentFacts(agent, call.caller.token.assurance), redact, mask },
  };
}

/** Whose exposure counts for a call: the agent's, and that of the person on whose behalf it acts. */
export function holdersOf({ caller: { agent, subject } }: AuthenticatedCall): readonly string[] {
  return [agent?.uid, subject?.key].filter((holder) => holder !== undefined);
}

/** Whose meters a call counts for. */
export function meterHoldersOf(call: AuthenticatedCall, { uid, team }: Agent): Holders {
  return { agent: uid, team, subject: call.caller.subject?.key ?? null, chain: call.link.chain };
}

/** Who is shown a list: the facts of its caller, without what nobody knows yet of a call of its items. */
export function listFacts(facts: CallFacts, operation: CallFacts['operation']): ListFacts {
  const { input: _input, meta: _meta, inputResponses: _responses, resource: _resource, ...rest } = facts;
  return { ...rest, operation };
}

export function toolFacts(server: McpServer, name: string): TargetFacts {
  const traits: ToolTraits | undefined = server.tools.get(name);
  return {
    kind: 'tool',
    server: serverFacts(server),
    name,
    labels: [...new Set([...server.labels, ...(traits?.labels ?? [])])],
    redact: [...server.redact, ...(traits?.redact ?? [])],
    mask: [...server.mask, ...(traits?.mask ?? [])],
    risk: traits?.risk ?? server.risk,
    // What a server says of its own tools is a claim: until an operator repeats it, the worst is assumed.
    readOnly: traits?.readOnly ?? false,
    destructive: traits?.destructive ?? true,
    idempotent: traits?.idempotent ?? false,
    openWorld: traits?.openWorld ?? true,
  };
}

export function promptFacts(server: McpServer, name: string): TargetFacts {
  const { labels, risk, redact, mask } = server;
  return { kind: 'prompt', server: serverFacts(server), name, labels, redact, mask, risk };
}

export function resourceFacts(server: McpServer, uri: string): TargetFacts {
  const { labels, risk, redact, mask } = server;
  return { kind: 'resource', server: serverFacts(server), uri, labels, redact, mask, risk };
}

/** Of all resources that a template stands for. */
export function templateFacts(server: McpServer, uriTemplate: string): TemplateFacts {
  const { labels, risk } = server;
  return { kind: 'template', server: serverFacts(server), uriTemplate, labels, risk };
}

function targetFacts(call: AuthenticatedCall): TargetFacts {
  const { upstream, target } = call;
  if (upstream.kind === 'a2a') {
    const { redact, mask } = upstream;
    return { ...agentFacts(upstream.agent, 'unproven'), redact, mask };
  }
  switch (target.kind) {
    case 'tool':
      return toolFacts(upstream, target.name);
    case 'prompt':
      return promptFacts(upstream, target.name);
    case 'resource':
      return resourceFacts(upstream, target.uri);
    case 'agent':
    case 'client':
    case 'server':
      return serverFacts(upstream);
  }
}

export function serverFacts(server: McpServer): ServerFacts {
  const { name, team, environment, risk, labels, redact, mask } = server;
  return { kind: 'server', name, team, environment, risk, labels, redact, mask };
}

export function agentFacts(agent: Agent, assurance: Assurance): AgentFacts {
  const { name, uid, team, purpose, capabilities, risk, environment, labels } = agent;
  const owner = userFacts(agent.owner);
  return {
    kind: 'agent',
    name,
    uid,
    owner,
    team,
    purpose,
    capabilities,
    risk,
    environment,
    labels,
    assurance,
  };
}

export function userFacts({ name, email, groups, active }: User): UserFacts {
  return { name, email, groups, active };
}

function saidByCaller(call: AuthenticatedCall): Partial<CallFacts> {
  const { said } = call;
  return {
    ...(said.input === null ? {} : { input: said.input }),
    ...(said.meta === null ? {} : { meta: said.meta }),
    ...(said.inputResponses === undefined ? {} : { inputResponses: said.inputResponses }),
  };
}
