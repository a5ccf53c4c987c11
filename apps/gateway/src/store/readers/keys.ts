// Which keys speak for the log, for whoever signs, verifies or publishes them.
import type { Awaitable } from '../types.ts';

export interface KeyManifestRecord {
  readonly serial: number;
  /** The signed note. */
  readonly note: string;
  /** Until when the key that it ended signs beside its successor; milliseconds since the epoch, null for never. */
  readonly overlapUntil: number | null;
  readonly createdAt: number;
}

export interface KeyReader {
  /** The newest manifest, null before the first start is through. */
  manifest(): Awaitable<KeyManifestRecord | null>;
}
