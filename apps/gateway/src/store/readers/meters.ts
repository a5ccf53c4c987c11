// What meters have counted so far, as it was last committed (DESIGN section 6).

/** Under what an amount is counted: a meter, and whose it is. */
export interface MeterKey {
  readonly meter: string;
  readonly holder: string;
}

export interface MeterRecord {
  /** Another one after every write. */
  readonly version: number;
  /** JSON text, as it was written. */
  readonly buckets: string;
}

export interface MeterReader {
  /** Null where nothing was ever counted, or not for long. */
  get(key: MeterKey): Promise<MeterRecord | null>;
  /** Those in which nothing counts any more at `now` (milliseconds since the epoch), with their versions. */
  expired(now: number, limit: number): Promise<readonly (MeterKey & { readonly version: number })[]>;
}
