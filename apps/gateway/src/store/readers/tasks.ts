// A2A work that outlives its first reply, and the contexts that it belongs to.

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

export interface TaskReader {
  get(id: string): Promise<TaskRecord | null>;
  byUpstream(upstreamUid: string, upstreamTask: string): Promise<TaskRecord | null>;
  byCall(call: string): Promise<readonly TaskRecord[]>;
  /** Whether this upstream has a task that it was given and that is not settled. */
  atWork(upstreamUid: string): Promise<boolean>;
  byApproval(approval: string): Promise<readonly TaskRecord[]>;
  /** Those with a message that is still to be sent, or whose sending was not brought to an end; the oldest first. */
  parked(): Promise<readonly TaskRecord[]>;
  context(upstreamUid: string, id: string): Promise<ContextRecord | null>;
  /** Upstreams choose their own context ids, so that only those of the same principal are looked at. */
  contextByUpstream(
    upstreamUid: string,
    upstreamContext: string,
    principal: { readonly agentUid: string; readonly subject: string },
  ): Promise<ContextRecord | null>;
}
