// How far the receivers of entries have got.

export interface SinkPosition {
  readonly name: string;
  /** Index of the first entry that it has not taken. */
  readonly next: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

export interface SinkReader {
  positions(): Promise<readonly SinkPosition[]>;
}
