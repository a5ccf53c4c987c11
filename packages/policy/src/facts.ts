// What the gateway knows about one call, as plain data: the only thing a decision is made from (DESIGN
// section 6). Nothing here may come from the caller unless its member says so.

/** How risky an agent, server or tool is: 1 low, 2 medium, 3 high. */
export type Risk = 1 | 2 | 3;

/** How well an agent's identity is proven; `unproven` for an agent that did not authenticate this call (a callee). */
export type Assurance = 'attested' | 'confidential' | 'public' | 'unproven';

/** How a call came to belong to its chain. */
export type ChainLink = 'root' | 'verified' | 'claimed' | 'unlinked';

/** A person: an agent's owner, or the subject on whose behalf a call is made. */
export interface UserFacts {
  /** Registry name; the entity is `User::"<name>"`. */
  readonly name: string;
  readonly email: string;
  /** Names of the groups that the person is in, as the registry says now. */
  readonly groups: readonly string[];
  readonly active: boolean;
}

/** What is kept back of a call on something, whatever is decided: paths into what is sent and returned; absent: nothing. */
export interface KeptBack {
  /** Of what is stored. */
  readonly redact?: readonly string[];
  /** Of what is returned. */
  readonly mask?: readonly string[];
}

/** A registered agent, as principal, callee or root of a chain. */
export interface AgentFacts extends KeptBack {
  readonly kind: 'agent';
  /** Registry name; the entity is `Agent::"<name>"`. */
  readonly name: string;
  /** The registry's random id (`agt_…`); recorded, never visible to a policy. */
  readonly uid: string;
  readonly owner: UserFacts;
  readonly team: string;
  readonly purpose: string;
  readonly capabilities: readonly string[];
  readonly risk: Risk;
  readonly environment: string;
  readonly labels: readonly string[];
  readonly assurance: Assurance;
}

/** An MCP server. Its labels apply to everything it serves. */
export interface ServerFacts extends KeptBack {
  readonly kind: 'server';
  /** Registry name; the entity is `Server::"<name>"`. Must hold neither `/` nor `:`. */
  readonly name: string;
  readonly team: string;
  readonly environment: string;
  readonly risk: Risk;
  readonly labels: readonly string[];
}

/**
 * A tool of an MCP server. The four hints are the operator's word: what a server says of its own tools is a
 * claim, so the gateway passes not read-only, destructive, not idempotent, open-world until it was accepted.
 */
export interface ToolFacts extends KeptBack {
  readonly kind: 'tool';
  readonly server: ServerFacts;
  /** The server's name for it; the entity is `Tool::"<server>/<name>"`, the action `Action::"<server>/<name>"`. */
  readonly name: string;
  readonly labels: readonly string[];
  /** The tool's own risk, or its server's where none was set. */
  readonly risk: Risk;
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  readonly openWorld: boolean;
}

/** A prompt of an MCP server; the entity is `Prompt::"<server>/<name>"`. */
export interface PromptFacts extends KeptBack {
  readonly kind: 'prompt';
  readonly server: ServerFacts;
  readonly name: string;
  readonly labels: readonly string[];
  readonly risk: Risk;
}

/** A resource of an MCP server; the entity is `Resource::"<server>/<uri>"`. */
export interface ResourceFacts extends KeptBack {
  readonly kind: 'resource';
  readonly server: ServerFacts;
  readonly uri: string;
  readonly labels: readonly string[];
  readonly risk: Risk;
}

/**
 * A template of resources, as a server lists it: it stands for every resource that it could expand to, and no call is
 * made on it.
 */
export interface TemplateFacts {
  readonly kind: 'template';
  readonly server: ServerFacts;
  /** As in RFC 6570. */
  readonly uriTemplate: string;
  /** Labels and risk of its resources. */
  readonly labels: readonly string[];
  readonly risk: Risk;
}

/** What a call is made on. */
export type TargetFacts = ToolFacts | PromptFacts | ResourceFacts | ServerFacts | AgentFacts;

/** What a list shows. */
export type ListedFacts = TargetFacts | TemplateFacts;

/** The tree of calls that this call belongs to. */
export interface ChainFacts {
  /** Number of agents acting, the caller included: 1 for a call that starts a chain. */
  readonly depth: number;
  /** Labels of the data that the chain has touched so far. */
  readonly labels: readonly string[];
  /** Registry names of the agents that acted in this chain so far, the caller included. */
  readonly agents: readonly string[];
  /** The agent that started the chain, where it is known. */
  readonly root?: AgentFacts;
  /** Whether every link up to the root is vouched for by the gateway's own tokens. */
  readonly verified: boolean;
  readonly link: ChainLink;
}

/** The credential that the caller presented, without the credential. */
export interface TokenFacts {
  /** Registry name of the issuer. */
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** Whole seconds since it was issued. */
  readonly ageSeconds: number;
  readonly assurance: Assurance;
}

/**
 * What a meter showed when the call was decided, this call's own amount included where the meter counts the call: a Long
 * as a number, a decimal as Cedar writes it, or why nothing can be shown.
 */
export type MeterValue = number | string | { readonly why: string };

/**
 * One call, ready to be decided.
 *
 * `input`, `meta` and `inputResponses` are the caller's own JSON *text*, as received: only the text still holds
 * the digits of its numbers. It must have passed the gateway's strict scan (no duplicate keys); depth and size are
 * capped here again.
 */
export interface CallFacts {
  /** The authenticated caller; a server for requests that a server sends to its client. */
  readonly principal: AgentFacts | ServerFacts;
  /** A name of `OPERATIONS`, such as `mcp:tools/call` or `a2a:message/send`. */
  readonly operation: string;
  readonly resource: TargetFacts;
  /** On whose behalf, where a person is. */
  readonly subject?: UserFacts;
  /** The nested `act` claims, outermost first. */
  readonly actors: readonly string[];
  readonly chain: ChainFacts;
  /** Labels of the data that this agent (and this subject) saw within the exposure window. */
  readonly exposure: { readonly labels: readonly string[] };
  /** Absent only where a server is the principal. */
  readonly token?: TokenFacts;
  /** `Date.prototype.toISOString` form. */
  readonly now: string;
  /**
   * How many calls the agent was allowed lately, by the names of the context's `usage`. What a policy reads and is not
   * here was not measured: then the call is denied.
   */
  readonly usage?: Readonly<Record<string, MeterValue>>;
  /** The declared meters that were measured, by name. As for `usage`, what is not here is not nothing. */
  readonly meters?: Readonly<Record<string, MeterValue>>;
  /** JSON text of the tool's arguments; absent where none were sent, which reads as `{}`. */
  readonly input?: string;
  /** JSON text of `params._meta`, less what the gateway strips. */
  readonly meta?: string;
  /** JSON text of the answers that a retried MCP request carries. */
  readonly inputResponses?: string;
}
