// How far erasures that were agreed to have got.

export interface ErasureProgress {
  readonly change: string;
  /** How many of its targets are done. */
  readonly done: number;
  readonly total: number;
}

export interface ErasureReader {
  get(change: string): Promise<ErasureProgress | null>;
}
