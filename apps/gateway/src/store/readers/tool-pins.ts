// The tool definitions that may be used, by server (DESIGN section 8, "tool pin").

export interface ToolPinRecord {
  readonly upstreamUid: string;
  readonly tool: string;
  /** JSON text, as the server listed it. */
  readonly definition: string;
  readonly digest: string;
  /** Registry name of the person who accepted it; null where it was taken at sight. */
  readonly acceptedBy: string | null;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

export interface ToolPinReader {
  all(): Promise<readonly ToolPinRecord[]>;
}
