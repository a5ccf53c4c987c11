// A made-up call from the names of what is registered: who asks, what of, on whose behalf, with what. What is not said is
// as it would be for a first call of that agent now. Pure.
import { type CallFacts, OPERATIONS as POLICY_OPERATIONS, overlaid, readFacts } from '@countersign/policy';
import { ok, type Result } from '../errors.ts';
import {
  agentFacts,
  promptFacts,
  resourceFacts,
  serverFacts,
  toolFacts,
  userFacts,
} from '../pipeline/facts.ts';
import type { Agent, McpServer, RegistrySnapshot } from '../registry/types.ts';

/** Exactly one of `tool`, `prompt`, `resource`, `server` and `callee` says what the call is made on. */
export interface SimulatedRequest {
  /** Registry name of the agent that asks. */
  readonly agent: string;
  /** `<server>/<tool>`; `<server>/<prompt>`; `<server>/<uri>`. */
  readonly tool?: string | undefined;
  readonly prompt?: string | undefined;
  readonly resource?: string | undefined;
  /** Registry names. */
  readonly server?: string | undefined;
  readonly callee?: string | undefined;
  /** Such as `mcp:tools/call`; by default what is usually done to such a target. */
  readonly operation?: string | undefined;
  /** Registry name or address of the person on whose behalf. */
  readonly subject?: string | undefined;
  /** Arguments: JSON text, or members. */
  readonly input?: string | Readonly<Record<string, unknown>> | undefined;
  /** Labels of the chain. */
  readonly labels?: readonly string[] | undefined;
  /** What the agent has been exposed to; by default what it has been. */
  readonly exposure?: readonly string[] | undefined;
  /** Ids of guards that a grant covers. */
  readonly grants?: readonly string[] | undefined;
  /** Anything else, in the words of a case's `facts`. */
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

const OPERATIONS: Readonly<Record<CallFacts['resource']['kind'], string>> = {
  tool: 'mcp:tools/call',
  prompt: 'mcp:prompts/get',
  resource: 'mcp:resources/read',
  server: 'mcp:tools/list',
  agent: 'a2a:message/send',
};

/** The facts of the call; or what of it is not registered, or cannot be. */
export function factsOf(
  request: SimulatedRequest,
  registry: RegistrySnapshot,
  known: { readonly exposure: readonly string[]; readonly now: number },
): Result<CallFacts, string> {
  const agent = registry.agents.get(request.agent);
  if (agent === undefined) return no(`no agent \`${request.agent}\` is registered`);
  const target = targetOf(request, registry);
  if (!target.ok) return target;
  const subject =
    request.subject === undefined
      ? undefined
      : (registry.users.get(request.subject) ?? registry.userByEmail(request.subject));
  if (request.subject !== undefined && subject === undefined)
    return no(`no person \`${request.subject}\` is registered`);
  const operation = request.operation ?? OPERATIONS[target.value.kind];
  const unfit = unfitOperation(operation, target.value.kind) ?? unfitInput(request.input);
  if (unfit !== null) return no(unfit);
  const said = readFacts({ file: 'facts', text: JSON.stringify(request.facts ?? {}) });
  if (!said.ok) return no(said.diagnostics.map(({ message }) => `facts: ${message}`).join('; '));
  const { issuer, assurance } = issuerOf(agent, registry);
  const facts: CallFacts = {
    principal: agentFacts(agent, assurance),
    operation,
    resource: target.value,
    ...(subject === undefined ? {} : { subject: userFacts(subject) }),
    actors: [],
    chain: { depth: 1, labels: request.labels ?? [], agents: [agent.name], verified: true, link: 'root' },
    exposure: { labels: request.exposure ?? known.exposure },
    token: { issuer, scopes: [], ageSeconds: 0, assurance },
    now: new Date(known.now).toISOString(),
    // The first call in a day, as its own meters would show it.
    usage: { callsLastMinute: 1, callsLastHour: 1, callsLastDay: 1 },
    ...(request.input === undefined ? {} : { input: textOf(request.input) }),
  };
  return ok(overlaid(facts, said.said));
}

/** Null where agents perform it on targets of that kind. */
function unfitOperation(operation: string, kind: CallFacts['resource']['kind']): string | null {
  const fits = [...POLICY_OPERATIONS]
    .filter(
      ([, spec]) => spec.principal === 'Agent' && spec.resources.some((type) => type.toLowerCase() === kind),
    )
    .map(([id]) => id);
  return fits.includes(operation)
    ? null
    : `\`${operation}\` is not done to a ${kind}: give one of \`${fits.join('`, `')}\``;
}

/** The gateway takes nothing else from an agent, and has no decision about what it does not take. */
function unfitInput(input: SimulatedRequest['input']): string | null {
  if (typeof input !== 'string') return null;
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return null;
  } catch {
    // What is no JSON is no object either.
  }
  return 'the input is not a JSON object of arguments, such as `{"amount_cents": 5000}`';
}

const textOf = (input: NonNullable<SimulatedRequest['input']>): string =>
  typeof input === 'string' ? input : JSON.stringify(input);

function targetOf(
  request: SimulatedRequest,
  registry: RegistrySnapshot,
): Result<CallFacts['resource'], string> {
  const { tool, prompt, resource, server, callee } = request;
  const given = Object.entries({ tool, prompt, resource, server, callee }).filter(
    ([, name]) => name !== undefined,
  );
  if (given.length !== 1)
    return no(
      'say what the call is made on, by exactly one of `tool`, `prompt`, `resource`, `server`, `callee`',
    );
  if (callee !== undefined) {
    const found = registry.a2a.get(callee);
    const agent = found?.agent ?? registry.agents.get(callee);
    return agent === undefined
      ? no(`no agent \`${callee}\` is registered`)
      : ok({ ...agentFacts(agent, 'unproven'), redact: found?.redact ?? [], mask: found?.mask ?? [] });
  }
  const id = tool ?? prompt ?? resource ?? server ?? '';
  const serverName = server ?? id.slice(0, Math.max(0, id.indexOf('/')));
  const found: McpServer | undefined = registry.servers.get(serverName);
  if (found === undefined) {
    return no(
      server === undefined && !id.includes('/')
        ? `\`${id}\` names no server: write \`<server>/<name>\``
        : `no server \`${serverName}\` is registered`,
    );
  }
  const name = id.slice(serverName.length + 1);
  if (tool !== undefined) return ok(toolFacts(found, name));
  if (prompt !== undefined) return ok(promptFacts(found, name));
  return ok(resource === undefined ? serverFacts(found) : resourceFacts(found, name));
}

/** How the agent would be proven by the issuer that its first identity names. */
function issuerOf(agent: Agent, registry: RegistrySnapshot) {
  const [identity] = agent.identities;
  const issuer = identity === undefined ? undefined : registry.issuers.get(identity.issuer);
  return { issuer: issuer?.name ?? '', assurance: issuer?.assurance ?? ('public' as const) };
}

function no(message: string): Result<never, string> {
  return { ok: false, error: message };
}
