// Work that outlives its first reply: tasks of agents, with the contexts that they belong to, and tasks of MCP servers.

export interface TaskRecord {
  readonly id: string;
  readonly upstreamUid: string;
  readonly upstreamTask: string | null;
  readonly context: string;
  readonly call: string;
  readonly chain: string;
  readonly agentUid: string;
  readonly subject: string;
  readonly state: string;
  /** Whether the id is the gateway's own and stands for the upstream's. */
  readonly minted: boolean;
  readonly approval: string | null;
  readonly parked: Uint8Array | null;
  readonly result: Uint8Array | null;
  /** Milliseconds since the epoch, here and below. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The tool that an MCP server's task is a call of; null for a task of an agent. */
  readonly tool: string | null;
  /** Until when an MCP server's task is known here. */
  readonly expiresAt: number | null;
}

export interface ContextRecord {
  readonly id: string;
  readonly upstreamUid: string;
  readonly upstreamContext: string | null;
  readonly agentUid: string;
  readonly subject: string;
  readonly chain: string;
  /** The call that holds up other messages of this context. */
  readonly heldBy: string | null;
  readonly createdAt: number;
}

export interface TaskQuery {
  readonly upstreamUid: string;
  readonly agentUid: string;
  readonly subject: string;
  readonly context?: string | undefined;
  readonly state?: string | undefined;
  /** Changed at that time or later. */
  readonly since?: number | undefined;
  /** Those only that an agent works on. */
  readonly isOpen?: boolean | undefined;
}

/** Where a task stands in such a list. */
export interface TaskPlace {
  readonly updatedAt: number;
  readonly id: string;
}

export interface TaskReader {
  get(id: string): Promise<TaskRecord | null>;
  byUpstream(upstreamUid: string, upstreamTask: string): Promise<TaskRecord | null>;
  /** A principal's tasks at one upstream that fit, the one that changed last first; those after `after` only. */
  page(of: TaskQuery, after: TaskPlace | null, limit: number): Promise<readonly TaskRecord[]>;
  /** How many fit. */
  count(of: TaskQuery): Promise<number>;
  byCall(call: string): Promise<readonly TaskRecord[]>;
  /** Whether this upstream has a task that it was given and that is not settled. */
  atWork(upstreamUid: string): Promise<boolean>;
  byApproval(approval: string): Promise<readonly TaskRecord[]>;
  /** Those with a message that is still to be sent, or whose sending was not brought to an end; the oldest first. */
  parked(): Promise<readonly TaskRecord[]>;
  /** Those that are known no longer at `now`, the oldest first, at most so many. */
  expired(now: number, limit: number): Promise<readonly TaskRecord[]>;
  context(upstreamUid: string, id: string): Promise<ContextRecord | null>;
  /** Upstreams choose their own context ids, so that only those of the same principal are looked at. */
  contextByUpstream(
    upstreamUid: string,
    upstreamContext: string,
    principal: { readonly agentUid: string; readonly subject: string },
  ): Promise<ContextRecord | null>;
}
