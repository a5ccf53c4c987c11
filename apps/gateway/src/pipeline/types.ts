// The whole story of a call on one page: each stage takes the value before it and returns the next.
//
//   bytes -receive-> InboundCall -authenticate-> AuthenticatedCall -authorize-> DecidedCall -hold-> ClearedCall
//         -record-> RecordedCall -forward-> CompletedCall -record, respond-> bytes
//
// Nothing is mutated and nothing rides along in a bag. `forward` accepts only a RecordedCall, and only `record` can
// make one: an unsafe order does not compile.
import type { Id, Operation, Protocol, Reason, Revision } from '@countersign/audit';
import type { Decision, ObligationPath } from '@countersign/policy';
import type { Rejection, RejectionCode } from '../errors.ts';
import type { Reservation, Sum } from '../meters/types.ts';
import type { Agent, Assurance, IdentityClaim, RegistrySnapshot, Upstream, User } from '../registry/types.ts';
import type { EntryReceipt } from '../store/types.ts';

/** What a call is aimed at inside its upstream. */
export type Target =
  | { readonly kind: 'tool' | 'prompt'; readonly name: string }
  | { readonly kind: 'resource'; readonly uri: string }
  | { readonly kind: 'agent' }
  /** The agent that a server asks, by its registry name. */
  | { readonly kind: 'client'; readonly name: string }
  | { readonly kind: 'server' };

export interface RawBody {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, lowercase hex. */
  readonly sha256: string;
}

/** What is known of bytes that went over a wire. */
export interface BodyDigest {
  /** Lowercase hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** W3C trace context as the caller claims it: recorded, never trusted. */
export interface ClaimedTrace {
  readonly traceId: string;
  readonly parentSpanId: string;
}

export interface InboundCall {
  readonly id: Id<'call'>;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly registry: RegistrySnapshot;
  readonly protocol: Protocol;
  readonly revision: Revision;
  readonly operation: Operation;
  readonly upstream: Upstream;
  readonly target: Target;
  /** Canonical public URL of the endpoint called: the audience a token must name (RFC 8707). */
  readonly audience: string;
  readonly http: {
    readonly method: 'GET' | 'POST' | 'DELETE';
    /** Lower-cased names. Duplicates that matter have been refused by `receive`. */
    readonly headers: ReadonlyMap<string, string>;
    /** Aborts when the caller goes away. */
    readonly signal: AbortSignal;
  };
  /** As received. */
  readonly body: RawBody;
  /** What came over the wire, where that was in another binding than `body` is. */
  readonly came?: BodyDigest;
  /** As it will be forwarded: the same bytes, but for the closed list of rewrites (DESIGN section 5). */
  readonly outbound: RawBody;
  /** What goes over the wire, where that is in another binding than `outbound` is. */
  readonly sent?: BodyDigest;
  /** JSON-RPC id and parsed members; null for GET and DELETE. Scanned strictly before it was parsed. */
  readonly message: JsonRpcMessage | null;
  /** The caller's own words as JSON text, digits kept, for the policy that reads them. */
  readonly said: {
    readonly input: string | null;
    readonly meta: string | null;
    /** What it answers to its server (MCP 2026-07-28). */
    readonly inputResponses?: string;
  };
  /** What must not be stored of each answer to its server that it carries, by the server's key. */
  readonly unstored?: ReadonlyMap<string, readonly ObligationPath[]>;
  readonly credentials: { readonly authorization: string | null; readonly callToken: string | null };
  readonly sessionId: string | null;
  readonly trace: ClaimedTrace | null;
}

export interface JsonRpcMessage {
  readonly id: string | number | null;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The exact text of `params` as received ('' when absent): number lexemes survive here. */
  readonly paramsText: string;
}

/** On whose behalf: a person, as a token names them. `key` binds sessions, grants and exposure. */
export interface Subject {
  readonly key: string;
  readonly sub: string;
  readonly issuer: string;
  readonly user: User | null;
}

export interface TokenFacts {
  readonly issuer: string;
  readonly jti: string | null;
  readonly scopes: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly assurance: Assurance;
}

export interface Caller {
  /** Null when the identity is bound to no registered agent (I10). */
  readonly agent: Agent | null;
  readonly identity: { readonly issuer: string; readonly claim: IdentityClaim; readonly value: string };
  readonly subject: Subject | null;
  /** Nested `act` of the token, outermost (current) first; informational but for the first (RFC 8693 section 4.1). */
  readonly actors: readonly string[];
  readonly token: TokenFacts;
}

/** How a call hangs in its chain. Only a call token makes a link `verified`. */
export interface ChainLink {
  readonly kind: 'root' | 'verified' | 'claimed' | 'unlinked';
  readonly chain: Id<'chain'>;
  readonly parent: Id<'call'> | null;
  /** Number of agents acting, the caller included. */
  readonly depth: number;
  /** Agent names, root first, caller last. */
  readonly agents: readonly string[];
  readonly labels: readonly string[];
}

export interface AuthenticatedCall extends InboundCall {
  readonly caller: Caller;
  readonly link: ChainLink;
  /** A call token that does not prove what it claims: the call is denied, and recorded as denied. */
  readonly linkFault: Rejection | null;
}

/** What the gateway made of the call: Cedar's decision, or its own refusal before Cedar was asked. */
export interface Verdict {
  readonly outcome: 'allow' | 'deny' | 'hold';
  readonly reason: Reason;
  /** Null where no policy was asked (unregistered, foreign session, ...). */
  readonly decision: Decision | null;
  /** One sentence that says who called what and why it was permitted, denied or held (A3). */
  readonly sentence: string;
  /** Labels that the call carries from now on: of its resource and of the matched permits. */
  readonly labels: readonly string[];
  /** 1 at first; 2 when decided again on release. */
  readonly round: number;
  /** What a grant for exactly this call must match; computed only where policy asked for approval. */
  readonly binding: { readonly callDigest: string; readonly key: string } | null;
  /** The live grant that let the call through: consumed in the commit that records it. */
  readonly grant: Id<'apr'> | null;
  /** The arguments whose sums policy was shown. */
  readonly sums: readonly Sum[];
  /** What an allowed call adds to meters: carried by the commit that records it. */
  readonly reservation: Reservation | null;
  /** How the caller is told of a denial, where its protocol has a word that says more than the reason. */
  readonly told: RejectionCode | null;
}

export interface DecidedCall extends AuthenticatedCall {
  readonly verdict: Verdict;
}

/** Allowed outright, or by a grant that `record` consumes in the same commit. */
export interface ClearedCall extends DecidedCall {
  readonly approval: Id<'apr'> | null;
}

declare const recorded: unique symbol;
export interface RecordedCall extends ClearedCall {
  /** Null for aggregated traffic, which is counted and not decided one by one (docs/recording.md). */
  readonly receipt: EntryReceipt | null;
  readonly [recorded]: true;
}

export interface CompletedCall extends RecordedCall {
  readonly response: UpstreamResponse;
  /** When the first byte of what is in the answer came, in milliseconds since the epoch; null while none has. */
  readonly firstByteAt?: () => number | null;
}

export interface UpstreamResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: ReadableStream<Uint8Array>;
  /** What came over the wire so far, where that was in another binding than `body` is. */
  readonly came?: () => BodyDigest;
}
