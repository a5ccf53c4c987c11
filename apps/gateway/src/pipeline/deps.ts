// What the stages need from the rest of the gateway, as interfaces declared by their consumer. The composition root
// joins them to concrete parts; tests join them to real parts too.
import type { Id } from '@countersign/audit';
import type { CallFacts, Decision, Metering } from '@countersign/policy';
import type { ApprovalEngine } from '../approvals/engine.ts';
import type { Classifiers } from '../classifiers/classifiers.ts';
import type { Result } from '../errors.ts';
import type { Meters } from '../meters/meters.ts';
import type { NeverStore } from '../never-store/never-store.ts';
import type { Standing } from '../pins/types.ts';
import type { ReceiptIssuer } from '../receipts/issuer.ts';
import type { McpServer, RegistrySnapshot, Upstream } from '../registry/types.ts';
import type { Awaitable, LogWriter } from '../store/types.ts';
import type { CatalogTool, Definition, ItemKind } from '../upstreams/definitions.ts';
import type { SendFailure } from '../upstreams/failures.ts';
import type { Health } from './health.ts';
import type { Spill } from './spill.ts';
import type { Traffic } from './traffic.ts';
import type { AuthenticatedCall, Caller, ChainLink, InboundCall, UpstreamResponse } from './types.ts';

export interface Deps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly settings: Settings;
  readonly writer: LogWriter;
  readonly registry: { current(): RegistrySnapshot };
  readonly identity: {
    authenticate(call: InboundCall): Promise<Result<Caller>>;
    link(call: InboundCall, caller: Caller): Promise<Result<ChainLink>>;
    /** The signed call token for a callee, or null where it gets only the opaque handle. */
    callToken(
      call: AuthenticatedCall,
      entry: { readonly index: number; readonly leaf: string },
    ): Promise<string | null>;
  };
  readonly policy: {
    decide(facts: CallFacts, grants: readonly string[]): Decision;
    /** Whether calls of the tool are decided by this definition of it; waits until they are, or no longer. */
    caughtUp(server: McpServer, tool: CatalogTool): Promise<boolean>;
    /** What the set that decides now measures calls by. */
    metering(): Metering;
    sentence(facts: CallFacts, decision: Decision): string;
  };
  readonly catalogs: {
    tool(upstream: Id<'srv'>, name: string): CatalogTool | undefined;
    item(upstream: Id<'srv'>, kind: ItemKind, name: string): Definition | undefined;
    /** How a thing, as its server defines it now, stands to what was accepted. */
    standing(server: McpServer, item: Definition): Standing;
    /** Asks the server again, at most once in a while; resolves when the catalogue is as fresh as it will get. */
    refresh(upstream: Id<'srv'>): Promise<void>;
    /** Null when the arguments fit the tool's own input schema; else what is wrong with them. */
    checkArguments(tool: CatalogTool, args: unknown): string | null;
  };
  /** Keys the call digest, so that a digest in the log tells nothing about a guessable call. */
  readonly digestKey: Uint8Array;
  /** What must not be stored of anything, whoever sends it. */
  readonly neverStore: NeverStore;
  /** What calls are labelled by, for what is said in them. */
  readonly classifiers: Classifiers;
  readonly reads: {
    exposure(holders: readonly string[], now: number): Awaitable<readonly string[]>;
    chainLabels(chain: string): Awaitable<readonly string[]>;
  };
  /** What stays masked in whatever these still bring back (obligations/held-masks.ts). */
  readonly masks: { held(holders: readonly string[]): Awaitable<readonly string[]> };
  readonly approvals: ApprovalEngine;
  readonly meters: Meters;
  readonly send: (
    upstream: Upstream,
    request: OutboundRequest,
  ) => Promise<Result<UpstreamResponse, SendFailure>>;
  readonly traffic: Traffic;
  /** What callers are given to hold of what was recorded. */
  readonly receipts: Pick<ReceiptIssuer, 'issueLine'>;
  readonly health: Health;
  readonly spill: Spill;
}

export interface Settings {
  /** How long a held call waits on its own connection before it is answered "pending". */
  readonly holdMs: number;
  readonly exposureMs: number;
  /** Pending requests of one agent beyond this are refused: a looping agent must not flood the people (H5). */
  readonly pendingPerAgent: number;
  /** The largest upstream answer that is read whole. */
  readonly responseBytes: number;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array | null;
  /** What the record says is sent: the body itself, or what it is in another binding. Absent where nothing is recorded. */
  readonly recorded?: { readonly sha256: string; readonly isBody: boolean };
  readonly signal: AbortSignal;
  /** For whom, as `principalOf` says it; what keeps a state for each principal refuses a request without one. */
  readonly principal?: string;
  /** Told when the first byte of what is in the answer comes; once, or not at all. */
  readonly onFirstByte?: (() => void) | undefined;
}
