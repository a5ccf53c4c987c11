// What the registry knows, as the rest of the gateway reads it: one immutable snapshot at a time.
// A call reads one snapshot from start to end, so that a change in between cannot mix two truths in one decision.
import type { Id } from '@countersign/audit';
import type { A2aBinding } from './names.ts';

export interface User {
  readonly uid: Id<'usr'>;
  readonly name: string;
  readonly email: string;
  readonly groups: readonly string[];
  readonly active: boolean;
  /** Who this is to the identity provider that people sign in with; null where nobody said. */
  readonly oidc: OidcIdentity | null;
}

/** Whom an OpenID provider names: `sub` means nobody without its issuer. */
export interface OidcIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** A named credential of an agent: which issuer, which claim, which value. Rotating keys keeps it (I9). */
interface AgentIdentity {
  readonly issuer: string;
  readonly claim: IdentityClaim;
  readonly value: string;
}
export type IdentityClaim = 'act.sub' | 'client_id' | 'azp' | 'sub';

type AgentStatus = 'active' | 'quarantined' | 'retired';

export interface Agent {
  readonly uid: Id<'agt'>;
  readonly name: string;
  /** The one person who answers for it (I2). */
  readonly owner: User;
  readonly team: string;
  readonly purpose: string;
  readonly capabilities: readonly string[];
  /** 1 low, 2 medium, 3 high. */
  readonly risk: 1 | 2 | 3;
  readonly environment: string;
  readonly labels: readonly string[];
  readonly identities: readonly AgentIdentity[];
  readonly status: AgentStatus;
}

/** What holds for every call on something, whatever is decided (DESIGN section 6). */
export interface TargetObligations {
  /** Paths of what is not stored: `input.ssn`. */
  readonly redact: readonly string[];
  /** Paths of what is not returned: `result.rows[].email`. */
  readonly mask: readonly string[];
}

/** What an operator says of a tool. What the server says of its own tools is only a claim until repeated here. */
export interface ToolTraits extends TargetObligations {
  readonly labels: readonly string[];
  readonly risk: 1 | 2 | 3 | null;
  readonly readOnly: boolean | null;
  readonly destructive: boolean | null;
  readonly idempotent: boolean | null;
  readonly openWorld: boolean | null;
}

export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly env: string }
  | { readonly kind: 'bearer'; readonly file: string };

/** A variable of a command's environment: its value, or where the gateway finds it when it starts the command. */
export type EnvironmentValue = string | { readonly env: string } | { readonly file: string };

/** A server that the gateway runs itself and reaches by its standard streams. */
export interface StdioCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** All of it, but for PATH. */
  readonly env: Readonly<Record<string, EnvironmentValue>>;
  readonly processes: 'per-principal' | 'shared';
  readonly idleMinutes: number;
  readonly maxProcesses: number;
}

/** How a server is reached. `sse` is the transport of 2024-11-05, two endpoints. */
export type McpPlace =
  | { readonly transport: 'streamable-http' | 'sse'; readonly url: string }
  | ({ readonly transport: 'stdio' } & StdioCommand);

export interface McpServer extends TargetObligations {
  readonly kind: 'mcp';
  readonly uid: Id<'srv'>;
  readonly name: string;
  readonly place: McpPlace;
  readonly team: string;
  readonly environment: string;
  readonly risk: 1 | 2 | 3;
  readonly labels: readonly string[];
  readonly credential: Credential;
  readonly tools: ReadonlyMap<string, ToolTraits>;
  /** Whether the server gets the signed call token, or only an opaque handle. */
  readonly callToken: 'handle' | 'token';
  readonly toolPinning: ToolPinning;
  /** What is done with a structured result that does not fit the tool's own output schema. */
  readonly resultChecks: 'record' | 'withhold';
  readonly receipts: ReceiptPlace;
}

/**
 * Which definitions of a server's tools may be used: the first that was seen of each until an operator accepts
 * another, only those that an operator accepted, or any.
 */
export type ToolPinning = 'first-seen' | 'review' | 'off';

/** Where the receipts of calls on something stand: in a header only, or in its answers as well. */
export type ReceiptPlace = 'header' | 'inline';

export interface A2aUpstream extends TargetObligations {
  readonly kind: 'a2a';
  /** The registered agent that answers here: its uid and name are the upstream's. */
  readonly uid: Id<'agt'>;
  readonly name: string;
  readonly agent: Agent;
  /** Base URL under which `/.well-known/agent-card.json` is served, or the card's own URL. */
  readonly cardUrl: string;
  /** Where an operator pinned it: the endpoint to use, whatever the card says. */
  readonly endpoint?: string;
  /** The binding that an operator wants spoken to it; absent leaves it to the card. */
  readonly binding?: A2aBinding;
  /** The keys by which its card is verified, and by no others. */
  readonly cardKeys?: { readonly keys: readonly object[] };
  /** Whether a card that none of these signed is refused. */
  readonly cardSignature?: 'required' | 'optional';
  readonly credential: Credential;
  readonly receipts: ReceiptPlace;
}

export type Upstream = McpServer | A2aUpstream;

export interface Issuer {
  readonly uid: Id<'iss'>;
  readonly name: string;
  /** Exact `iss` value. */
  readonly issuer: string;
  readonly keys:
    | { readonly kind: 'static'; readonly jwks: { readonly keys: readonly object[] } }
    | { readonly kind: 'remote'; readonly url: string };
  /** Human tokens and agent tokens are told apart by who issues them (I5). */
  readonly kind: 'agents' | 'people' | 'mixed';
  readonly algorithms: readonly string[];
  /** Accepted `typ` header values. */
  readonly types: readonly string[];
  /** Which claim names the agent: the first that is present. */
  readonly agentClaim: readonly IdentityClaim[];
  readonly assurance: Assurance;
  readonly maxTokenAgeSeconds: number;
  readonly clockToleranceSeconds: number;
  /** Accepted besides the endpoint's own canonical URL. */
  readonly audiences: readonly string[];
}
/** How well the agent's identity is proven by this issuer's tokens. */
export type Assurance = 'attested' | 'confidential' | 'public';

export interface RegistrySnapshot {
  /** Changes whenever anything in the snapshot does; part of every cache key that depends on it. */
  readonly version: string;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly servers: ReadonlyMap<string, McpServer>;
  readonly a2a: ReadonlyMap<string, A2aUpstream>;
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
  readonly issuers: ReadonlyMap<string, Issuer>;
  agentByIdentity(issuer: string, claim: IdentityClaim, value: string): Agent | undefined;
  userByEmail(email: string): User | undefined;
  userByOidc(identity: OidcIdentity): User | undefined;
}
