// MCP sessions, each bound to the principal that opened it.

export interface SessionRecord {
  readonly upstreamUid: string;
  readonly id: string;
  readonly agentUid: string;
  readonly subject: string;
  readonly revision: string;
  /** Milliseconds since the epoch, here and below. */
  readonly createdAt: number;
  readonly closedAt: number | null;
}

export interface SessionReader {
  /** The session, closed or not; null when this upstream never opened it here. */
  get(upstreamUid: string, id: string): Promise<SessionRecord | null>;
}
